"""The form by which an identity that was only declared is checked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.confirming import PREFIX
from consent.forms.fields import OneBoxField
from consent.forms.identity import IDENTITY, IdentityForm
from consent.models.person import IdentityDocument
from consent.references import LONG

LENGTH = len(PREFIX) + LONG  # letters of a code, without its dashes


class ConfirmIdentityForm(IdentityForm):
    """Who the person is, the code of their space, and the document that proves it, in hand or as a copy."""

    code = forms.CharField(
        label=_("Code de vérification"),
        max_length=24,
        help_text=_("Il commence par CV. Il est écrit dans « Mon espace », à « Faire vérifier mon identité »."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    code.paper = f"grid:{LENGTH}"
    document = OneBoxField(
        label=_("Pièce d’identité"),
        choices=IdentityDocument.choices,
        help_text=_("Par courrier : joignez une photocopie lisible."),
    )
    sections = [
        (_("La personne"), _("Comme sur la pièce d’identité."), IDENTITY),
        (_("Ce qui le prouve"), "", ["code", "document"]),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("used_name", None)
