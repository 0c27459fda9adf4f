"""Tasks of the house."""

from celery import shared_task
from django.conf import settings

from portal import health


@shared_task(expires=health.HEARTBEAT_EVERY)
def heartbeat() -> None:
    """Leave the sign that the worker lives."""
    health.beat()


@shared_task(expires=health.HEARTBEAT_EVERY)
def watch_log() -> None:
    """The invented witnesses of the demonstration look at the log; nothing elsewhere."""
    if settings.DEMO:
        from portal.demo import witnesses

        witnesses.look()
