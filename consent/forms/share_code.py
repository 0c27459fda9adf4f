"""Forms of the acts on share codes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import BoxesField, OneBoxField
from consent.models import Category, Professional
from consent.models.directory import rpps_is_valid

DURATIONS = [
    ("30m", _("30 minutes")),
    ("2h", _("2 heures")),
    ("1d", _("24 heures")),
    ("1w", _("1 semaine")),
]


class CreateShareCodeForm(ActForm):
    """What the code opens, for how long, and if wanted to whom alone."""

    extent = OneBoxField(
        label=_("Sur quoi ?"),
        choices=[("all", _("Tout le contenu de l’espace")), ("some", _("Seulement certaines catégories"))],
    )
    categories = BoxesField(
        label=_("Quelles catégories ?"),
        choices=Category.choices,
        required=False,
        help_text=_("À remplir si vous avez choisi « seulement certaines catégories »."),
    )
    duration = OneBoxField(
        label=_("Pendant combien de temps ?"),
        choices=DURATIONS,
        help_text=_("Le temps court dès maintenant. Par la poste, choisissez une semaine."),
    )
    reader_number = forms.CharField(
        label=_("Pour un seul professionnel : son numéro RPPS"),
        required=False,
        max_length=14,
        help_text=_(
            "11 chiffres. Si vous laissez vide, le code est pour le premier professionnel de santé qui le tape."
        ),
    )

    def clean_reader_number(self) -> str:
        number = "".join(self.cleaned_data["reader_number"].split())
        self.reader = None
        if number:
            if not rpps_is_valid(number):
                raise forms.ValidationError(_("Ce numéro RPPS n’est pas juste. Recopiez les 11 chiffres."))
            self.reader = Professional.objects.filter(rpps=number).first()
            if self.reader is None:
                raise forms.ValidationError(
                    _("Ce numéro RPPS n’est pas dans l’annuaire. Vérifiez-le auprès du professionnel.")
                )
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("extent") == "some" and not data.get("categories") and "categories" not in self.errors:
            self.add_error("categories", _("Cochez au moins une catégorie."))
        if data.get("extent") == "all" and data.get("categories"):
            self.add_error(
                "extent", _("Vous avez choisi tout le contenu et aussi des catégories : choisissez l’un ou l’autre.")
            )
        return data

    def facts(self) -> list[tuple[str, str]]:
        """The reader is named, not only numbered."""
        named = f"{self.reader} · {self.cleaned_data['reader_number']}" if self.reader else ""
        asked = [(label, value) for label, value in super().facts() if value != self.cleaned_data["reader_number"]]
        return [*asked, *([(str(_("Pour")), named)] if named else [])]


class CancelShareCodeForm(ActForm):
    """The code to cancel is the act's target: nothing else is asked."""
