"""« Mes demandes »: each case of the person, its delay counted, and the answer."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consent.acts.base import Act, Fact
from consent.acts.registry import all_acts
from consent.bases import Via
from consent.cases import delay_words
from consent.days import day_words, moment_words
from consent.doors.base import Door
from consent.doors.online import OnlineDoor
from consent.doors.represented import RepresentedDoor
from consent.models import Case, CaseKind, CaseOutcome, CaseState, JournalEntry
from consent.models.journal_entry import Nature, Outcome
from consent.trace import history
from consent.trace.kept import shown
from consent.wall import opened

A_PAGE = 10
# What a representative asks for, and is answered about in the person's space.
ASKED_FOR_ANOTHER = [CaseKind.RECTIFICATION, CaseKind.LIMITATION, CaseKind.OBJECTION]


@dataclass(frozen=True)
class Shown:
    """One case in words."""

    kind: str
    reference: str
    facts: list[Fact]
    late: bool
    answered: bool
    outcome: str
    answer: str
    may_complain: bool


@require_safe
def own_cases(request: HttpRequest) -> HttpResponse:
    """The cases of the person signed in, the latest first."""
    door = OnlineDoor(request)
    basis = door.basis(None)
    if basis.person_id is None:
        return redirect("consent:home")
    with opened(basis.person_id):
        cases = Case.objects.filter(person_id=basis.person_id).order_by("-opened_at", "id")
        return _page(request, door, cases, [act for act in _rights() if door.serves(act)])


def cases_asked_by(request: HttpRequest, door: RepresentedDoor) -> HttpResponse:
    """What this representative asked for the person, and the answers: whoever asked is answered where they asked.

    Nothing that the person asked, nor another representative; and no complaint, which may be about any of them. The wall
    is open for the person.
    """
    basis = door.basis(None)
    asked = JournalEntry.objects.filter(
        person_id=basis.person_id, code__startswith="rights.", via=Via.REPRESENTATION, actor_id=basis.actor.id,
        nature=Nature.ACT, outcome=Outcome.DONE,
    )  # fmt: skip
    mine = [entry.details.get("subject") for entry in asked]
    cases = Case.objects.filter(pk__in=mine, person_id=basis.person_id, kind__in=ASKED_FOR_ANOTHER)
    acts = [act for act in _rights() if not act.private and door.serves(act) and door.covers(act.code)]
    return _page(request, door, cases.order_by("-opened_at", "id"), acts)


def _rights() -> list[Act]:
    """The acts that ask for a right over one's data."""
    return [act for act in all_acts() if act.code.startswith("rights.")]


def _page(request: HttpRequest, door: Door, cases: QuerySet[Case], acts: list[Act]) -> HttpResponse:
    """These cases, and what may be asked through this door. The wall is open for the person."""
    page = Paginator(cases, A_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    contested = [case.subject_id for case in found if case.kind == CaseKind.CONTEST]
    entries = history.with_counters(JournalEntry.objects.filter(pk__in=contested))
    lines = {entry.pk: entry for entry in entries}
    today = timezone.localdate()
    context = {
        "page": page,
        "cases": [_shown(case, lines.get(case.subject_id), today) for case in found],
        "acts": [(door.act_url(act.code), act.label) for act in acts],
        "surroundings": door.surroundings,
        "home_url": door.home_url(),
        **door.context(),
    }
    return render(request, "consent/case/cases.html", context)


def _shown(case: Case, line: JournalEntry | None, today: date) -> Shown:
    facts: list[Fact] = [(_("Demandée le"), day_words(case.opened_at)), (_("État"), str(case.get_state_display()))]
    if line is not None:
        when = moment_words(line.at)
        facts.append((_("Ligne contestée"), f"{when} – {history.what_words(line.code)}, {history.who_words(line)}"))
    facts += [(shown(label), shown(words)) for label, words in case.words]
    if case.extended_until:
        facts += [(_("Délai prolongé"), case.extension_reason)]
    if case.state == CaseState.ANSWERED:
        facts.append((_("Répondue le"), day_words(case.answered_at)))
    else:
        facts.append((_("Réponse au plus tard le"), f"{day_words(case.limit)} ({delay_words(case, today)})"))
    return Shown(
        kind=str(case.get_kind_display()),
        reference=case.reference,
        facts=facts,
        late=case.is_late(today),
        answered=case.state == CaseState.ANSWERED,
        outcome=case.outcome_words,
        answer=case.answer or "",
        may_complain=case.is_late(today) or case.outcome in (CaseOutcome.PARTLY, CaseOutcome.DECLINED),
    )
