"""What is told of reads by others: at the read itself, or once a week (EHDS, article 9: by itself, and free).

The rows are written in the transaction of the read; who tells, and by what channel, is the app that writes letters.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from consent import outbox
from consent.bases import Basis, Via
from consent.models.journal_entry import JournalEntry, Nature, Outcome
from consent.models.reminder import once
from consent.models.telling import ReadsTold, Telling
from consent.wall import opened

log = logging.getLogger(__name__)

# The kinds of basis by which someone else reads the space. What an agent sees is told at the end of the visit,
# and the mail service reads only what it is about to send.
BY_OTHERS = (Via.GRANT, Via.SHARE, Via.EMERGENCY, Via.REPRESENTATION)
MOST = 5000  # persons in one run of a task: the next run goes on


def tell_read(basis: Basis, entry: JournalEntry) -> None:
    """Put what must be told of this read in the outbox. Called in its transaction, the wall open."""
    # An emergency access is told when it is opened, whatever was chosen (`consent/emergency.py`).
    if entry.via not in BY_OTHERS or entry.via == Via.EMERGENCY or entry.person_id is None:
        return
    reader, today = reader_id(entry), timezone.localdate()
    # So is the first use of each representation.
    if entry.via == Via.REPRESENTATION and once(entry.person_id, "representation", basis.right_id or reader):
        # What this message says need not be said again by the person's own choice.
        once(entry.person_id, "read", reader, today)
        once(entry.person_id, "first", reader)
        outbox.put("read-told", entry.pk, entry.person_id)
        return
    reads = Telling.objects.filter(person_id=entry.person_id).values_list("reads", flat=True).first()
    due = (reads == ReadsTold.EACH and once(entry.person_id, "read", reader, today)) or (
        reads == ReadsTold.FIRST and once(entry.person_id, "first", reader)
    )
    if due:
        outbox.put("read-told", entry.pk, entry.person_id)


def told_otherwise(basis: Basis, right_id: UUID) -> None:
    """Another message tells of this right by itself: its first read is not told a second time. The wall is open."""
    if basis.person_id is not None and basis.actor.id is not None:
        once(basis.person_id, basis.via, right_id)
        once(basis.person_id, "read", basis.actor.id, timezone.localdate())
        once(basis.person_id, "first", basis.actor.id)


def reader_id(entry: JournalEntry) -> UUID:
    """What stays the same from one read of somebody to the next: their account, or else their name."""
    return entry.actor_id or uuid5(NAMESPACE_OID, f"{entry.actor_kind}:{entry.details.get('reader')}")


def reads_between(person_id: UUID, since: datetime, until: datetime) -> QuerySet[JournalEntry]:
    """What others read in the space from `since` until just before `until`, the oldest first. The wall is open."""
    return JournalEntry.objects.filter(
        person_id=person_id, nature=Nature.READ, outcome=Outcome.DONE, via__in=BY_OTHERS, at__gte=since, at__lt=until
    ).order_by("at", "id")


def midnight(day: date) -> datetime:
    """When a day begins, in the service's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def last_week(today: date) -> tuple[date, date]:
    """The Monday of the last whole week, and the Monday after it."""
    monday = today - timedelta(days=today.weekday())
    return monday - timedelta(days=7), monday


def tell_week() -> int:
    """Tell those who chose so of last week's reads, once; their number. Nobody is told that nothing happened."""
    monday, end = last_week(timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM week_to_tell(%s, %s, %s, %s, %s)",
            [monday, midnight(monday), midnight(end), list(BY_OTHERS), MOST],
        )
        due = cursor.fetchall()
    return each_due(due, lambda person_id: remind_of(person_id, "week", person_id, monday, "week-told"))


def remind_of(person_id: UUID, kind: str, subject_id: UUID, day: date, topic: str) -> bool:
    """Put one thing in the outbox of this person, once; whether this call did it."""
    with opened(person_id):
        reminder = once(person_id, kind, subject_id, day)
        if reminder:
            outbox.put(topic, reminder.pk, person_id)
    return reminder is not None


def each_due(due: Iterable[tuple[Any, ...]], tell: Callable[..., bool]) -> int:
    """Tell of each row that is due; how many were told. One failure stops no other: the next run tries again."""
    told = 0
    for row in due:
        try:
            told += tell(*row)
        except Exception as error:  # its text may name the person
            log.error("telling %s failed (%s)", row[0], type(error).__name__)
    return told
