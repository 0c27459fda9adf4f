"""Tasks of the house."""

from celery import shared_task

from portal import health


@shared_task(expires=health.HEARTBEAT_EVERY)
def heartbeat() -> None:
    """Leave the sign that the worker lives."""
    health.beat()
