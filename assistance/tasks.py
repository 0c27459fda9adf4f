"""Tasks of assistance. Their messages carry ids only."""

from celery import shared_task

from assistance import mandates, printing, visits


@shared_task(queue="letters")
def purge_printouts() -> int:
    """Forget the printouts of more than a day ago."""
    return printing.purge()


@shared_task(queue="receipts")
def end_idle_visits() -> int:
    """End the visits in which nothing happened for 10 minutes."""
    return visits.end_idle()


@shared_task(queue="receipts")
def forget_unsigned_mandates() -> int:
    """End the mandates that nobody signed within 7 days."""
    return mandates.forget_unsigned()
