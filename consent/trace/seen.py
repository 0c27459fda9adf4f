"""The traces of a person that someone may read: all of them for the person, less what they hide for who represents them.

A representative sees no trace of a private act, none of a hidden access or of whoever holds it, no try at either, and
no contest of such a line. What they did themselves they see: leaving that out would tell.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from consent.acts.registry import all_acts
from consent.bases import Basis, Via
from consent.hiding import hidden_grants, professionals_of, with_holders
from consent.models import Case, CaseKind, EmergencyAccess, JournalEntry, ShareCode
from consent.models.journal_entry import ActorKind

# Nouns whose traces may name who holds an access, or lead to a line that does.
ABOUT_ACCESSES = ("grant", "request", "block", "care-team", "share-code", "emergency", "entry", "case")


def traces_seen(basis: Basis) -> QuerySet[JournalEntry]:
    """The traces that whoever stands on this basis may read. The wall must be open for the person."""
    entries = JournalEntry.objects.filter(person_id=basis.person_id)
    if basis.via is not Via.REPRESENTATION:
        return entries
    kept = _Kept(basis)
    entries = entries.exclude(code__in=kept.private)
    if not kept.anything:
        return entries
    # Which access an entry is about is among its encrypted words: acts on accesses are few, reads are opened one by one.
    undecided = entries.filter(kept.undecided())
    return entries.exclude(pk__in=[entry.pk for entry in undecided if kept.hides(entry)])


def seen_among(basis: Basis, entries: Iterable[JournalEntry]) -> list[JournalEntry]:
    """Those of these traces that may be read, in the same order: for who goes through a whole journal by parts."""
    if basis.via is not Via.REPRESENTATION:
        return list(entries)
    kept = _Kept(basis)
    return [entry for entry in entries if not kept.hides(entry)]


class _Kept:
    """What one person keeps from a representative, as it is recognised among the traces."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self.private = frozenset(act.code for act in all_acts() if act.private)
        self.subjects: set[str] = set()
        self.words: set[str] = set()
        contests = Case.objects.filter(person_id=basis.person_id, kind=CaseKind.CONTEST)
        # Most people neither hide nor contest anything: one statement says so.
        known = hidden_grants(basis.person_id).union(contests.values_list("pk", flat=True))
        if known.exists():
            self._learn_accesses(set(hidden_grants(basis.person_id)))
            self._learn_contests(list(contests.order_by("opened_at", "id")))

    @property
    def anything(self) -> bool:
        """Whether there is more to leave out than private acts."""
        return bool(self.subjects or self.words)

    def undecided(self) -> Q:
        """The entries of which only their words tell whether they are kept."""
        decided = Q(actor_kind=ActorKind.PROFESSIONAL)
        for noun in ABOUT_ACCESSES:
            decided |= Q(code__startswith=f"{noun}.")
        return decided

    def hides(self, entry: JournalEntry) -> bool:
        """Whether the representative may not read this trace."""
        if entry.code in self.private:
            return True
        if not self.anything or (entry.actor_id and entry.actor_id == self.basis.actor.id):
            return False
        if entry.actor_kind != ActorKind.PROFESSIONAL and entry.code.partition(".")[0] not in ABOUT_ACCESSES:
            return False
        reader = entry.details.get("reader") or {}
        told = {value for _label, value in entry.details.get("facts", [])}
        told |= {reader.get("name"), reader.get("place"), entry.basis_reference}
        return entry.details.get("subject") in self.subjects or bool(self.words & told)

    def _learn_accesses(self, grants: set[UUID]) -> None:
        """By which rows and which words a trace tells of these accesses, or of whoever holds them."""
        if not grants:
            return
        rows = list(with_holders(grants))
        holders = list(professionals_of(rows))
        codes = ShareCode.objects.filter(Q(professional__in=holders) | Q(used_by__in=holders))
        urgent = list(EmergencyAccess.objects.filter(person_id=self.basis.person_id, professional__in=holders))
        self.subjects |= {str(pk) for pk in grants} | {str(access.pk) for access in urgent}
        self.subjects |= {str(pk) for pk in codes.filter(person_id=self.basis.person_id).values_list("pk", flat=True)}
        # Traces are in French, whatever the language of who reads them.
        with override("fr"):
            self.words |= {grant.reader for grant in rows}
            self.words |= {name for who in holders for name in (str(who), who.name)}
            self.words |= {grant.establishment.name for grant in rows if grant.establishment}
            # The auditor's traces name an emergency access by its number, or by its hour.
            started = {date_format(timezone.localtime(access.started_at), _("j F Y à H:i")) for access in urgent}
            self.words |= started | {str(access.pk) for access in urgent}

    def _learn_contests(self, cases: list[Case]) -> None:
        """A contest of a line that is kept is kept too, with its case, and so is a contest of that one.

        The cases come in the order in which they were opened.
        """
        lines = JournalEntry.objects.filter(person_id=self.basis.person_id).in_bulk([case.subject_id for case in cases])
        for case in cases:
            line = lines.get(case.subject_id)
            if line is None or self.hides(line):
                self.subjects.add(str(case.pk))
                self.words.add(case.reference)
