"""Who is in a person's journal: each reader once, and the traces of one of them.

A reader is an account (a professional, a representative), a counter (never one of its agents), or a kind.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, UUIDField, When

from consent.bases import Via
from consent.models.journal_entry import ActorKind, JournalEntry, Nature

HIMSELF = Q(actor_kind=ActorKind.PERSON, via=Via.SELF)
BY_COUNTER = Q(actor_kind=ActorKind.AGENT)
# Those whom their account tells apart for the person: everyone else is told by a kind.
ALONE = HIMSELF | Q(
    actor_kind__in=[ActorKind.AGENT, ActorKind.CLERK, ActorKind.AUDITOR, ActorKind.MACHINE, ActorKind.PUBLIC]
)
READS_BY_OTHERS = Q(nature=Nature.READ) & ~Q(actor_kind=ActorKind.MACHINE) & ~HIMSELF
KEY = re.compile(r"([a-z]+)(?::(\d{1,9}|[0-9a-f-]{36}))?")
LAST = 5


@dataclass(frozen=True)
class Reader:
    """One reader of a person's history: how many traces, from when to when, and the ids of the last ones."""

    key: str
    times: int
    first: datetime
    last: datetime
    last_ids: list[UUID]


def key_condition(key: str) -> Q | None:
    """The traces of the reader with this key; None when it is none."""
    found = KEY.fullmatch(key)
    if found is None or found[1] not in ActorKind.values:
        return None
    kind, which = found.groups()
    if which is None:
        return Q(actor_kind=kind) & (HIMSELF if kind == ActorKind.PERSON else Q())
    if which.isdecimal():
        return Q(actor_kind=kind, counter_number=int(which)) if kind == ActorKind.AGENT else None
    try:
        return Q(actor_kind=kind, actor_id=UUID(which)) & ~HIMSELF
    except ValueError:
        return None


def by_reader(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry, dict[str, object]]:
    """One row a reader, who came last first; to be sliced, then given to `reader_of`."""
    grouped = entries.order_by().values(
        "actor_kind",
        counter=Case(When(BY_COUNTER, then=F("counter_number"))),
        account=Case(When(ALONE, then=None), default=F("actor_id"), output_field=UUIDField()),
    )
    return (
        grouped.annotate(times=Count("id"), first=Min("at"), last=Max("at"), ids=ArrayAgg("id", order_by=["-at", "id"]))
        .annotate(last_ids=F(f"ids__0_{LAST}"))
        .values("actor_kind", "counter", "account", "times", "first", "last", "last_ids")
        .order_by("-last", "actor_kind", "counter", "account")
    )


def reader_of(row: dict[str, object]) -> Reader:
    """One row of `by_reader`."""
    which = row["account"] or row["counter"]
    key = f"{row['actor_kind']}:{which}" if which else str(row["actor_kind"])
    return Reader(key, row["times"], row["first"], row["last"], row["last_ids"])
