"""Opening a case, and saying it in words. For effects of acts only: a case exists because somebody asked."""

from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from consent.acts.base import Effect, Fact
from consent.bases import Basis
from consent.days import day_words
from consent.models import Case, CaseKind, CaseState
from consent.models.case import month_after
from consent.references import new_reference


def open_case(
    basis: Basis, kind: CaseKind, words: list[list[str]], *, person_id: UUID, subject_id: UUID | None = None
) -> Case:
    """A new case, owed an answer within a month of the day on which the request came. The wall is open for the person.

    What came by post came on the day that the clerk wrote on it, not on the day that it was keyed in.
    """
    return Case.objects.create(
        reference=new_reference("DM"), person_id=person_id, kind=kind, words=words, subject_id=subject_id,
        via=basis.via, due_on=month_after(basis.received_on or timezone.localdate()),
    )  # fmt: skip


def effect_of(case: Case, *facts: Fact) -> Effect:
    """What an act that opened this case did: never what the person wrote, which is for those who answer."""
    return Effect(
        facts=[
            (_("Demande"), str(case.get_kind_display())),
            (_("Référence"), case.reference),
            *facts,
            (_("Réponse au plus tard le"), day_words(case.due_on)),
        ],
        person_id=case.person_id,
        subject_id=case.pk,
    )


def delay_words(case: Case, today: date) -> str:
    """How long there is left to answer, or since when the answer is late; empty once it is answered."""
    if case.state == CaseState.ANSWERED:
        return ""
    left = case.days_left(today)
    if left < 0:
        return _("jours de retard : %d") % -left
    if left == 0:
        return _("dernier jour aujourd’hui")
    return _("jours restants : %d") % left
