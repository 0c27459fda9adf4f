"""The traces of a person that someone may read: all of them for the person, less what they hide for who represents them.

A representative sees no trace of a private act, none of a hidden access or of whoever holds it, no try at either, and
no contest of such a line, nor of what a representative did. What they did themselves they see: leaving that out would tell.
Nor do they see the way of a letter: one that waits at a counter instead of coming home says that something is hidden.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import override

from consent.acts.base import Act
from consent.acts.registry import all_acts, is_kept_quiet
from consent.bases import Basis, Via
from consent.days import moment_words
from consent.hiding import by_name_or_in_team, hidden_accesses, holders_of, is_represented, staff_of
from consent.journal import machine
from consent.models import (
    AccessRequest,
    Block,
    CareTeam,
    CareTeamMember,
    Case,
    CaseKind,
    Category,
    EmergencyAccess,
    Establishment,
    Grant,
    Hidden,
    JournalEntry,
    Person,
    Professional,
    ShareCode,
)
from consent.models.journal_entry import DAMAGED, ActorKind, Nature
from consent.trace.history import Line, event_words, lines_of
from consent.wall import key_cache

# Reading the history, as a scope and in the journal.
HISTORY = "history.read"
# By what labels traces tell of a kind of content; filled by the app that keeps it.
_labels_of: dict[Category, tuple[str | Promise, ...]] = {}
# Events that no representative reads; filled by the app that leaves them.
_kept_events: set[str] = set()
# Where the rows of a person name a professional.
NAMING = (
    (Grant, "professional"),
    (CareTeamMember, "professional"),
    (Block, "professional"),
    (AccessRequest, "professional"),
    (ShareCode, "professional"),
    (ShareCode, "used_by"),
    (EmergencyAccess, "professional"),
)


def tells_of(category: Category, *labels: str | Promise) -> None:
    """Say that facts with these labels tell of this kind of content."""
    _labels_of[category] = (*_labels_of.get(category, ()), *labels)


def keep_from_representatives(*codes: str) -> None:
    """Say that whoever represents the person reads no trace with these codes."""
    _kept_events.update(codes)


def is_kept_event(code: str) -> bool:
    """Whether no representative reads the traces of this event."""
    return code in _kept_events


def traces_seen(basis: Basis) -> QuerySet[JournalEntry]:
    """The traces that whoever stands on this basis may read. The wall must be open for the person."""
    entries = JournalEntry.objects.filter(person_id=basis.person_id)
    if not basis.by_representative:
        return entries
    kept = _kept_from(basis)
    # Which access an entry is about is among its encrypted words. Any act may name who holds one (suspending lists those
    # that stand, a team its members): every entry is opened, for the few persons who hide an access.
    hiding = bool(kept.subjects or kept.labels)
    opened = list(_with_contests(entries if hiding else entries.filter(Exists(contests()))))
    kept.learn_contests(opened)
    if kept.subjects and not hiding:
        opened = list(entries)
    entries = entries.exclude(code__in=kept.private)
    return entries.exclude(pk__in=[entry.pk for entry in opened if kept.hides(entry)])


def seen_among(basis: Basis, entries: Iterable[JournalEntry]) -> list[JournalEntry]:
    """Those of these traces that may be read, in the same order: for who goes through a whole journal by parts."""
    if not basis.by_representative:
        return list(entries)
    kept = _kept_from(basis)
    mine = JournalEntry.objects.filter(person_id=basis.person_id)
    kept.learn_contests(_with_contests(mine.filter(Exists(contests()))))
    return [entry for entry in entries if not kept.hides(entry)]


def tells_what_is_hidden(person_id: UUID, texts: Iterable[str]) -> bool:
    """Whether these words tell of what the person hides from someone who represents them now. The wall is open for them.

    In French, as traces and letters are. They name a hidden access or its holder, list an act that is kept quiet, or
    tell of the way of a letter.
    """
    return teller_of_hidden(person_id)(texts)


def teller_of_hidden(person_id: UUID) -> Callable[[Iterable[str]], bool]:
    """The same of many texts, what is hidden asked once."""
    if not is_represented(person_id):
        return lambda _texts: False
    kept = Kept(Basis(Via.REPRESENTATION, person_id, machine()))
    kept.learn_contests(_with_contests(JournalEntry.objects.filter(Exists(contests()), person_id=person_id)))
    quiet = _labels(act for act in all_acts() if is_kept_quiet(act.code))
    with override("fr"):
        kept.words |= {event_words(code) for code in _kept_events}
    return lambda texts: any(text in kept.labels or kept.names(text) or bool(quiet.search(text)) for text in texts)


def _kept_from(basis: Basis) -> "Kept":
    """What is kept from who stands on this basis; asked once while the wall stays open."""
    cached = key_cache(basis.person_id)
    asked = ("kept", basis.actor.id)
    if cached is None or asked not in cached:
        kept = Kept(basis)
        if cached is not None:
            cached[asked] = kept
        return kept
    return cached[asked]


def lines_seen(basis: Basis, entries: Iterable[JournalEntry]) -> list[Line]:
    """These traces, of those that may be read, in words. The wall is open for the person."""
    entries = list(entries)
    if basis.by_representative:
        kept, private = _kept_from(basis), _labels(act for act in all_acts() if act.private)
        for entry in entries:
            entry.details = {**entry.details, "facts": _facts_seen(entry, kept, private)}
    return lines_of(entries)


def _facts_seen(entry: JournalEntry, kept: "Kept", private: re.Pattern[str]) -> list[list[str]]:
    """The kept facts of a trace without private acts, which a mandate lists among others, nor those that name what is
    hidden, which an act on many things does."""
    facts = [[label, private.sub("", value).removeprefix(", ")] for label, value in kept.told(entry)]
    return [[label, value] for label, value in facts if value]


def _labels(acts: Iterable[Act]) -> re.Pattern[str]:
    """The labels of these acts where acts are listed, as traces keep them: in French."""
    with override("fr"):
        labels = [re.escape(str(act.label).lower()) for act in acts]
    return re.compile(rf"(?:^|, )(?:{'|'.join(labels)})(?=, |$)")


def contest_is_kept(basis: Basis, actor_kind: str) -> bool:
    """Whether a contest of what such an actor did is kept from who stands on this basis, who then contests none.

    The person may have to say without them what a representative did (design §5): that it was contested already must not
    be learned by trying.
    """
    return basis.by_representative and actor_kind == ActorKind.REPRESENTATIVE


def contests() -> QuerySet[Case]:
    """The contests of a trace: to be asked beside each trace of a query."""
    return Case.objects.filter(kind=CaseKind.CONTEST, person_id=OuterRef("person_id"), subject_id=OuterRef("pk"))


def _with_contests(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    return entries.annotate(contests=ArraySubquery(contests().values(row=JSONObject(id="pk", reference="reference"))))


class Kept:
    """What a person keeps from one representative: by which rows and which words a trace tells of it."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self.private = frozenset(act.code for act in all_acts() if act.private) | _kept_events
        self.subjects: set[str] = set()
        self.words: set[str] = set()
        self.whole: set[str] = set()
        # Who holds one, whatever the directory says today: the words of a trace are those of its own day.
        self.accounts: set[UUID] = set()
        self.labels: set[str] = set()
        self._learn_all()

    def hides(self, entry: JournalEntry) -> bool:
        """Whether the representative may not read this trace."""
        if entry.code in self.private or entry.details.get(DAMAGED):
            return True
        if not (self.subjects or self.labels) or (entry.actor_id and entry.actor_id == self.basis.actor.id):
            return False
        if entry.actor_kind == ActorKind.PROFESSIONAL and entry.actor_id in self.accounts:
            return True
        reader = entry.details.get("reader") or {}
        by = [value for value in (reader.get("name"), reader.get("place"), entry.basis_reference) if value]
        if entry.details.get("subject") in self.subjects or any(self.names(value) for value in by):
            return True
        facts, told = entry.details.get("facts", []), self.told(entry)
        # What is about one thing is told whole or not at all; an act on many, less what is hidden of them.
        on_many = entry.nature == Nature.ACT and not entry.details.get("subject")
        return bool(facts) and not told if on_many else len(told) < len(facts)

    def told(self, entry: JournalEntry) -> list[list[str]]:
        """The facts of a trace that name nothing hidden; all of what the representative did themselves."""
        facts = entry.details.get("facts", [])
        if entry.actor_id and entry.actor_id == self.basis.actor.id:
            return facts
        return [[label, value] for label, value in facts if label not in self.labels and not self.names(value)]

    def names(self, text: str) -> bool:
        """Whether these words name what is kept, or whoever holds it."""
        return text in self.whole or any(word in text for word in self.words)

    def learn_contests(self, entries: Iterable[JournalEntry]) -> None:
        """A contest of a line that is kept is kept too, with its case, and so is a contest of that one."""
        left = [entry for entry in entries if entry.contests]
        while found := [e for e in left if self.hides(e) or contest_is_kept(self.basis, e.actor_kind)]:
            self._learn_cases(contest for entry in found for contest in entry.contests)
            left = [entry for entry in left if entry not in found]

    def _learn_cases(self, cases: Iterable[dict[str, Any]]) -> None:
        """Cases of which nothing is told: not that they are there, nor what came of them."""
        for case in cases:
            self.subjects.add(str(case["id"]))
            self.words.add(case["reference"])

    def _learn_all(self) -> None:
        """All of it, in one statement: pages of a history are many, and hide something for few."""
        found = _told_of(self.basis.person_id).first()
        if found is None:
            return
        # Complaints may be about whoever represents the person.
        self._learn_cases(found["complaints"])
        # Traces are in French, whatever the language of who reads them.
        with override("fr"):
            self.labels = {str(label) for value in found["categories"] for label in _labels_of.get(Category(value), ())}
            if found["accesses"]:
                self._learn_accesses(found)

    def _learn_accesses(self, found: dict[str, Any]) -> None:
        """The hidden accesses, and whatever names whoever holds them."""
        self.accounts = set(found["accounts"])
        self.subjects |= {row["id"] for row in found["accesses"]} | {str(pk) for pk in found["codes"]}
        self.subjects |= {row["id"] for row in found["urgent"]}
        holders = [Professional(**row) for row in found["holders"]]
        self.words |= {name for who in holders for name in (str(who), who.name)}
        for row in found["accesses"]:
            if row["place"]:
                place = Establishment(name=row["place"], town=row["town"])
                self.words |= {str(place), place.name}
            if row["team"]:
                # A team may be called by a word that stands in many others.
                team = CareTeam.sealed(UUID(row["team"]), self.basis.person_id, row["team_name"])
                self.subjects.add(row["team"])
                self.whole.add(str(team))
                self.words.add(team.as_reader)
        # The auditor's traces name an emergency access by its number, or by its hour.
        self.words |= {row["id"] for row in found["urgent"]}
        self.words |= {moment_words(parse_datetime(row["at"])) for row in found["urgent"]}


def _told_of(person_id: UUID | None) -> QuerySet[Person]:
    """Complaints, hidden kinds of content and hidden accesses of a person, with what tells of any of these.

    Of an establishment's staff, who may be thousands, `holders` has those alone whom something of the person's names.
    """
    hidden, mine = hidden_accesses(person_id), Hidden.objects.filter(person_id=person_id)
    named = Q(by_name_or_in_team(hidden)) | Q(account__in=staff_of(hidden)) & _named_by(person_id)
    held = holders_of(hidden)
    codes = ShareCode.objects.filter(Q(professional__in=held) | Q(used_by__in=held), person_id=person_id)
    urgent = EmergencyAccess.objects.filter(professional__in=held, person_id=person_id)
    users = get_user_model().objects.filter(Q(professional__in=held) | Q(pk__in=staff_of(hidden)))
    complaints = Case.objects.filter(person_id=person_id, kind=CaseKind.COMPLAINT)
    grant = {"id": "pk", "place": "establishment__name", "town": "establishment__town", "team_name": "team__name"}
    who = {name: name for name in ("id", "name", "profession", "town")}
    told = {
        "complaints": complaints.values(row=JSONObject(id="pk", reference="reference")),
        "categories": mine.exclude(category="").values("category"),
        "accesses": hidden.values(row=JSONObject(**grant, team="team_id")),
        "holders": Professional.objects.filter(named).values(row=JSONObject(**who)),
        "accounts": users.values("pk"),
        "codes": codes.values("pk"),
        "urgent": urgent.values(row=JSONObject(id="pk", at="started_at")),
    }
    asked = Person.objects.filter(pk=person_id)
    return asked.annotate(**{name: ArraySubquery(rows) for name, rows in told.items()}).values(*told)


def _named_by(person_id: UUID | None) -> Q:
    """Of professionals: those whom a row or a trace of the person's names."""
    rows = {"person_id": person_id}
    named = Q(account__in=JournalEntry.objects.filter(actor_kind=ActorKind.PROFESSIONAL, **rows).values("actor_id"))
    for model, column in NAMING:
        named |= Q(pk__in=model.objects.filter(**rows, **{f"{column}__isnull": False}).values(column))
    return named
