"""Acts on emergency access: allow it, forbid it, contest one that took place."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.forms.base import ActForm
from consent.forms.emergency import AllowEmergencyForm, ContestEmergencyForm, ForbidEmergencyForm
from consent.hiding import emergencies_seen
from consent.models import EmergencyAccess, EmergencyConsent, IdentityLevel
from consent.readers import hold_readers

ABOUT = gettext_lazy("En cas d’urgence")


@register
class AllowEmergency(Act):
    """Allow emergency access. Without this act it is forbidden."""

    code = "emergency.allow"
    about = ABOUT
    label = gettext_lazy("Autoriser l’accès en cas d’urgence")
    button = gettext_lazy("Autoriser")
    sentence = gettext_lazy("autoriser l’accès à mon espace en cas d’urgence")
    form_class = AllowEmergencyForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    level = IdentityLevel.CONFIRMED
    needs_space = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        _allowed, new = EmergencyConsent.objects.get_or_create(person_id=basis.person_id)
        if not new:
            raise BusinessError(gettext_lazy("L’accès en cas d’urgence est déjà autorisé."))
        return Effect(
            facts=[
                (_("Accès en cas d’urgence"), _("autorisé")),
                (_("À qui"), _("un professionnel de santé, qui écrit pourquoi, pendant 24 heures")),
            ]
        )


@register
class ForbidEmergency(Act):
    """Forbid emergency access again. An access that runs ends at once."""

    code = "emergency.forbid"
    about = ABOUT
    label = gettext_lazy("Interdire l’accès en cas d’urgence")
    button = gettext_lazy("Interdire")
    sentence = gettext_lazy("interdire l’accès à mon espace en cas d’urgence")
    form_class = ForbidEmergencyForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    needs_space = True

    def summary(self, basis: Basis, form: ActForm) -> list[Fact]:
        return [(_("Accès en cas d’urgence"), _("interdit, même si votre vie est en danger"))]

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        hold_readers(basis.person_id)
        forbidden, _rows = EmergencyConsent.objects.filter(person_id=basis.person_id).delete()
        if not forbidden:
            raise BusinessError(gettext_lazy("L’accès en cas d’urgence est déjà interdit."))
        # All end; a representative is told of those that they may know of.
        ended = [access.words for access in emergencies_seen(basis).in_force().select_related("professional")]
        EmergencyAccess.objects.in_force().filter(person_id=basis.person_id).update(ended_at=timezone.now())
        return Effect(
            facts=[
                (_("Accès en cas d’urgence"), _("interdit")),
                *((_("Accès en cours auquel il est mis fin"), words) for words in ended),
            ]
        )


@register
class ContestEmergency(Act):
    """Contest one emergency access, once: the auditor reviews it before the others."""

    code = "emergency.contest"
    about = ABOUT
    label = gettext_lazy("Contester un accès d’urgence")
    button = gettext_lazy("Contester cet accès")
    sentence = gettext_lazy("contester un accès d’urgence qui a eu lieu")
    form_class = ContestEmergencyForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    target = "emergency access"
    reads = "history.read"

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        accesses = emergencies_seen(basis).filter(contested_at__isnull=True)
        accesses = accesses.select_related("professional").order_by("-started_at")
        return [(access.pk, access.words) for access in accesses]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        words = self.target_words(basis, target_id)
        return [(_("Accès contesté"), words)] if words else []

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        accesses = emergencies_seen(basis).select_for_update(of=("self",)).select_related("professional")
        access = accesses.filter(pk=target_id, contested_at__isnull=True).first()
        if access is None:
            raise BusinessError(gettext_lazy("Cet accès est déjà contesté."))
        # What was reviewed is looked at again.
        access.contested_at, access.contest, access.reviewed_at = timezone.now(), answers["words"], None
        access.save(update_fields=["contested_at", "contest", "reviewed_at"])
        # The words lie with the access alone, for the auditor: they may be about whoever reads the history (0028).
        follows = (
            _("Et ensuite"),
            _("le délégué à la protection des données l’examine, et vous écrit ce qu’il trouve"),
        )
        return Effect(facts=[(_("Accès contesté"), access.words), follows], subject_id=access.pk)
