"""The act by which a person says that a line of their history is not right."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.cases import effect_of, open_case
from consent.days import moment_words
from consent.forms.contest import ContestForm, contested_already
from consent.models import CaseKind, JournalEntry, Person
from consent.models.journal_entry import ActorKind
from consent.trace import history
from consent.trace.seen import HISTORY, contest_is_kept, contests, traces_seen

# A history has thousands of lines: the latest are listed, and those of any day that is asked.
LISTED = 50


@register
class ContestEntry(Act):
    """Contest one line of the history: the auditor looks into it, and answers within a month.

    Any line but the service's own (a letter came back): one's own too, for what a person finds under their name may
    have been done by someone who had their password. A representative contests none that a representative left.
    """

    code = "entry.contest"
    about = gettext_lazy("Mon historique")
    label = gettext_lazy("Contester une ligne de mon historique")
    button = gettext_lazy("Contester cette ligne")
    sentence = gettext_lazy("contester pour moi une ligne de mon historique")
    form_class = ContestForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    target = "entry"
    by_day = True
    reads = HISTORY

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        return _in_words(_not_contested(basis).order_by("-at", "id")[:LISTED])

    def targets_of_day(self, basis: Basis, day: date) -> list[tuple[UUID, str]]:
        return _in_words(_not_contested(basis).filter(at__date=day).order_by("at", "id"))

    def target_words(self, basis: Basis, target_id: UUID) -> str | None:
        # One that was contested is told so in words: it exists all the same.
        found = _in_words(_contestable(basis).filter(pk=target_id))
        return found[0][1] if found else None

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        return [(_("Ligne contestée"), self.target_words(basis, target_id) or "")]

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        words = self.target_words(basis, target_id)
        if words is None:
            raise BusinessError(gettext_lazy("Cette ligne n’est pas dans votre historique."))
        if again := contested_already(basis.person_id, target_id):
            raise BusinessError(again)
        case = open_case(
            basis, CaseKind.CONTEST, ContestForm.words(answers), person_id=basis.person_id, subject_id=target_id
        )
        return effect_of(case, (_("Ligne contestée"), words))


def _contestable(basis: Basis) -> QuerySet[JournalEntry]:
    # Of someone erased, what remains is traces that nobody can read any more.
    kept = Person.objects.filter(pk=basis.person_id).values("pk")
    by = [kind for kind in ActorKind if kind == ActorKind.MACHINE or contest_is_kept(basis, kind)]
    return traces_seen(basis).filter(person_id__in=kept).exclude(actor_kind__in=by)


def _not_contested(basis: Basis) -> QuerySet[JournalEntry]:
    return _contestable(basis).filter(~Exists(contests()))


def _in_words(entries: QuerySet[JournalEntry]) -> list[tuple[UUID, str]]:
    """Each line without its details: when, what, and by whom."""
    return [
        (
            entry.pk,
            _("%(when)s – %(what)s, par %(who)s")
            % {
                "when": moment_words(entry.at),
                "what": history.what_words(entry.code),
                "who": history.who_words(entry),
            },
        )
        for entry in history.with_counters(entries)
    ]
