"""Tasks of assistance. Their messages carry ids only."""

from celery import shared_task

from assistance import case_clock, printing, visits


@shared_task
def purge_printouts() -> int:
    """Forget the printouts of more than a day ago."""
    return printing.purge()


@shared_task
def end_idle_visits() -> int:
    """End the visits in which nothing happened for 10 minutes."""
    return visits.end_idle()


@shared_task
def run_case_clock() -> None:
    """Tell the persons whose answer is late, and remind those who owe answers."""
    case_clock.tell_late()
    case_clock.remind()
