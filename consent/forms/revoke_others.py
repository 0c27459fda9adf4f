"""Form of the act that closes many things at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import BoxesField
from consent.open_rights import rights_seen


class RevokeOthersForm(ActForm):
    """Which accesses are kept; what is not ticked is taken back. None ticked takes all back."""

    kept = BoxesField(
        label=_("Quels accès gardez-vous ?"),
        required=False,
        strict=False,
        help_text=_(
            "Ce que vous ne cochez pas est retiré, codes de partage et accès d’urgence compris. "
            "Si vous ne cochez rien, tout est retiré."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.blank:
            label = _("À qui gardez-vous un accès ? Tous les autres sont retirés.")
            self.fields["kept"] = forms.CharField(label=label, required=False)
            self.fields["kept"].paper = "lines:3"
        else:
            self.fields["kept"].choices = [(right.key, right.words) for right in rights_seen(self.basis)]
