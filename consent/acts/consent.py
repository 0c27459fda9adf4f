"""Acts on the optional uses: each is given and withdrawn by itself."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect
from consent.acts.registry import register
from consent.acts.space import give_consent, notice_fact
from consent.bases import Basis, Via
from consent.forms.consent import GiveConsentForm, WithdrawConsentForm
from consent.models import Consent, Notice, Person, Purpose

ABOUT = gettext_lazy("Mes accords")


@register
class GiveConsent(Act):
    """Agree to one optional use."""

    code = "consent.give"
    about = ABOUT
    label = gettext_lazy("Accepter un usage facultatif")
    button = gettext_lazy("Accepter cet usage")
    sentence = gettext_lazy("accepter pour moi un usage facultatif (rappels, statistiques, recherche)")
    form_class = GiveConsentForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    needs_space = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        purpose = Purpose(answers["purpose"])
        if _standing(basis, purpose).exists():
            raise BusinessError(gettext_lazy("Cet usage est déjà accepté."), "purpose")
        notice = Notice.objects.in_force("fr")
        give_consent(Person.objects.get(pk=basis.person_id), purpose, notice)
        return Effect(facts=[(_("Usage accepté"), str(purpose.label)), notice_fact(notice)])


@register
class WithdrawConsent(Act):
    """Withdraw the agreement to one optional use (GDPR article 7.3)."""

    code = "consent.withdraw"
    about = ABOUT
    label = gettext_lazy("Retirer un accord")
    button = gettext_lazy("Retirer cet accord")
    sentence = gettext_lazy("retirer mon accord à un usage facultatif")
    form_class = WithdrawConsentForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    needs_space = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        purpose = Purpose(answers["purpose"])
        if not _standing(basis, purpose).update(withdrawn_at=timezone.now()):
            raise BusinessError(gettext_lazy("Cet usage n’était pas accepté : il n’y a rien à retirer."), "purpose")
        return Effect(facts=[(_("Accord retiré"), str(purpose.label))])


def _standing(basis: Basis, purpose: Purpose):
    return Consent.objects.filter(person_id=basis.person_id, purpose=purpose, withdrawn_at__isnull=True)
