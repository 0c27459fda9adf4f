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
from consent.models.journal_entry import JournalEntry, Outcome
from consent.models.reminder import once
from consent.models.telling import ReadsTold
from consent.trace.readers import READS_BY_OTHERS
from consent.wall import opened

log = logging.getLogger(__name__)

# The kinds of basis by which a read is told of at once. What an agent sees is told at the end of the visit, and what the
# service reads, to send or to answer, is in the history and in statements.
BY_OTHERS = (Via.GRANT, Via.SHARE, Via.EMERGENCY, Via.REPRESENTATION)
MOST = 5000  # persons in one run of a task: the next run goes on


# All that a read may have to leave beside its entry, in one statement: each reminder is made once, whoever comes at
# the same time, and the outbox has a line when one of those that are told was made.
_FOLLOW = """
WITH first_use AS (
  INSERT INTO consent_reminder (id, person_id, kind, subject_id, day, made_at)
  SELECT gen_random_uuid(), %(person)s, 'representation', %(right)s, NULL, %(now)s WHERE %(represents)s
  ON CONFLICT DO NOTHING RETURNING 1
), chosen AS (
  INSERT INTO consent_reminder (id, person_id, kind, subject_id, day, made_at)
  SELECT gen_random_uuid(), %(person)s, told.kind, %(reader)s, told.day, %(now)s
  FROM (VALUES ('read', %(each)s, %(today)s::date), ('first', %(first)s, NULL)) AS told (kind, choice, day)
  WHERE %(told)s AND (EXISTS (SELECT 1 FROM first_use)
    OR told.choice = (SELECT reads FROM consent_telling WHERE person_id = %(person)s))
  ON CONFLICT DO NOTHING RETURNING 1
), near AS (
  INSERT INTO consent_reminder (id, person_id, kind, subject_id, day, made_at)
  SELECT gen_random_uuid(), %(person)s, 'near', %(reader)s, %(today)s, %(now)s WHERE %(near)s
  ON CONFLICT DO NOTHING RETURNING 1
), put AS (
  INSERT INTO consent_outboxitem (id, person_id, topic, subject_id, created_at, attempts)
  SELECT gen_random_uuid(), %(person)s, 'read-told', %(entry)s, %(now)s, 0
  WHERE EXISTS (SELECT 1 FROM first_use) OR EXISTS (SELECT 1 FROM chosen) RETURNING id
)
SELECT (SELECT id FROM put), EXISTS (SELECT 1 FROM near)
"""


def follow_read(basis: Basis, entry: JournalEntry, *, near: bool) -> bool:
    """Put what must be told of this read in the outbox. Called in its transaction, the wall open.

    `near`: its reader may be close to the person. True when that is to be signalled: once a day for a reader.
    """
    # An emergency access is told when it is opened, whatever was chosen (`consent/emergency.py`).
    told = entry.via in BY_OTHERS and entry.via != Via.EMERGENCY
    if entry.person_id is None or not (told or near):
        return False
    reader = reader_id(entry)
    asked = {
        "person": entry.person_id, "entry": entry.pk, "reader": reader, "right": basis.right_id or reader,
        "now": timezone.now(), "today": timezone.localdate(), "told": told, "near": near,
        # The first use of each representation is told whatever was chosen, and by that message alone.
        "represents": entry.via == Via.REPRESENTATION,
        "each": ReadsTold.EACH, "first": ReadsTold.FIRST,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, asked)
        item_id, is_new = cursor.fetchone()
    if item_id is not None:
        outbox.nudge_after_commit("read-told", item_id, entry.person_id)
    return is_new


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
    """What others read, whoever they are, from `since` until just before `until`, the oldest first. The wall is open."""
    return JournalEntry.objects.filter(
        READS_BY_OTHERS, person_id=person_id, outcome=Outcome.DONE, at__gte=since, at__lt=until
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
