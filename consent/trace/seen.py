"""The traces of a person that someone may read: all of them for the person, less what they hide for who represents them.

A representative sees no trace of a private act, none of a hidden access or of whoever holds it, no try at either, and
no contest of such a line. What they did themselves they see: leaving that out would tell.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet, UUIDField, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from consent.acts.registry import all_acts
from consent.bases import Basis, Via
from consent.hiding import hidden_grants, professionals_of, with_holders
from consent.models import Case, CaseKind, EmergencyAccess, JournalEntry, ShareCode


def traces_seen(basis: Basis) -> QuerySet[JournalEntry]:
    """The traces that whoever stands on this basis may read. The wall must be open for the person."""
    return Traces(basis).seen()


def seen_among(basis: Basis, entries: Iterable[JournalEntry]) -> list[JournalEntry]:
    """Those of these traces that may be read, in the same order: for who goes through a whole journal by parts."""
    traces = Traces(basis)
    return [entry for entry in entries if not traces.hides(entry)]


class Traces:
    """The traces of one person as someone may read them.

    What is kept from a representative is asked at once, in one statement where nothing is; the wall must be open.
    """

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        self.private: frozenset[str] = frozenset()
        self.subjects: set[str] = set()
        self.words: set[str] = set()
        if basis.via is Via.REPRESENTATION:
            self.private = frozenset(act.code for act in all_acts() if act.private)
            self._learn()

    def seen(self) -> QuerySet[JournalEntry]:
        """Those that may be read."""
        entries = JournalEntry.objects.filter(person_id=self.basis.person_id).exclude(code__in=self.private)
        if not self.anything:
            return entries
        # Which access an entry is about is among its encrypted words. Any act may name who holds one (suspending lists those
        # that stand, a team its members): every entry is opened, for the few persons who hide an access.
        return entries.exclude(pk__in=[entry.pk for entry in entries if self.hides(entry)])

    @property
    def anything(self) -> bool:
        """Whether there is more to leave out than private acts."""
        return bool(self.subjects or self.words)

    def hides(self, entry: JournalEntry) -> bool:
        """Whether the representative may not read this trace."""
        if entry.code in self.private:
            return True
        if not self.anything or (entry.actor_id and entry.actor_id == self.basis.actor.id):
            return False
        reader = entry.details.get("reader") or {}
        told = [value for _label, value in entry.details.get("facts", [])]
        told += [value for value in (reader.get("name"), reader.get("place"), entry.basis_reference) if value]
        return entry.details.get("subject") in self.subjects or any(
            word in value for word in self.words for value in told
        )

    def _learn(self) -> None:
        """What is hidden, and what was contested: (access, nothing, nothing) and (case, line, reference)."""
        nothing = Value(None, output_field=UUIDField()), Value("")
        hidden = hidden_grants(self.basis.person_id).values_list("grant_id", *nothing)
        contests = Case.objects.filter(person_id=self.basis.person_id, kind=CaseKind.CONTEST)
        contests = contests.values_list("pk", "subject_id", "reference")
        found = list(hidden.union(contests, all=True))
        self._learn_accesses({grant_id for grant_id, _line, reference in found if not reference})
        self._learn_contests([each for each in found if each[2]])

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

    def _learn_contests(self, contests: list[tuple[UUID, UUID, str]]) -> None:
        """A contest of a line that is kept is kept too, with its case, and so is a contest of that one."""
        if not contests:
            return
        mine = JournalEntry.objects.filter(person_id=self.basis.person_id)
        lines = mine.in_bulk([line_id for _case, line_id, _reference in contests])
        left = contests
        while found := [each for each in left if each[1] not in lines or self.hides(lines[each[1]])]:
            self.subjects |= {str(case_id) for case_id, _line, _reference in found}
            self.words |= {reference for _case, _line, reference in found}
            left = [each for each in left if each not in found]
