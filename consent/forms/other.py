"""Someone else, told by their strict traits typed exactly."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import BirthDateField, NameField, OneBoxField
from consent.traits import Traits

OTHER = ["other_birth_name", "other_first_names", "other_birth_date", "other_sex", "other_birth_place"]


class OtherPersonFields(ActForm):
    """The five strict traits of the other person of an act; the number is never asked for someone else."""

    other_birth_name = NameField(label=_("Son nom de naissance"))
    other_first_names = NameField(
        label=_("Ses prénoms"), help_text=_("Tous les prénoms, dans l’ordre de l’état civil.")
    )
    other_birth_date = BirthDateField(label=_("Sa date de naissance"))
    other_sex = OneBoxField(label=_("Son sexe à l’état civil"), choices=[("F", _("Féminin")), ("M", _("Masculin"))])
    other_birth_place = forms.RegexField(
        r"^(\d{5}|2[ABab]\d{3})$",
        label=_("Le code de son lieu de naissance"),
        help_text=_("5 caractères : le code INSEE de la commune. À l’étranger : 99 puis le code du pays."),
        error_messages={"invalid": _("Le code du lieu de naissance a 5 caractères, par exemple 23031 ou 2A004.")},
    )
    other_birth_place.paper = "grid:5"

    def clean_other_birth_place(self) -> str:
        return self.cleaned_data["other_birth_place"].upper()


def other_traits(answers: dict) -> Traits:
    """The traits of the other person in the answers of such a form."""
    return Traits(
        answers["other_birth_name"],
        answers["other_first_names"],
        answers["other_birth_date"],
        answers["other_sex"],
        answers["other_birth_place"],
    )
