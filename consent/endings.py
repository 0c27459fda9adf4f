"""What ends by its date is said two weeks before, once: accesses here; upper apps add what is theirs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from consent.acts.base import Fact
from consent.acts.grant import grant_facts
from consent.acts.representation import facts_of_representation
from consent.days import last_day_words
from consent.models import Grant, Represented
from consent.models.reminder import Reminder
from consent.models.representation import NAMED_BY_THE_PERSON, Representation
from consent.representing import represented_by
from consent.telling import MOST, each_due, remind_of

BEFORE = timedelta(days=14)


@dataclass(frozen=True)
class Ends:
    """One thing that is about to end, in words. `go_on` is the act that makes it last, on the row `target_id` if any."""

    title: str
    facts: list[Fact] = field(default_factory=list)
    go_on: str = ""
    target_id: UUID | None = None


@dataclass(frozen=True)
class Ending:
    """A kind of thing that ends. `due` names a definer function (since, until, most) that answers with the rows
    (subject_id, person_id, ends_at) not told yet; `words` is called with the wall open, None when it stands no more.
    """

    kind: str
    due: str
    words: Callable[[UUID], Ends | None]


_endings: dict[str, Ending] = {}


def add_ending(ending: Ending) -> None:
    """Make a kind of thing that ends known to the task and to the letters."""
    _endings[ending.kind] = ending


def remind() -> int:
    """Tell of everything that ends within two weeks; how many were told. A thing is told once for one date."""
    now, told = timezone.now(), 0
    for ending in _endings.values():
        with connection.cursor() as cursor:
            query = sql.SQL("SELECT subject_id, person_id, ends_at FROM {}(%s, %s, %s)")
            cursor.execute(query.format(sql.Identifier(ending.due)), [now, now + BEFORE, MOST])
            due = cursor.fetchall()
        told += each_due(due, partial(_tell, ending.kind))
    return told


def _tell(kind: str, subject_id: UUID, person_id: UUID, ends_at: datetime) -> bool:
    return remind_of(person_id, kind, subject_id, timezone.localtime(ends_at).date(), "ending-told")


def words_of(reminder: Reminder) -> Ends | None:
    """What ends, in words; None when it stands no more. The wall is open for the person."""
    return _endings[reminder.kind].words(reminder.subject_id)


def _grant(grant_id: UUID) -> Ends | None:
    grants = Grant.objects.in_force().select_related("professional", "establishment", "team")
    if (grant := grants.filter(pk=grant_id).first()) is None:
        return None
    return Ends(_("Accès de %s") % grant.reader, grant_facts(grant)[1:], "grant.change", grant.pk)


def _representation(representation_id: UUID) -> Ends | None:
    """For the person who is represented: what the law or a judge gave does not go on by an act of theirs."""
    row = Representation.objects.in_force().filter(pk=representation_id).first()
    if row is None:
        return None
    go_on = "representation.name" if row.kind in NAMED_BY_THE_PERSON else ""
    return Ends(_("Représentation par %s") % row.name, facts_of_representation(row)[1:], go_on)


def _representing(representation_id: UUID) -> Ends | None:
    """For the representative."""
    row = Represented.objects.filter(pk=representation_id).first()
    held = [each for each, _name in represented_by(row.person_id) if each.id == representation_id] if row else []
    if not held:
        return None
    facts = [
        (_("À titre de"), str(held[0].kind.label)),
        (_("Jusqu’au"), last_day_words(held[0].ends_at)),
    ]
    return Ends(_("Vous représentez %s") % row.name, facts)


add_ending(Ending("grant-ends", "grants_ending", _grant))
add_ending(Ending("representation-ends", "representations_ending", _representation))
add_ending(Ending("representing-ends", "representing_ending", _representing))
