"""Acts on requests for access: the professional asks (`consent/asking.py`), the person accepts or declines."""

from datetime import datetime, time
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.grant import WITH_CEILING, change_grant, grant_facts, open_grant, without_effect
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.days import day_words
from consent.forms.request import AcceptRequestForm, DeclineRequestForm
from consent.hiding import grants_seen, requests_seen
from consent.models import AccessRequest, Grant, IdentityLevel
from consent.models.access_request import SILENCE, Answer
from consent.professions import profession_of


class _RequestAct(Act):
    """What both answers share: the person chooses the request among those that wait."""

    about = gettext_lazy("Les demandes d’accès")
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    needs_space = True
    target = "access request"

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        waiting = requests_seen(basis, _answered_at(basis)).select_related("professional")
        return [(r.pk, str(r.professional)) for r in waiting]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        asked = requests_seen(basis, _answered_at(basis)).select_related("professional").filter(pk=target_id).first()
        # The reason may say something about health: the letter tells it, and whoever helps or types need not read it.
        own = basis.via in (Via.SELF, Via.REPRESENTATION)
        return request_facts(asked, with_reason=own) if asked else []

    def answered(self, basis: Basis, target_id: UUID | None, answer: Answer) -> AccessRequest:
        """The request, answered. Raises `BusinessError` if it was already, or silence answered first."""
        found = AccessRequest.objects.select_for_update(of=("self",)).select_related("professional")
        asked = found.filter(pk=target_id, person_id=basis.person_id).first()
        if asked is None or asked.answer:
            raise BusinessError(gettext_lazy("Cette demande a déjà reçu une réponse."))
        if asked.is_silent(_answered_at(basis)):
            raise BusinessError(
                gettext_lazy(
                    "Cette demande a plus de 30 jours : elle est refusée. Vous pouvez donner un accès vous-même."
                )
            )
        # What is kept from a representative is not theirs to answer: the same words as for one that was answered.
        if not requests_seen(basis, _answered_at(basis)).filter(pk=asked.pk).exists():
            raise BusinessError(gettext_lazy("Cette demande a déjà reçu une réponse."))
        asked.answer, asked.answered_at = answer, timezone.now()
        asked.save(update_fields=["answer", "answered_at"])
        return asked


def _answered_at(basis: Basis) -> datetime:
    """When the person answered: what came by post, as that day began, whenever it is keyed in."""
    if basis.received_on is None:
        return timezone.now()
    return timezone.make_aware(datetime.combine(basis.received_on, time.min))


@register
class AcceptRequest(_RequestAct):
    """Give the professional who asked an access: what the person chooses, which may be less than was asked."""

    code = "request.accept"
    label = gettext_lazy("Accepter une demande d’accès")
    button = gettext_lazy("Donner cet accès")
    sentence = gettext_lazy("répondre oui à un professionnel qui demande un accès, comme je le décide")
    form_class = AcceptRequestForm
    template = WITH_CEILING
    level = IdentityLevel.CONFIRMED
    undo = "grant.revoke"

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        facts = super().target_facts(basis, target_id)
        asked = AccessRequest.objects.filter(pk=target_id).first() if facts else None
        held = _held(basis, asked).first() if asked else None
        if held:
            words = " · ".join(value for _label, value in grant_facts(held)[1:4])
            facts.append((_("Son accès d’aujourd’hui, que votre réponse remplace"), words))
        return facts

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        asked = self.answered(basis, target_id, Answer.ACCEPTED)
        grant = _held(basis, asked).select_for_update(of=("self",)).first()
        if grant:
            change_grant(grant, answers)
        else:
            grant = open_grant(basis, {"professional": asked.professional}, answers)
        return Effect(
            facts=[(_("Demande"), _("acceptée")), *grant_facts(grant), *without_effect(basis, grant.professional)],
            subject_id=grant.pk,
        )


def _held(basis: Basis, asked: AccessRequest) -> QuerySet[Grant]:
    """The access that the professional who asks holds by name: the answer changes it, for one reader has one."""
    return grants_seen(basis).filter(professional=asked.professional_id)


@register
class DeclineRequest(_RequestAct):
    """Say no to the professional who asked. Nothing is opened, and no reason is owed."""

    code = "request.decline"
    label = gettext_lazy("Refuser une demande d’accès")
    button = gettext_lazy("Refuser cette demande")
    sentence = gettext_lazy("répondre non à un professionnel qui demande un accès")
    form_class = DeclineRequestForm

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        asked = self.answered(basis, target_id, Answer.DECLINED)
        return Effect(
            facts=[(_("Demande refusée"), str(asked.professional)), (_("Accès"), _("aucun"))], subject_id=asked.pk
        )


def request_facts(asked: AccessRequest, *, with_reason: bool = True) -> list[Fact]:
    """A request in words; its reason, which is encrypted, where it is wanted."""
    profession = profession_of(asked.professional.profession)
    rights = [(asked.can_read, _("lire")), (asked.can_deposit, _("déposer"))]
    return [
        (_("Qui demande"), str(asked.professional)),
        (_("Le"), day_words(asked.asked_at)),
        (_("Demandé pour"), _(" et ").join(word for holds, word in rights if holds)),
        (_("Demandé sur"), asked.content),
        (_("Au plus, pour sa profession"), profession.content if profession else _("rien")),
        *([(_("Sa raison"), asked.reason)] if with_reason else []),
        (_("Sans réponse"), _("refusée le %s") % day_words(asked.asked_at + SILENCE)),
    ]
