"""Tasks of consent. Their messages carry ids only."""

from uuid import UUID

from celery import shared_task

from consent import outbox


@shared_task(queue="receipts", autoretry_for=(Exception,), retry_backoff=True, max_retries=5)
def deliver_item(item_id: str, person_id: str | None) -> None:
    """Deliver one outbox item."""
    outbox.deliver(UUID(item_id), UUID(person_id) if person_id else None)


@shared_task(queue="receipts")
def sweep_outbox() -> int:
    """Deliver what was lost on the way."""
    return outbox.sweep()
