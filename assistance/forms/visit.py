"""Forms of a visit: who is there, the signed mandate that comes back, the colleague who saw it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.paper.codes import ForeignCode, normalise_reference
from consent.forms.fields import OneBoxField
from consent.forms.identity import IDENTITY, TraitsForm
from consent.models import IdentityDocument


class StartVisitForm(TraitsForm):
    """The strict traits as on the identity document, and which document was seen. Exact traits only."""

    document_kind = OneBoxField(label=_("Pièce d’identité vue"), choices=IdentityDocument.choices)
    document_tail = forms.RegexField(
        r"^[0-9A-Za-z]{3}$",
        label=_("3 derniers caractères du numéro de la pièce"),
        max_length=3,
        help_text=_("Seulement ces 3 caractères : le numéro entier n’est jamais gardé."),
        error_messages={"invalid": _("Écrivez les 3 derniers caractères : des chiffres ou des lettres.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    not_mine = forms.BooleanField(
        label=_("Cette personne n’est ni moi ni un proche"),
        error_messages={
            "required": _("Un agent ne sert ni lui-même ni un proche : un collègue le fera. Sinon, cochez la case.")
        },
    )
    sections = [
        (_("La personne"), _("Recopiez sa pièce d’identité, à l’identique."), IDENTITY),
        (_("Sa pièce d’identité"), "", ["document_kind", "document_tail"]),
        (_("Votre engagement"), "", ["not_mine"]),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("used_name")

    def clean_document_tail(self) -> str:
        return self.cleaned_data["document_tail"].upper()

    def typed(self) -> dict[str, str]:
        """The identity as it was typed, for the acts that ask it again."""
        return {name: self.data.get(name, "").strip() for name in IDENTITY if name in self.fields}


class ScanForm(forms.Form):
    """The signed mandate, scanned."""

    scan = forms.FileField(
        label=_("Le mandat signé, numérisé"),
        help_text=_("Un fichier PDF, JPEG ou PNG, de 20 Mo au plus, avec toutes ses pages."),
        error_messages={"required": _("Choisissez le fichier du mandat signé."), "empty": _("Ce fichier est vide.")},
    )
    use_required_attribute = False


class ReferenceForm(forms.Form):
    """The reference printed on a mandate, typed by hand."""

    reference = forms.CharField(
        label=_("Référence du mandat"),
        max_length=24,
        help_text=_("Elle est imprimée en haut de chaque page, par exemple MD-7K2P-9QXA."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    use_required_attribute = False

    def clean_reference(self) -> str:
        try:
            return normalise_reference(self.cleaned_data["reference"])
        except ForeignCode as error:
            raise forms.ValidationError(str(error)) from error


class AttestForm(forms.Form):
    """What the second agent declares, box by box."""

    seen = forms.BooleanField(
        label=_("J’ai en main l’original signé, et il porte cette référence"),
        error_messages={"required": _("Sans l’original signé sous les yeux, on n’atteste pas.")},
    )
    not_mine = forms.BooleanField(
        label=_("Je n’ai pas préparé ce mandat, et cette personne n’est ni moi ni un proche"),
        error_messages={
            "required": _("Si vous l’avez préparé, ou si c’est un proche, un autre collègue doit attester.")
        },
    )
    use_required_attribute = False
