"""The outbox: delivered by Celery after commit, and by a sweeper when that was lost (design §4)."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from consent.models.outbox import OutboxItem
from consent.wall import opened

log = logging.getLogger(__name__)

Handler = Callable[[OutboxItem], None]
QUIET = 10  # seconds
_quiet_until = 0.0


class Route(NamedTuple):
    """Who delivers a topic, and in which queue of the worker."""

    handler: Handler
    queue: str


_routes: dict[str, Route] = {}


def handles(topic: str, *, queue: str = "receipts") -> Callable[[Handler], Handler]:
    """Decorator: this function delivers the items of `topic`, in a transaction, the wall open for the person.

    What it raises undoes its transaction and leads to another try, for ever unless it looks at
    `item.attempts` (1 at the first try) and gives up.
    """

    def take(handler: Handler) -> Handler:
        _routes[topic] = Route(handler, queue)
        return handler

    return take


def put(topic: str, subject_id: UUID, person_id: UUID | None) -> OutboxItem:
    """Add an item to the current transaction, and ask the worker for it after commit."""
    item = OutboxItem.objects.create(topic=topic, subject_id=subject_id, person_id=person_id)
    nudge_after_commit(topic, item.pk, person_id)
    return item


def nudge_after_commit(topic: str, item_id: UUID, person_id: UUID | None) -> None:
    """Ask the worker for an item of the current transaction, once it stands."""
    transaction.on_commit(lambda: _nudge(item_id, person_id, _routes[topic].queue))


def _nudge(item_id: UUID, person_id: UUID | None, queue: str) -> None:
    """Ask the worker. When the broker is down the act still stands: the sweeper delivers later."""
    global _quiet_until
    from consent.tasks import deliver_item

    if monotonic() < _quiet_until:
        return
    try:
        deliver_item.apply_async([str(item_id), str(person_id) if person_id else None], queue=queue)
    except Exception as error:  # the broker's client raises many kinds
        # Nobody waits for a silent broker twice: the sweeper takes over for a while.
        _quiet_until = monotonic() + QUIET
        log.warning("outbox: the broker does not answer (%s); the sweeper will deliver", type(error).__name__)


def deliver(item_id: UUID, person_id: UUID | None) -> bool:
    """Deliver one item once; True when this call did it. The effect and the mark share a transaction.

    The try is counted and committed first, so that one that kills the process counts too; whoever comes meanwhile counts
    none.
    """
    with _alone(item_id) as alone:
        if not alone:
            return False
        with opened(person_id):
            if _claim(item_id) is None:
                return False
            OutboxItem.objects.filter(pk=item_id).update(attempts=F("attempts") + 1)
        with opened(person_id):
            item = _claim(item_id)
            if item is None:
                return False
            _routes[item.topic].handler(item)
            OutboxItem.objects.filter(pk=item.pk).update(delivered_at=timezone.now())
            return True


@contextmanager
def _alone(item_id: UUID) -> Iterator[bool]:
    """Whether this process alone delivers this item, over both transactions; its death lets the lock go."""
    key = [f"outbox:{item_id}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", key)
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)


def _claim(item_id: UUID) -> OutboxItem | None:
    """The item, locked; None when it is delivered, or being delivered by another."""
    waiting = OutboxItem.objects.select_for_update(skip_locked=True)
    return waiting.filter(pk=item_id, delivered_at__isnull=True).first()


def sweep(older_than: timedelta = timedelta(seconds=20)) -> int:
    """Deliver what waits for longer than `older_than`; the number delivered. One failure stops no other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT item_id, person_id FROM outbox_due(%s, 500)", [timezone.now() - older_than])
        due = cursor.fetchall()
    delivered = 0
    for item_id, person_id in due:
        try:
            delivered += deliver(item_id, person_id)
        except Exception as error:  # the next sweep tries again; the text of the error may name the person
            log.error("outbox: item %s could not be delivered (%s)", item_id, type(error).__name__)
    return delivered
