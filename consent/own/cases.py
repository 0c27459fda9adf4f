"""What « Mon espace » shows of the person's cases: those that wait for an answer, with the delay counted."""

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.bases import Basis
from consent.cases import delay_words
from consent.days import day_words
from consent.models import Case, CaseState
from consent.own.panels import Button, Panel, Row, add_panel, add_panel_for_other
from consent.own.space import link

SHOWN = 3


@add_panel
def cases_panel(basis: Basis) -> Panel:
    """The most urgent cases; all of them, with their answers, are one link away."""
    waiting = Case.objects.filter(person_id=basis.person_id).exclude(state=CaseState.ANSWERED).order_by("due_on", "id")
    today = timezone.localdate()
    rows = [
        Row(
            str(case.get_kind_display()),
            [
                (_("Référence"), case.reference),
                (_("Réponse au plus tard le"), f"{day_words(case.limit)} ({delay_words(case, today)})"),
            ],
            [],
        )
        for case in waiting[:SHOWN]
    ]
    return Panel(
        _("Mes demandes"), rows, _("Aucune demande n’attend de réponse."),
        buttons=[
            Button(_("Voir mes demandes et les réponses"), reverse("consent:cases")),
            link(_("Contester une ligne de mon historique"), "entry.contest"),
        ],
    )  # fmt: skip


@add_panel_for_other
def cases_of_other(representation_id: UUID, scopes: frozenset[str]) -> Panel | None:
    """The way to what a representative asked for the person, whatever rights they may still ask for."""
    if not any(code.startswith("rights.") for code in scopes):
        return None
    see = Button(_("Voir mes demandes et les réponses"), reverse("consent:for-cases", args=[representation_id]))
    return Panel(_("Mes demandes"), [], _("Ce que vous demandez pour cette personne, et les réponses."), buttons=[see])
