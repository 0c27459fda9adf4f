"""Forms of linking an account to a person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.identity import TraitsForm


class AskCodeForm(TraitsForm):
    """The five traits that tell one person from all others, as on the identity document."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("used_name")
        self.fields.pop("nir")
        self.sections = []


class EnterCodeForm(forms.Form):
    """The code in the letter."""

    code = forms.CharField(
        label=_("Le code reçu par courrier"),
        max_length=20,
        help_text=_("8 lettres et chiffres, par exemple KQ7M-2XPD."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
        error_messages={"required": _("Recopiez le code écrit dans le courrier.")},
    )
