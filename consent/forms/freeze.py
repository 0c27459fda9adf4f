"""Forms of the acts on a space whose owner's death is reported."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import DayField
from consent.models.person import is_future


class FreezeForm(ActForm):
    """The day of the death, and the document that says it."""

    died_on = DayField(label=_("Date du décès"))
    document = forms.CharField(
        label=_("Le document reçu"),
        max_length=120,
        help_text=_("Joignez une copie de l’acte de décès. Écrivez ici la commune et la date de l’acte."),
    )

    def clean_died_on(self) -> date:
        if is_future(self.cleaned_data["died_on"]):
            raise forms.ValidationError(_("Cette date est dans le futur. Vérifiez l’année."))
        return self.cleaned_data["died_on"]


class UnfreezeForm(ActForm):
    """A death reported by mistake: the person is there, or proves it."""

    alive = forms.BooleanField(
        label=_("Je suis en vie : le décès a été noté par erreur"),
        error_messages={"required": _("Cochez la case si le décès a été noté par erreur.")},
    )
