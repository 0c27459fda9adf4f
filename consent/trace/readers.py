"""Who is in a person's journal: each reader once, and the traces of one of them.

A reader is an account (a professional, a representative), a counter (never one of its agents), or a kind: the journal
names them itself (`JournalEntry.reader`), so that an index leads from one reader to the next without their lines.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from consent.models.journal_entry import HIMSELF, ActorKind, JournalEntry, Nature

READS_BY_OTHERS = Q(nature=Nature.READ) & ~Q(actor_kind=ActorKind.MACHINE) & ~HIMSELF
KEY = re.compile(r"([a-z]+)(?::(\d{1,9}|[0-9a-f-]{36}))?")
LAST = 5
# Counted up to here: beyond, one is told that there are more.
COUNTED = 100
MOST_READERS = 1000


@dataclass(frozen=True)
class Reader:
    """One reader of a person's history: how many traces (`COUNTED` and `more`), from when to when, the last ones."""

    key: str
    times: int
    more: bool
    first: datetime
    last: datetime
    last_ids: list[UUID]


@dataclass(frozen=True)
class Readers:
    """Some readers, who came last first, among `count` of them (`MOST_READERS` and `more`)."""

    shown: list[Reader]
    count: int
    more: bool


def key_condition(key: str) -> Q | None:
    """The traces of the reader with this key; None when it is none."""
    found = KEY.fullmatch(key)
    if found is None or found[1] not in ActorKind.values:
        return None
    kind, which = found.groups()
    if which is not None and which.isdecimal() != (kind == ActorKind.AGENT):
        return None
    if which is not None and not which.isdecimal():
        try:
            UUID(which)
        except ValueError:
            return None
    return Q(reader=key)


# From reader to reader by the index, then what is told of those on the page: no line is read for being there.
_BY_READER = """
WITH RECURSIVE entry (id, at, reader) AS NOT MATERIALIZED ({entries}),
next_reader AS (
  (SELECT reader, at FROM entry ORDER BY reader, at DESC LIMIT 1)
  UNION ALL
  SELECT found.reader, found.at FROM next_reader n, LATERAL (
    SELECT e.reader, e.at FROM entry e WHERE e.reader > n.reader ORDER BY e.reader, e.at DESC LIMIT 1) found
),
known AS (SELECT reader, at AS last FROM next_reader LIMIT %s),
page AS (
  SELECT reader, last, count(*) OVER () AS readers FROM known ORDER BY last DESC, reader
  LIMIT %s OFFSET least(%s, greatest((SELECT count(*) FROM known) - 1, 0) / %s * %s)
)
SELECT p.readers, p.reader, p.last,
  (SELECT e.at FROM entry e WHERE e.reader = p.reader ORDER BY e.at LIMIT 1),
  (SELECT count(*) FROM (SELECT FROM entry e WHERE e.reader = p.reader LIMIT %s) counted),
  ARRAY(SELECT e.id FROM entry e WHERE e.reader = p.reader ORDER BY e.at DESC, e.id LIMIT %s)
FROM page p ORDER BY p.last DESC, p.reader
"""


def by_reader(entries: QuerySet[JournalEntry], page: int, size: int) -> Readers:
    """The readers of these traces on one page of so many, or on the last one. The wall must be open for the person.

    One statement, which costs as much as there are readers, whatever the number of their traces.
    """
    try:
        sql, parameters = entries.order_by().values("id", "at", "reader").query.sql_with_params()
    except EmptyResultSet:
        return Readers([], 0, False)
    mine = [MOST_READERS + 1, size, (page - 1) * size, size, size, COUNTED + 1, LAST]
    with connection.cursor() as cursor:
        cursor.execute(_BY_READER.format(entries=sql), [*parameters, *mine])
        rows = cursor.fetchall()
    count = rows[0][0] if rows else 0
    return Readers([_reader_of(*row[1:]) for row in rows], min(count, MOST_READERS), count > MOST_READERS)


def _reader_of(key: str, last: datetime, first: datetime, times: int, last_ids: list[UUID]) -> Reader:
    return Reader(key, min(times, COUNTED), times > COUNTED, first, last, last_ids)
