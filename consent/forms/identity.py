"""Who the person is: asked only while they have no row in the service, and on blank paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import BirthDateField, NameField, NirField, OneBoxField
from consent.models.person import Channel
from consent.traits import Traits

IDENTITY = ["birth_name", "first_names", "used_name", "birth_date", "sex", "birth_place", "nir"]
CONTACT = ["address", "postcode", "town", "phone", "email", "channel", "never_write_home"]


class TraitsForm(ActForm):
    """The strict traits of the national health identity; the NIR is never obligatory."""

    birth_name = NameField(label=_("Nom de naissance"))
    first_names = NameField(label=_("Prénoms"), help_text=_("Tous les prénoms, dans l’ordre de l’état civil."))
    used_name = NameField(
        label=_("Nom utilisé"), required=False, help_text=_("Seulement s’il est différent du nom de naissance.")
    )
    used_name.paper = "half"
    birth_date = BirthDateField(label=_("Date de naissance"))
    sex = OneBoxField(label=_("Sexe à l’état civil"), choices=[("F", _("Féminin")), ("M", _("Masculin"))])
    birth_place = forms.RegexField(
        r"^(\d{5}|2[ABab]\d{3})$",
        label=_("Code du lieu de naissance"),
        help_text=_(
            "5 caractères : le code INSEE de la commune (les chiffres 6 à 10 du numéro de sécurité sociale). "
            "À l’étranger : 99 puis le code du pays."
        ),
        error_messages={"invalid": _("Le code du lieu de naissance a 5 caractères, par exemple 23031 ou 2A004.")},
    )
    birth_place.paper = "grid:5"
    nir = NirField(
        label=_("Numéro de sécurité sociale"),
        required=False,
        help_text=_("15 caractères. Vous pouvez laisser vide : tout est possible sans ce numéro."),
    )
    sections = [(_("La personne"), "", IDENTITY)]

    def clean_birth_place(self) -> str:
        return self.cleaned_data["birth_place"].upper()

    @property
    def traits(self) -> Traits:
        """The traits as typed; the form must be valid."""
        return traits_of(self.cleaned_data)


class IdentityForm(TraitsForm):
    """A form that asks who the person is when the basis names nobody yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.basis is not None and self.basis.person_id is not None:
            for name in [*IDENTITY, *CONTACT]:
                if name not in getattr(self, "always", []):
                    self.fields.pop(name, None)
        self.sections = [
            (title, hint, kept)
            for title, hint, names in self.sections
            if (kept := [name for name in names if name in self.fields])
        ]


class ContactFields(ActForm):
    """Where and how the person is told things."""

    address = forms.CharField(
        label=_("Adresse"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Numéro et rue, bâtiment, chez qui."),
    )
    address.paper = "lines:2"
    postcode = forms.RegexField(
        r"^\d{5}$",
        label=_("Code postal"),
        required=False,
        error_messages={"invalid": _("Le code postal a 5 chiffres.")},
    )
    postcode.paper = "grid:5"
    town = forms.CharField(label=_("Commune"), required=False, max_length=80)
    town.paper = "half"
    phone = forms.RegexField(
        r"^\+?[\d .-]{6,20}$",
        label=_("Téléphone"),
        required=False,
        error_messages={"invalid": _("Écrivez le numéro en chiffres, par exemple 05 55 00 00 00.")},
    )
    phone.paper = "half"
    email = forms.EmailField(label=_("Adresse électronique"), required=False)
    email.paper = "half"
    channel = OneBoxField(label=_("Comment voulez-vous être prévenu ?"), choices=Channel.choices)
    never_write_home = forms.BooleanField(
        label=_("Ne jamais écrire chez moi"),
        required=False,
        help_text=_("Les courriers vous attendent alors au guichet."),
    )

    def clean_phone(self) -> str:
        return "".join(c for c in self.cleaned_data["phone"] if c.isdigit() or c == "+")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        channel = data.get("channel")
        if channel == Channel.POST:
            if data.get("never_write_home"):
                self.add_error(
                    "never_write_home",
                    _("Vous demandez du courrier, et qu’on n’écrive jamais chez vous : choisissez l’un ou l’autre."),
                )
            for name in ("address", "postcode", "town"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Pour recevoir du courrier, il faut une adresse complète."))
        if channel == Channel.SCREEN and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Pour être prévenu à l’écran, il faut une adresse électronique."))
        return data


def traits_of(answers: dict[str, Any]) -> Traits:
    """The traits in the answers of a form that asks them."""
    return Traits(
        answers["birth_name"],
        answers["first_names"],
        answers["birth_date"],
        answers["sex"],
        answers["birth_place"],
        answers.get("nir") or "",
    )


def contact_of(answers: dict[str, Any]) -> dict[str, Any]:
    """The contact in the answers of a form that asks it."""
    return {name: answers.get(name) for name in CONTACT}
