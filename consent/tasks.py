"""Tasks of consent. Their messages carry ids only."""

from uuid import UUID

from celery import Task, shared_task

from consent import endings, erasure, outbox, retention, statements, summary, telling
from consent.models.verification import Reach
from consent.seal import sealer, verifications


class NotDelivered(Exception):
    """An item could not be delivered; says the kind of the error alone, for its text may name a person."""


@shared_task(bind=True, max_retries=5)
def deliver_item(self: Task, item_id: str, person_id: str | None) -> None:
    """Deliver one outbox item; try again after 1, 2, 4, 8 and 16 seconds."""
    try:
        outbox.deliver(UUID(item_id), UUID(person_id) if person_id else None)
    except Exception as error:
        failure = NotDelivered(type(error).__name__)
    else:
        return
    # The request names the queue that the item came by: the next try goes the same way.
    queue = (self.request.delivery_info or {}).get("routing_key") or "receipts"
    raise self.retry(exc=failure, countdown=2**self.request.retries, queue=queue)


@shared_task
def sweep_outbox() -> int:
    """Deliver what was lost on the way."""
    return outbox.sweep()


@shared_task
def erase_due() -> int:
    """Erase those whose cooling-off is over."""
    return erasure.erase_due()


@shared_task
def tell_by_the_clock() -> int:
    """Tell what is due: last week's reads, the quarter's statement, what ends soon, the summary of the year."""
    return telling.tell_week() + statements.make_due() + endings.remind() + summary.tell_year()


@shared_task(expires=5.0)
def seal_journal() -> int:
    """Give the entries of the journal that wait their places in the log. A beat that comes late is left out."""
    return sealer.seal()


@shared_task
def verify_new() -> None:
    """Verify what came in the journal since the last verification, and go on with what was cut short."""
    _verify(verify_new, Reach.NEW)
    if verifications.is_cut_short(Reach.WHOLE):
        verify_whole.delay()


@shared_task
def verify_whole() -> None:
    """Verify the whole journal, or the next slice of it."""
    _verify(verify_whole, Reach.WHOLE)


def _verify(task: Task, reach: Reach) -> None:
    if not verifications.go_on(reach):
        task.delay()


@shared_task
def apply_retention() -> int:
    """Let go of what was kept long enough; how many rows went."""
    return sum(result.rows for result in retention.run())
