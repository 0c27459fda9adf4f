"""Acts on the rights over one's data: each opens a case that is owed an answer within a month (GDPR, article 12.3).

They need no space and no account: whoever asks may have nothing here, and be owed that answer too.
"""

from typing import ClassVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from consent.acts.base import Act, Answers, Effect
from consent.acts.identity import identity_of, new_person
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.cases import effect_of, open_case
from consent.forms.rights import (
    ComplaintForm,
    CopyForm,
    HeirsForm,
    LimitationForm,
    ObjectionForm,
    RectificationForm,
    RightsForm,
)
from consent.models import CaseKind
from consent.wall import opened


class _RightsAct(Act):
    """What they have in common: the form's own questions make a case of this kind."""

    kind: ClassVar[CaseKind]
    form_class: ClassVar[type[RightsForm]]
    button = _("Envoyer cette demande")
    about = _("Mes demandes")
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PRESENCE, Via.PAPER})
    creates_person = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        person_id = basis.person_id
        if person_id is None:
            person_id = new_person(basis, identity_of(basis, answers), answers).id
            if basis.via is Via.SELF:
                # The answer is found where the question was asked.
                get_user_model().objects.filter(pk=basis.actor.id).update(person_id=person_id)
        with opened(person_id):
            return effect_of(open_case(basis, self.kind, self.form_class.words(answers), person_id=person_id))


@register
class AskCopy(_RightsAct):
    """Article 15."""

    code = "rights.copy"
    kind = CaseKind.COPY
    label = _("Demander une copie de mes données")
    sentence = _("demander pour moi une copie de ce que le service garde sur moi")
    # A copy holds what the person keeps from their representatives.
    bases = _RightsAct.bases - {Via.REPRESENTATION}
    form_class = CopyForm


@register
class AskRectification(_RightsAct):
    """Article 16."""

    code = "rights.rectification"
    kind = CaseKind.RECTIFICATION
    label = _("Demander une rectification")
    sentence = _("demander que ce qui est faux sur moi soit corrigé")
    form_class = RectificationForm


@register
class AskLimitation(_RightsAct):
    """Article 18."""

    code = "rights.limitation"
    kind = CaseKind.LIMITATION
    label = _("Demander une limitation")
    sentence = _("demander que des données soient gardées sans plus être utilisées")
    form_class = LimitationForm


@register
class AskObjection(_RightsAct):
    """Article 21."""

    code = "rights.objection"
    kind = CaseKind.OBJECTION
    label = _("M’opposer à un usage de mes données")
    sentence = _("m’opposer à un usage de mes données")
    form_class = ObjectionForm


@register
class AskForTheDead(_RightsAct):
    """What who was close to someone who died may be told (public health code, article L1110-4, V).

    It is an act of whoever asks, about whom nothing is known here as yet, and opens nothing by itself.
    """

    code = "rights.heirs"
    kind = CaseKind.HEIRS
    label = _("Demander des informations sur une personne décédée")
    sentence = _("demander pour moi des informations sur une personne décédée dont j’étais proche")
    bases = _RightsAct.bases - {Via.REPRESENTATION}
    form_class = HeirsForm


@register
class Complain(_RightsAct):
    """To the auditor, who is not of those complained about."""

    code = "rights.complaint"
    kind = CaseKind.COMPLAINT
    label = _("Faire une réclamation")
    sentence = _("adresser une réclamation au délégué à la protection des données")
    form_class = ComplaintForm
    # It may be about whoever represents the person.
    private = True
