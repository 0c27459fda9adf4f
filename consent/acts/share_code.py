"""Acts on share codes: make one, cancel one."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.grant import WITH_CEILING, keep_under_ceiling, refuse_blocked, refuse_oneself, without_effect
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.days import moment_words
from consent.forms.share_code import CancelShareCodeForm, CreateShareCodeForm
from consent.hiding import codes_seen
from consent.models import IdentityLevel, Professional, ShareCode, Space

ABOUT = gettext_lazy("Mes codes de partage")
LASTS = {
    "30m": timedelta(minutes=30), "2h": timedelta(hours=2), "1d": timedelta(days=1), "1w": timedelta(days=7),
}  # fmt: skip


@register
class CreateShareCode(Act):
    """Make a code that lets one professional read, for minutes to a week."""

    code = "share-code.create"
    about = ABOUT
    label = gettext_lazy("Créer un code de partage")
    button = gettext_lazy("Créer ce code")
    sentence = gettext_lazy("créer un code qui laisse un professionnel lire ce que je décide, une semaine au plus")
    form_class = CreateShareCodeForm
    template = WITH_CEILING
    undo = "share-code.cancel"
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    level = IdentityLevel.CONFIRMED
    needs_space = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        lasts = LASTS[answers["duration"]]
        if basis.via is Via.PAPER and lasts < LASTS["1w"]:
            raise BusinessError(
                gettext_lazy("Le code part par la poste : il serait terminé avant d’arriver. Choisissez une semaine."),
                "duration",
            )
        if Space.objects.suspended().filter(pk=basis.person_id).exists():
            raise BusinessError(
                gettext_lazy("L’espace est suspendu : un code n’y ouvrirait rien. Reprenez-le d’abord.")
            )
        reader = Professional.objects.filter(rpps=answers["reader_number"]).first()
        if reader:
            refuse_oneself(basis, [reader], "reader_number")
            keep_under_ceiling(reader, answers)
            refuse_blocked(basis, {"professional": reader})
        everything = answers["extent"] == "all"
        code = ShareCode.objects.create(
            person_id=basis.person_id,
            professional=reader,
            everything=everything,
            categories=[] if everything else answers["categories"],
            ends_at=timezone.now() + lasts,
        )
        return Effect([*code_facts(code), *without_effect(basis, reader)], subject_id=code.pk)

    def beside(self, subject_id: UUID) -> list[Fact]:
        code = ShareCode.objects.standing().filter(pk=subject_id).first()
        return [(_("Le code à donner au professionnel"), code.code)] if code else []


@register
class CancelShareCode(Act):
    """Cancel a code, used or not. Its reader reads no more."""

    code = "share-code.cancel"
    about = ABOUT
    label = gettext_lazy("Annuler un code de partage")
    button = gettext_lazy("Annuler ce code")
    sentence = gettext_lazy("annuler un code de partage")
    form_class = CancelShareCodeForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    target = "share code"

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        return [(code.pk, code.words) for code in codes_seen(basis)]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        return next((code_facts(code) for code in codes_seen(basis) if code.pk == target_id), [])

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        words = self.target_words(basis, target_id)
        codes = ShareCode.objects.standing().select_for_update()
        code = codes.filter(pk=target_id, person_id=basis.person_id).first()
        if words is None or code is None:
            raise BusinessError(gettext_lazy("Ce code ne sert plus : il est terminé ou annulé."))
        code.cancelled_at = timezone.now()
        code.save(update_fields=["cancelled_at"])
        return Effect(facts=[(_("Code annulé"), words)], subject_id=code.pk)


def code_facts(code: ShareCode) -> list[Fact]:
    """What a code opens, in words. The code itself is never among them: they are kept."""
    return [
        (_("Code de partage pour"), code.reader),
        (_("Contenu"), code.content),
        (_("Jusqu’au"), moment_words(code.ends_at)),
    ]
