"""Acts on mandates."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.forms.mandate import GiveMandateForm, RevokeMandateForm
from assistance.mandates import mandate_facts, put_in_force
from assistance.models import Counter, EndReason, Mandate, MandateState, Signer
from assistance.paper.codes import new_reference
from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.identity import identity_of, new_person
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.models import Person
from consent.wall import opened

ABOUT = gettext_lazy("Mes mandats")


@register
class GiveMandate(Act):
    """Give a counter a mandate for listed acts.

    At the counter this prepares the paper to sign: nothing is in force before the signature. Online, and
    on a posted form that is signed already, it is in force at once. A mandate never renews itself: giving
    one is no act that a mandate can list.
    """

    code = "mandate.give"
    about = ABOUT
    label = gettext_lazy("Donner un mandat à un guichet")
    button = gettext_lazy("Donner ce mandat")
    sentence = gettext_lazy("(un mandat n’en donne jamais un autre)")
    form_class = GiveMandateForm
    bases = frozenset({Via.SELF, Via.PRESENCE, Via.PAPER})
    creates_person = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        if basis.person_id is None:
            if basis.via is Via.SELF:
                raise BusinessError(
                    gettext_lazy("Ouvrez d’abord votre espace, ou passez au guichet avec une pièce d’identité.")
                )
            person = new_person(basis, identity_of(basis, answers), answers)
        else:
            person = Person.objects.get(pk=basis.person_id)
        number = answers.get("counter_number") or basis.actor.counter_number
        with opened(person.id):
            mandate = Mandate.objects.create(
                reference=new_reference("MD"),
                person=person,
                counter=Counter.objects.get(number=number),
                scopes=answers["scopes"],
                duration=answers["duration"],
                signer=answers.get("signer") or Signer.PERSON,
                signing=_signing(answers),
                large_print=bool(answers.get("large_print")),
                drafted_by_id=basis.actor.id,
            )
            if basis.via is Via.PRESENCE:
                facts = [*mandate_facts(mandate), (_("État"), _("préparé, à signer"))]
                return Effect(facts, person_id=person.id, subject_id=mandate.pk)
            put_in_force(mandate, "online" if basis.via is Via.SELF else "paper")
            return Effect(mandate_facts(mandate), person_id=person.id, subject_id=mandate.pk)


@register
class RevokeMandate(Act):
    """End a mandate, at any counter, online, or by post. It takes effect at once."""

    code = "mandate.revoke"
    about = ABOUT
    label = gettext_lazy("Mettre fin à un mandat")
    button = gettext_lazy("Mettre fin à ce mandat")
    sentence = gettext_lazy("mettre fin à ce mandat ou à un autre")
    form_class = RevokeMandateForm
    bases = frozenset({Via.SELF, Via.MANDATE, Via.PRESENCE, Via.PAPER})
    target = "mandate"

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        mandates = Mandate.objects.in_force().filter(person_id=basis.person_id).select_related("counter")
        return [(m.pk, f"{m.counter} · {m.reference}") for m in mandates.order_by("in_force_at")]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        mandate = Mandate.objects.select_related("counter").filter(pk=target_id).first()
        return mandate_facts(mandate) if mandate else []

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        mandate = (
            Mandate.objects.in_force()
            .select_for_update(of=("self",))
            .select_related("counter")
            .filter(pk=target_id, person_id=basis.person_id)
            .first()
        )
        if mandate is None:
            raise BusinessError(gettext_lazy("Ce mandat est déjà terminé."))
        mandate.advance(MandateState.ENDED, reason=EndReason.REVOKED)
        return Effect(
            [
                (_("Mandat terminé"), mandate.reference),
                (_("Guichet"), str(mandate.counter)),
                (_("Depuis"), _("tout de suite")),
            ],
            subject_id=mandate.pk,
        )


def _signing(answers: Answers) -> dict[str, Any] | None:
    """Who signs in place of, or beside, the person."""
    names = ("witness_1", "witness_2", "guardian", "judgment_court")
    signing = {name: answers[name] for name in names if answers.get(name)}
    if answers.get("judgment_date"):
        signing["judgment_date"] = answers["judgment_date"].isoformat()
    return signing or None
