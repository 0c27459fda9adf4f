"""Form of the emergency sheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.bases import Via
from consent.forms.base import ActForm
from consent.hiding import categories_seen
from records.models import EmergencySheet
from records.models.emergency_sheet import PARTS

# Characters of a part: the four of them fit on one A4 page.
LONGEST = 700


def _text(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), help_text=help_text
    )


class WriteSheetForm(ActForm):
    """The whole sheet, in the person's own words. Who writes online finds what they may read of what stands."""

    allergies = _text(PARTS[0].title, _("Par exemple : pénicilline, arachide."))
    treatments = _text(PARTS[1].title, _("Le nom de chaque médicament, la dose, et quand vous le prenez."))
    wishes = _text(
        PARTS[2].title, _("Ce que vous voulez ou refusez, don d’organes, où sont vos directives anticipées.")
    )
    to_call = _text(PARTS[3].title, _("Nom, lien avec vous, téléphone : une personne par ligne."))
    sections = [
        (
            _("Ma fiche d’urgence"),
            _("Ce que vous écrivez ici remplace toute la fiche. Laissez vide ce que vous ne voulez pas dire."),
            [part.name for part in PARTS],
        )
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # At a counter and by post others hold the pen: they see nothing of the sheet that stands.
        if self.basis is not None and self.basis.via in (Via.SELF, Via.REPRESENTATION) and not self.is_bound:
            sheet = EmergencySheet.objects.filter(pk=self.basis.person_id).first()
            if sheet is not None:
                seen = categories_seen(self.basis)
                self.initial = {part.name: sheet.seen_of(part, seen) for part in PARTS}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not any((data.get(part.name) or "").strip() for part in PARTS):
            raise forms.ValidationError(_("Écrivez au moins une chose. Pour ne plus avoir de fiche, effacez-la."))
        return data


class EraseSheetForm(ActForm):
    """Nothing is asked."""
