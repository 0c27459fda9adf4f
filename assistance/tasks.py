"""Tasks of assistance. Their messages carry ids only."""

from celery import shared_task

from assistance import printing


@shared_task(queue="letters")
def purge_printouts() -> int:
    """Forget the printouts of more than a day ago."""
    return printing.purge()
