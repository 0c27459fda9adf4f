"""Forms of the auditor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.audit_search import understood
from consent.forms.fields import OneBoxField
from consent.models.emergency import Finding


class ReviewForm(forms.Form):
    """What the review of an emergency access found."""

    finding = OneBoxField(label=_("Que trouvez-vous ?"), choices=Finding.choices)
    words = forms.CharField(
        label=_("Ce que vous en dites à la personne"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Elle le lira tel quel. Dites ce que vous avez vérifié, et ce qui va suivre."),
    )
    question = forms.CharField(
        label=_("Si c’est à expliquer : votre question au professionnel"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Il est prévenu par courriel et vous répond ici. N’écrivez le nom d’aucun patient."),
    )
    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("finding") == Finding.EXPLAIN and not data.get("question") and "question" not in self.errors:
            self.add_error("question", _("Écrivez ce que le professionnel doit expliquer."))
        return data


class SeenForm(forms.Form):
    """What the auditor made of a signal."""

    words = forms.CharField(
        label=_("Ce que vous avez trouvé"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Pour vous et vos collègues. N’écrivez le nom d’aucun patient."),
    )
    use_required_attribute = False


class QuestionForm(forms.Form):
    """What the auditor asks the professional whose account gave a signal."""

    question = forms.CharField(
        label=_("Votre question au professionnel"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Il est prévenu par courriel et vous répond ici. N’écrivez le nom d’aucun patient."),
    )
    use_required_attribute = False


class FaultForm(forms.Form):
    """What the auditor found of a fault of the journal."""

    words = forms.CharField(
        label=_("Ce que vous avez trouvé, et ce qui est fait"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Pour vous et vos collègues. N’écrivez le nom d’aucun patient."),
    )
    use_required_attribute = False


class SearchForm(forms.Form):
    """One thing to look for, by what is written on papers and pages."""

    wanted = forms.CharField(
        label=_("Ce que vous cherchez"),
        max_length=60,
        help_text=_(
            "Le numéro d’une personne (NP-…), d’un reçu, d’une ligne d’historique ou d’un compte, "
            "ou la référence d’un mandat ou d’un courrier. Jamais un nom."
        ),
    )
    use_required_attribute = False

    def clean_wanted(self) -> str:
        wanted = self.cleaned_data["wanted"]
        if not understood(wanted):
            raise forms.ValidationError(
                _("Ceci n’est ni un numéro ni une référence. Recopiez-le en entier, par exemple NP-7K2P-9QXA-3M4T.")
            )
        return wanted
