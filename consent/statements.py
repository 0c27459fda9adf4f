"""Statements of who read what: their periods, and the one of each quarter for those who asked for it."""

from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.utils import timezone

from consent import outbox
from consent.models import JournalEntry, Statement
from consent.telling import MOST, each_due, midnight, reads_between
from consent.wall import opened


class Period(StrEnum):
    """The periods that a person can ask a statement of."""

    THIS_QUARTER = "this-quarter"
    LAST_QUARTER = "last-quarter"
    YEAR = "year"


def quarter_of(day: date) -> date:
    """The first day of the quarter of a day."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def days_of(period: Period, today: date) -> tuple[date, date]:
    """The first and the last day of a period, as of today."""
    first = quarter_of(today)
    if period is Period.THIS_QUARTER:
        return first, today
    if period is Period.LAST_QUARTER:
        return quarter_of(first - timedelta(days=1)), first - timedelta(days=1)
    return today - timedelta(days=365), today


def reads_of(statement: Statement, most: int) -> tuple[list[JournalEntry], int]:
    """The first `most` reads by others in the period, and how many there are in all. The wall is open."""
    reads = reads_between(statement.person_id, midnight(statement.since), midnight(statement.until + timedelta(days=1)))
    return list(reads[:most]), reads.count()


def make_due() -> int:
    """The statement of the last quarter for those who had asked for it, once; their number."""
    since, until = days_of(Period.LAST_QUARTER, timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM statements_due(%s, %s, %s)", [since, midnight(until + timedelta(days=1)), MOST]
        )
        due = cursor.fetchall()
    return each_due(due, lambda person_id: _make(person_id, since, until))


def _make(person_id: UUID, since: date, until: date) -> bool:
    with opened(person_id):
        statement, made = Statement.objects.get_or_create(
            person_id=person_id, since=since, by_clock=True, defaults={"until": until}
        )
        if made:
            outbox.put("statement", statement.pk, person_id)
        return made
