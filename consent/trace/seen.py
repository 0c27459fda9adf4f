"""The traces of a person that someone may read: all of them for the person, less what they hide for who represents them.

A representative sees no trace of a private act, none of a hidden access or of whoever holds it, no try at either, and
no contest of such a line. What they did themselves they see: leaving that out would tell.
"""

import re
from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.translation import override

from consent.acts.registry import all_acts
from consent.bases import Basis, Via
from consent.days import moment_words
from consent.hiding import hidden_with_holders, professionals_of
from consent.models import (
    CareTeamMember,
    Case,
    CaseKind,
    EmergencyAccess,
    EstablishmentUserObjectPermission,
    JournalEntry,
    ShareCode,
)
from consent.models.journal_entry import ActorKind
from consent.trace.history import Line, lines_of

# Reading the history, as a scope and in the journal.
HISTORY = "history.read"


def traces_seen(basis: Basis) -> QuerySet[JournalEntry]:
    """The traces that whoever stands on this basis may read. The wall must be open for the person."""
    entries = JournalEntry.objects.filter(person_id=basis.person_id)
    if basis.via is not Via.REPRESENTATION:
        return entries
    kept = Kept(basis)
    # Which access an entry is about is among its encrypted words. Any act may name who holds one (suspending lists those
    # that stand, a team its members): every entry is opened, for the few persons who hide an access.
    opened = list(_with_contests(entries if kept.words else entries.filter(Exists(contests()))))
    kept.learn_contests(opened)
    entries = entries.exclude(code__in=kept.private)
    return entries.exclude(pk__in=[entry.pk for entry in opened if kept.hides(entry)])


def seen_among(basis: Basis, entries: Iterable[JournalEntry]) -> list[JournalEntry]:
    """Those of these traces that may be read, in the same order: for who goes through a whole journal by parts."""
    if basis.via is not Via.REPRESENTATION:
        return list(entries)
    kept = Kept(basis)
    mine = JournalEntry.objects.filter(person_id=basis.person_id)
    kept.learn_contests(_with_contests(mine.filter(Exists(contests()))))
    return [entry for entry in entries if not kept.hides(entry)]


def lines_seen(basis: Basis, entries: Iterable[JournalEntry]) -> list[Line]:
    """These traces, of those that may be read, in words. The wall is open for the person."""
    entries = list(entries)
    if basis.via is Via.REPRESENTATION:
        private = _private_labels()
        for entry in entries:
            entry.details = {**entry.details, "facts": facts_seen(entry, private)}
    return lines_of(entries)


def facts_seen(entry: JournalEntry, private: re.Pattern[str]) -> list[list[str]]:
    """The kept facts of a trace without private acts: a mandate lists what it is for, these among the rest."""
    facts = [[label, private.sub("", value).removeprefix(", ")] for label, value in entry.details.get("facts", [])]
    return [[label, value] for label, value in facts if value]


def _private_labels() -> re.Pattern[str]:
    """The label of a private act where acts are listed, as traces keep them: in French."""
    with override("fr"):
        labels = [re.escape(str(act.label).lower()) for act in all_acts() if act.private]
    return re.compile(rf"(?:^|, )(?:{'|'.join(labels)})(?=, |$)")


def contests() -> QuerySet[Case]:
    """The contests of a trace: to be asked beside each trace of a query."""
    return Case.objects.filter(kind=CaseKind.CONTEST, person_id=OuterRef("person_id"), subject_id=OuterRef("pk"))


def _with_contests(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    return entries.annotate(contests=ArraySubquery(contests().values(row=JSONObject(id="pk", reference="reference"))))


class Kept:
    """What a person keeps from one representative: by which rows and which words a trace tells of it."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self.private = frozenset(act.code for act in all_acts() if act.private)
        self.subjects: set[str] = set()
        self.words: set[str] = set()
        # Who holds one, whatever the directory says today: the words of a trace are those of its own day.
        self.accounts: set[UUID] = set()
        self._learn_accesses()

    def hides(self, entry: JournalEntry) -> bool:
        """Whether the representative may not read this trace."""
        if entry.code in self.private:
            return True
        if not self.words or (entry.actor_id and entry.actor_id == self.basis.actor.id):
            return False
        if entry.actor_kind == ActorKind.PROFESSIONAL and entry.actor_id in self.accounts:
            return True
        reader = entry.details.get("reader") or {}
        told = [value for _label, value in entry.details.get("facts", [])]
        told += [value for value in (reader.get("name"), reader.get("place"), entry.basis_reference) if value]
        return entry.details.get("subject") in self.subjects or any(
            word in value for word in self.words for value in told
        )

    def learn_contests(self, entries: Iterable[JournalEntry]) -> None:
        """A contest of a line that is kept is kept too, with its case, and so is a contest of that one."""
        left = [entry for entry in entries if entry.contests]
        while found := [entry for entry in left if self.hides(entry)]:
            contests = [contest for entry in found for contest in entry.contests]
            self.subjects |= {contest["id"] for contest in contests}
            self.words |= {contest["reference"] for contest in contests}
            left = [entry for entry in left if entry not in found]

    def _learn_accesses(self) -> None:
        """The hidden accesses, and whatever names whoever holds them."""
        rows = list(
            hidden_with_holders(self.basis.person_id).annotate(
                codes=ArraySubquery(_of_holder(ShareCode, "used_by_id").values("pk")),
                urgent=ArraySubquery(_of_holder(EmergencyAccess).values(row=JSONObject(id="pk", at="started_at"))),
                accounts=ArraySubquery(_accounts_of_holder()),
            )
        )
        self.accounts |= {pk for grant in rows for pk in grant.accounts}
        self.subjects |= {str(grant.pk) for grant in rows} | {str(pk) for grant in rows for pk in grant.codes}
        self.subjects |= {access["id"] for grant in rows for access in grant.urgent}
        # Traces are in French, whatever the language of who reads them.
        with override("fr"):
            self.words |= {grant.reader for grant in rows}
            self.words |= {name for who in professionals_of(rows) for name in (str(who), who.name)}
            self.words |= {grant.establishment.name for grant in rows if grant.establishment}
            # The auditor's traces name an emergency access by its number, or by its hour.
            for access in (access for grant in rows for access in grant.urgent):
                self.words |= {
                    access["id"],
                    moment_words(parse_datetime(access["at"])),
                }


def _accounts_of_holder() -> QuerySet[AbstractBaseUser, UUID]:
    """The accounts by which an access is used: its professional's, those of its team, of who works in its place."""
    team = CareTeamMember.objects.filter(team_id=OuterRef(OuterRef("team_id"))).values("professional_id")
    working = EstablishmentUserObjectPermission.objects.filter(content_object=OuterRef(OuterRef("establishment_id")))
    held = Q(professional_id=OuterRef("professional_id")) | Q(professional_id__in=team)
    return get_user_model().objects.filter(held | Q(pk__in=working.values("user"))).values("pk")


def _of_holder(model: type[ShareCode | EmergencyAccess], *names: str) -> QuerySet[ShareCode | EmergencyAccess]:
    """The rows of the same person for who holds an access, by name or in a team; `names`: other columns of who they are."""
    team = CareTeamMember.objects.filter(team_id=OuterRef(OuterRef("team_id"))).values("professional_id")
    theirs = Q()
    for name in ("professional_id", *names):
        theirs |= Q(**{name: OuterRef("professional_id")}) | Q(**{f"{name}__in": team})
    return model.objects.filter(theirs, person_id=OuterRef("person_id"))
