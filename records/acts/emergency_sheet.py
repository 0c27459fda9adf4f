"""Acts on the emergency sheet: write it, erase it."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.forms.base import ActForm
from consent.hiding import categories_seen
from consent.readers import SHEET
from records.forms.emergency_sheet import EraseSheetForm, WriteSheetForm
from records.models import EmergencySheet
from records.models.emergency_sheet import PARTS

ABOUT = gettext_lazy("En cas d’urgence")


@register
class WriteSheet(Act):
    """Write the whole sheet. Its texts are kept in it alone: the trace says which parts were written.

    A representative writes over what they see of it; what is hidden from them stays (`EmergencySheet.write`).
    """

    code = "emergency.write"
    about = ABOUT
    label = gettext_lazy("Écrire ma fiche d’urgence")
    button = gettext_lazy("Garder cette fiche")
    sentence = gettext_lazy("écrire ma fiche d’urgence sous ma dictée")
    form_class = WriteSheetForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    needs_space = True
    reads = SHEET

    def shows(self, via: Via) -> str:
        # At a counter and by post the sheet is written anew: nothing of what stands is shown.
        return self.reads if via is Via.REPRESENTATION else ""

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        sheet = EmergencySheet.objects.select_for_update().filter(pk=basis.person_id).first()
        sheet = sheet or EmergencySheet(person_id=basis.person_id)
        sheet.write(answers, seen=categories_seen(basis), writer=_writer(basis))
        sheet.save()
        # Of a part that is hidden from who wrote, whether it is empty is not theirs to know.
        nothing = _("laissé vide") if basis.by_representative else _("vide")
        return Effect(
            facts=[(str(part.title), _("écrit") if answers[part.name].strip() else nothing) for part in PARTS]
        )


@register
class EraseSheet(Act):
    """Erase the sheet; a representative, what they see of it."""

    code = "emergency.erase"
    about = ABOUT
    label = gettext_lazy("Effacer ma fiche d’urgence")
    button = gettext_lazy("Effacer cette fiche")
    sentence = gettext_lazy("effacer ma fiche d’urgence")
    form_class = EraseSheetForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})

    def summary(self, basis: Basis, form: ActForm) -> list[Fact]:
        return [(_("Ma fiche d’urgence"), _("effacée, sans copie"))]

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        seen = categories_seen(basis)
        sheet = EmergencySheet.objects.select_for_update().filter(pk=basis.person_id).first()
        if sheet is None or not any(sheet.seen_of(part, seen) for part in PARTS):
            raise BusinessError(gettext_lazy("Il n’y a pas de fiche d’urgence à effacer."))
        sheet.write({}, seen=seen, writer=_writer(basis))
        if any(sheet.text_of(part) for part in PARTS):
            sheet.save()
        else:
            sheet.delete()
        return Effect(facts=[(_("Ma fiche d’urgence"), _("effacée"))])


def _writer(basis: Basis) -> str | None:
    """The representative who writes, in words; None when it is the person."""
    if not basis.by_representative:
        return None
    who = basis.actor.words
    return f"{who.name} ({who.profession})" if who else _("un représentant")
