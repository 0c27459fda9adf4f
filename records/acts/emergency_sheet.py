"""Acts on the emergency sheet: write it, erase it."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.forms.base import ActForm
from records.forms.emergency_sheet import EraseSheetForm, WriteSheetForm
from records.models import EmergencySheet
from records.models.emergency_sheet import PARTS

ABOUT = gettext_lazy("En cas d’urgence")


@register
class WriteSheet(Act):
    """Write the whole sheet. Its texts are kept in it alone: the trace says which parts were written."""

    code = "emergency.write"
    about = ABOUT
    label = gettext_lazy("Écrire ma fiche d’urgence")
    button = gettext_lazy("Garder cette fiche")
    sentence = gettext_lazy("écrire ma fiche d’urgence sous ma dictée")
    form_class = WriteSheetForm
    bases = frozenset({Via.SELF, Via.MANDATE, Via.PAPER})
    needs_space = True

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        texts = {part.name: answers[part.name].strip() or None for part in PARTS}
        sheet = EmergencySheet.objects.select_for_update().filter(pk=basis.person_id).first()
        sheet = sheet or EmergencySheet(person_id=basis.person_id)
        for name, text in texts.items():
            setattr(sheet, name, text)
        sheet.written_at = timezone.now()
        sheet.save()
        return Effect(facts=[(str(part.title), _("écrit") if texts[part.name] else _("vide")) for part in PARTS])


@register
class EraseSheet(Act):
    """Erase the sheet."""

    code = "emergency.erase"
    about = ABOUT
    label = gettext_lazy("Effacer ma fiche d’urgence")
    button = gettext_lazy("Effacer cette fiche")
    sentence = gettext_lazy("effacer ma fiche d’urgence")
    form_class = EraseSheetForm
    bases = frozenset({Via.SELF, Via.MANDATE, Via.PAPER})

    def summary(self, basis: Basis, form: ActForm) -> list[Fact]:
        return [(_("Ma fiche d’urgence"), _("effacée, sans copie"))]

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        gone, _rows = EmergencySheet.objects.filter(pk=basis.person_id).delete()
        if not gone:
            raise BusinessError(gettext_lazy("Il n’y a pas de fiche d’urgence à effacer."))
        return Effect(facts=[(_("Ma fiche d’urgence"), _("effacée"))])
