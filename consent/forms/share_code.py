"""Forms of the acts on share codes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import OneBoxField
from consent.forms.grant import ContentFields
from consent.forms.reader import number_typed, professional_of

DURATIONS = [
    ("30m", _("30 minutes")),
    ("2h", _("2 heures")),
    ("1d", _("24 heures")),
    ("1w", _("1 semaine")),
]


class CreateShareCodeForm(ContentFields):
    """What the code opens, for how long, and if wanted to whom alone."""

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
        number = number_typed(self.cleaned_data["reader_number"])
        self.reader = professional_of(number) if number else None
        return number

    def facts(self) -> list[tuple[str, str]]:
        """The reader is named, not only numbered."""
        named = f"{self.reader} · {self.cleaned_data['reader_number']}" if self.reader else ""
        asked = [(label, value) for label, value in super().facts() if value != self.cleaned_data["reader_number"]]
        return [*asked, *([(str(_("Pour")), named)] if named else [])]


class CancelShareCodeForm(ActForm):
    """The code to cancel is the act's target: nothing else is asked."""
