"""The form that checks a receipt: its code pasted, or the picture of its QR."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.proofs.code import LONGEST_TEXT
from consent.proofs.words import LONGEST


class VerifyForm(forms.Form):
    """One code, as text or as a picture, and the words that it does not carry."""

    code = forms.CharField(
        label=gettext_lazy("Le code du reçu"),
        required=False,
        # Line ends and spaces that copying adds come on top.
        max_length=2 * LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off", "autocapitalize": "off"}),
        help_text=gettext_lazy("Le texte qui commence par PG1, collé en entier."),
    )
    picture = forms.FileField(
        label=gettext_lazy("Ou une photo du QR"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        help_text=gettext_lazy("PDF, JPEG ou PNG, 20 Mo au plus. Le QR bien net, en entier."),
    )
    words = forms.CharField(
        label=gettext_lazy("Les mots du reçu"),
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off", "autocapitalize": "off"}),
        help_text=gettext_lazy("Seulement si le code ne les porte pas : le texte entre accolades, à côté du code."),
    )
    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        given = [name for name in ("code", "picture") if data.get(name) is not None and str(data[name]).strip()]
        if not given:
            self.add_error("code", _("Collez le code du reçu, ou choisissez une photo de son QR."))
        elif len(given) == 2:
            self.add_error("picture", _("Donnez le code ou la photo, pas les deux."))
        return data
