"""Forms of the acts on accesses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import BoxesField, OneBoxField
from consent.forms.reader import READER_HINT, number_typed, reader_of
from consent.hiding import teams_seen
from consent.models import Establishment, Professional
from consent.models.grant import Category
from consent.professions import at_most

DURATIONS = [
    ("1d", _("24 heures")),
    ("1w", _("1 semaine")),
    ("1m", _("1 mois")),
    ("6m", _("6 mois")),
    ("1y", _("1 an")),
]


class ContentFields(ActForm):
    """On what: everything, or chosen categories; one or the other."""

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

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("extent") == "some" and not data.get("categories") and "categories" not in self.errors:
            self.add_error("categories", _("Cochez au moins une catégorie."))
        if data.get("extent") == "all" and data.get("categories"):
            self.add_error(
                "extent", _("Vous avez choisi tout le contenu et aussi des catégories : choisissez l’un ou l’autre.")
            )
        return data


class ScopeFields(ContentFields):
    """What is opened, to do what, for how long."""

    rights = BoxesField(
        label=_("Pour quoi faire ?"), choices=[("read", _("Lire")), ("deposit", _("Déposer des documents"))]
    )
    categories = BoxesField(
        label=_("Quelles catégories ?"),
        choices=Category.choices,
        required=False,
        help_text=_(
            "À remplir si vous avez choisi « seulement certaines catégories ». Selon sa profession, un lecteur ne voit "
            "au plus qu’une partie : un pharmacien, par exemple, les ordonnances, la biologie, les vaccinations et les traitements."
        ),
    )
    duration = OneBoxField(
        label=_("Pendant combien de temps ?"),
        choices=DURATIONS,
        help_text=_("Un an au plus. Pour continuer, c’est à vous de le redemander : rien ne se renouvelle tout seul."),
    )
    field_order = ["rights", "extent", "categories", "duration"]


class GiveGrantForm(ScopeFields):
    """To whom, by number: RPPS (11 digits) for a professional, FINESS (9) for an establishment."""

    reader_number = forms.CharField(
        label=_("Numéro du professionnel (RPPS) ou de l’établissement (FINESS)"),
        max_length=14,
        help_text=READER_HINT,
        error_messages={"required": _("Écrivez le numéro du professionnel ou de l’établissement.")},
    )
    team = OneBoxField(label=_("Ou une de vos équipes de soins"), required=False)
    field_order = ["reader_number", "team", *ScopeFields.field_order]
    reader: Professional | Establishment | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = []
        if self.basis is not None and self.basis.person_id is not None:
            teams = [(str(team.pk), str(team)) for team in teams_seen(self.basis)]
        # A team takes the place of the number, where there is one to choose.
        self.fields["reader_number"].required = not teams and not self.blank
        if teams:
            self.fields["team"].choices = teams
        elif self.blank:
            # On blank paper the team is named in words, and the clerk picks it from the list.
            self.fields["team"] = forms.CharField(label=self.fields["team"].label, required=False)
        else:
            self.fields.pop("team")

    def clean_reader_number(self) -> str:
        number = number_typed(self.cleaned_data["reader_number"])
        self.reader = reader_of(number) if number else None
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        team = data.get("team")
        if "reader_number" in self.errors:
            return data
        if bool(data.get("reader_number")) == bool(team):
            self.add_error("reader_number", _("Écrivez un numéro, ou choisissez une de vos équipes : l’un des deux."))
        return data

    def facts(self) -> list[tuple[str, str]]:
        """The reader is named, not only numbered."""
        labels = {str(self[name].label) for name in ("reader_number", "team") if name in self.fields}
        reader = f"{self.reader} · {self.cleaned_data['reader_number']}" if self.reader else self.team_words()
        limit = []
        if isinstance(self.reader, Professional):
            limit = at_most(self.reader.profession, everything=self.cleaned_data["extent"] == "all")
        asked = [fact for fact in super().facts() if fact[0] not in labels]
        return [(str(_("Accès donné à")), reader), *asked, *limit]

    def team_words(self) -> str:
        """The team chosen, in words."""
        return dict(self.fields["team"].choices)[self.cleaned_data["team"]]


class ChangeGrantForm(ScopeFields):
    """The access keeps its reader; everything else is chosen anew."""


class RevokeGrantForm(ActForm):
    """The access to take back is the act's target: nothing else is asked."""
