"""Forms of the acts on accesses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import BoxesField, OneBoxField
from consent.models.directory import Establishment, Professional, luhn_is_valid, rpps_is_valid
from consent.models.grant import Category

DURATIONS = [
    ("1d", _("24 heures")),
    ("1w", _("1 semaine")),
    ("1m", _("1 mois")),
    ("6m", _("6 mois")),
    ("1y", _("1 an")),
    ("none", _("Jusqu’à ce que je le retire")),
]


class ScopeFields(ActForm):
    """What is opened, to do what, for how long."""

    rights = BoxesField(
        label=_("Pour quoi faire ?"), choices=[("read", _("Lire")), ("deposit", _("Déposer des documents"))]
    )
    extent = OneBoxField(
        label=_("Sur quoi ?"),
        choices=[("all", _("Tout le contenu de l’espace")), ("some", _("Seulement certaines catégories"))],
    )
    categories = BoxesField(
        label=_("Quelles catégories ?"),
        choices=Category.choices,
        required=False,
        help_text=_("À remplir si vous avez choisi « seulement certaines catégories »."),
    )
    duration = OneBoxField(label=_("Pendant combien de temps ?"), choices=DURATIONS)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("extent") == "some" and not data.get("categories") and "categories" not in self.errors:
            self.add_error("categories", _("Cochez au moins une catégorie."))
        if data.get("extent") == "all" and data.get("categories"):
            self.add_error(
                "extent", _("Vous avez choisi tout le contenu et aussi des catégories : choisissez l’un ou l’autre.")
            )
        return data


class GiveGrantForm(ScopeFields):
    """To whom, by number: RPPS (11 digits) for a professional, FINESS (9) for an establishment."""

    reader_number = forms.CharField(
        label=_("Numéro du professionnel (RPPS) ou de l’établissement (FINESS)"),
        max_length=14,
        help_text=_(
            "11 chiffres pour un professionnel, 9 caractères pour un établissement. Il est sur l’ordonnance ou le tampon."
        ),
    )
    field_order = ["reader_number"]

    def clean_reader_number(self) -> str:
        number = "".join(self.cleaned_data["reader_number"].split()).upper()
        if len(number) == 11:
            if not rpps_is_valid(number):
                raise forms.ValidationError(_("Ce numéro RPPS n’est pas juste. Recopiez les 11 chiffres."))
            self.reader = Professional.objects.filter(rpps=number).first()
            if self.reader is None:
                raise forms.ValidationError(
                    _("Ce numéro RPPS n’est pas dans l’annuaire. Vérifiez-le auprès du professionnel.")
                )
        elif len(number) == 9:
            if number.isdigit() and not luhn_is_valid(number):
                raise forms.ValidationError(_("Ce numéro FINESS n’est pas juste. Recopiez les 9 caractères."))
            self.reader = Establishment.objects.filter(finess=number).first()
            if self.reader is None:
                raise forms.ValidationError(
                    _("Ce numéro FINESS n’est pas dans l’annuaire. Vérifiez-le auprès de l’établissement.")
                )
        else:
            raise forms.ValidationError(_("Un numéro RPPS a 11 chiffres, un numéro FINESS 9 caractères."))
        return number

    def facts(self) -> list[tuple[str, str]]:
        """The reader is named, not only numbered."""
        named = (str(_("Accès donné à")), f"{self.reader} · {self.cleaned_data['reader_number']}")
        return [named, *super().facts()[1:]]


class ChangeGrantForm(ScopeFields):
    """The access keeps its reader; everything else is chosen anew."""


class RevokeGrantForm(ActForm):
    """The access to take back is the act's target: nothing else is asked."""
