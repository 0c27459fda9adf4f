"""Forms of « Mes patients »."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.fields import BoxesField
from consent.forms.link import AskCodeForm
from consent.models import Category

SHORTEST_REASON = 20  # characters


class ReasonField(forms.CharField):
    """Why, in the professional's own words, which the person will read."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **kwargs: Any) -> None:
        said = {"min_length": _("Dites-en plus : 20 caractères au moins. La personne lira ces mots.")}
        super().__init__(min_length=SHORTEST_REASON, max_length=1000, error_messages=said, **kwargs)


class FindForm(AskCodeForm):
    """The five strict traits, typed exactly: there is no other way to find a patient."""


class UrgentForm(FindForm):
    """The same, and why."""

    reason = ReasonField(
        label=_("Pourquoi est-ce urgent ?"),
        help_text=_("20 caractères au moins. La personne lira ces mots, et l’accès sera contrôlé."),
    )
    field_order = ["reason"]


class ExplanationForm(forms.Form):
    """What a professional answers to the auditor."""

    words = forms.CharField(
        label=_("Ce que vous répondez"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Le délégué le lira tel quel. Dites ce qu’il faut pour comprendre, sans le nom du patient."),
    )
    use_required_attribute = False


class AskForm(FindForm):
    """The same, what for, and why."""

    categories = BoxesField(label=_("Que voulez-vous lire ?"), choices=Category.choices)
    can_deposit = forms.BooleanField(label=_("Je veux aussi déposer des documents"), required=False)
    reason = ReasonField(
        label=_("Pourquoi ?"),
        help_text=_("20 caractères au moins. La personne lira ces mots avant de répondre."),
    )


class CodeForm(forms.Form):
    """The code on the patient's card."""

    code = forms.CharField(
        label=_("Le code de partage"),
        max_length=20,
        help_text=_("12 lettres et chiffres, par exemple 7K2P-9QXA-M4TD. Le patient vous le donne."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Recopiez le code que le patient vous a donné.")},
    )
