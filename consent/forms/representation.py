"""Forms of the acts on representations: name, end, open on proof, lift on proof, doubt."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import BoxesField, DayField, OneBoxField, check_judgment_date
from consent.forms.identity import CONTACT, IDENTITY, ContactFields, IdentityForm
from consent.forms.other import OTHER, OtherPersonFields
from consent.models.representation import BY_JUDGMENT, Kind
from consent.representing import ceiling, missing_reading, scope_choices

DURATIONS = [
    ("1m", _("1 mois")),
    ("6m", _("6 mois")),
    ("1y", _("1 an")),
    ("none", _("Jusqu’à ce que j’y mette fin (personne de confiance seulement)")),
]
# A protective measure is ordered for 5 years, or 10, and renewed for 20 at most (code civil, articles 441 and 442).
LONGEST_MEASURE = timedelta(days=20 * 366)


def relative_choices() -> list[tuple[str, list[tuple[str, Any]]]]:
    """What the person may let a relative do, box by box."""
    return scope_choices(Kind.RELATIVE)


def measure_choices() -> list[tuple[str, list[tuple[str, Any]]]]:
    """What a judgment may let a representative do."""
    return scope_choices(Kind.TUTELLE)


def check_readings(form: ActForm, scopes: set[str]) -> None:
    """An act whose page shows the history, or the sheet, is of no use without that reading: say which is missing."""
    missing = missing_reading(scopes)
    if missing and "scopes" not in form.errors:
        words = {"act": missing[0], "reading": missing[1]}
        form.add_error("scopes", gettext("Pour « %(act)s », cochez aussi « %(reading)s ».") % words)


class NameRepresentativeForm(OtherPersonFields):
    """Whom, for what, until when. Nothing is ticked beforehand."""

    kind = OneBoxField(
        label=_("Cette personne est"),
        choices=[
            (Kind.TRUSTED, _("ma personne de confiance : on la consulte si je ne peux plus m’exprimer")),
            (Kind.RELATIVE, _("un proche qui fait pour moi ce que je coche")),
        ],
    )
    scopes = BoxesField(
        label=_("Ce que cette personne peut faire pour moi"),
        choices=relative_choices,
        required=False,
        help_text=_("Une personne de confiance peut seulement lire, si vous cochez une lecture."),
    )
    duration = OneBoxField(label=_("Pendant combien de temps ?"), choices=DURATIONS)
    sections = [
        (
            _("Qui vous représente"),
            _("Recopiez sa pièce d’identité. Son identité doit déjà être vérifiée par le service."),
            OTHER,
        ),
        (_("Ce qu’elle peut faire"), _("Chaque case compte seule."), ["kind", "scopes", "duration"]),
    ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind, scopes = data.get("kind"), set(data.get("scopes") or [])
        if kind == Kind.TRUSTED and scopes - ceiling(Kind.TRUSTED):
            self.add_error("scopes", _("Une personne de confiance ne fait pas d’acte : cochez seulement des lectures."))
        if kind == Kind.RELATIVE and not scopes and "scopes" not in self.errors:
            self.add_error("scopes", _("Cochez au moins une case : sans elle, votre proche ne peut rien faire."))
        if kind == Kind.RELATIVE and data.get("duration") == "none":
            self.add_error("duration", _("Pour un proche, choisissez une durée : un an au plus, à renouveler."))
        check_readings(self, scopes)
        return data


class EndRepresentationForm(ActForm):
    """The representation to end is the act's target: nothing else is asked."""


class OpenRepresentationForm(ContactFields, IdentityForm, OtherPersonFields):
    """A parent or a guardian, on a proof that is seen: whose, by what, in what, until when."""

    kind = OneBoxField(
        label=_("Je suis"),
        choices=[
            (Kind.PARENT, _("son père ou sa mère")),
            (Kind.CURATELLE, _("son curateur ou sa curatrice")),
            (Kind.TUTELLE, _("son tuteur ou sa tutrice")),
            (Kind.HABILITATION, _("la personne habilitée par le juge (habilitation familiale)")),
        ],
    )
    proof = OneBoxField(
        label=_("Le document qui le prouve"),
        choices=[
            ("family-book", _("livret de famille")),
            ("birth-certificate", _("acte de naissance avec filiation")),
            ("judgment", _("jugement")),
        ],
    )
    judgment_date = DayField(label=_("Date du jugement"), required=False, help_text=_("S’il y a un jugement."))
    ends_on = DayField(
        label=_("Fin de la mesure"),
        required=False,
        help_text=_("La date écrite dans le jugement. Pour un parent, laissez vide : c’est le jour des 18 ans."),
    )
    scopes = BoxesField(
        label=_("Ce que le jugement permet"),
        choices=measure_choices,
        required=False,
        help_text=_(
            "Tutelle ou habilitation : cochez ce que le jugement permet. Curatelle : les lectures seulement. "
            "Parent : laissez vide, sauf si un juge a limité vos droits."
        ),
    )
    court_limits = forms.CharField(
        label=_("Limites fixées par le juge"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Avec les mots du jugement."),
    )
    court_limits.paper = "lines:2"
    sections = [
        (_("Vous"), "", IDENTITY),
        (_("Pour vous écrire"), "", CONTACT),
        (_("La personne que vous représentez"), _("Recopiez le document présenté."), OTHER),
        (
            _("Par quel droit"),
            "",
            ["kind", "proof", "judgment_date", "ends_on", "scopes", "court_limits"],
        ),
    ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind in BY_JUDGMENT:
            self._check_judgment(Kind(kind), data)
        elif kind == Kind.PARENT and data.get("scopes") and not data.get("court_limits"):
            self.add_error("court_limits", _("Si un juge a limité vos droits, recopiez ce qu’il a écrit."))
        elif (
            kind == Kind.PARENT and data.get("court_limits") and not data.get("scopes") and "scopes" not in self.errors
        ):
            self.add_error("scopes", _("Le juge a limité vos droits : cochez seulement ce qu’il vous laisse."))
        if kind == Kind.PARENT:
            self._check_nothing_of_a_measure(data)
        check_judgment_date(self, data.get("other_birth_date"))
        check_readings(self, set(data.get("scopes") or []))
        return data

    def _check_nothing_of_a_measure(self, data: dict[str, Any]) -> None:
        """What was typed for a measure is not let go in silence: the page of checking would show it as decided."""
        if data.get("ends_on"):
            self.add_error("ends_on", _("Pour un parent, laissez vide : cela finit le jour des 18 ans de l’enfant."))
        if data.get("judgment_date") and data.get("proof") not in (None, "judgment"):
            self.add_error("judgment_date", _("À remplir seulement si le document présenté est un jugement."))

    def _check_judgment(self, kind: Kind, data: dict[str, Any]) -> None:
        if data.get("proof") not in (None, "judgment"):
            self.add_error("proof", _("Pour une mesure de protection, il faut voir le jugement."))
        for name in ("judgment_date", "ends_on"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("À remplir avec la date écrite dans le jugement."))
        if end := data.get("ends_on"):
            if end <= timezone.localdate():
                self.add_error("ends_on", _("Cette mesure est déjà finie."))
            elif end > timezone.localdate() + LONGEST_MEASURE:
                self.add_error("ends_on", _("Une mesure ne dure pas plus de vingt ans. Vérifiez l’année."))
        scopes = set(data.get("scopes") or [])
        if not scopes and "scopes" not in self.errors:
            self.add_error("scopes", _("Cochez au moins une case, d’après le jugement."))
        if scopes - ceiling(kind):
            self.add_error("scopes", _("Un curateur assiste, il ne décide pas : cochez seulement des lectures."))


class LiftRepresentationForm(ActForm):
    """On what document a parent's or a guardian's representation ends before its date."""

    document = forms.CharField(
        label=_("Le document qui y met fin"),
        max_length=120,
        help_text=_("Par exemple : jugement de mainlevée du 12/05/2026, tribunal judiciaire de Guéret."),
    )


class DoubtForm(ActForm):
    """What was asked of the person alone, and what was seen (after the NHS information standard DAPB3051)."""

    alone = forms.BooleanField(
        label=_("J’ai parlé avec la personne seule, sans son représentant"),
        error_messages={"required": _("Parlez d’abord avec la personne seule. Cochez la case quand c’est fait.")},
    )
    answered = OneBoxField(
        label=_("« Est-ce vous qui avez choisi ce représentant ? »"),
        choices=[
            ("no", _("La personne répond non")),
            ("unsure", _("La personne hésite, ou ne répond pas")),
            ("yes", _("La personne répond oui, mais un doute reste")),
        ],
    )
    words = forms.CharField(
        label=_("Ce qui fait douter"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Des faits, sans jugement. La personne peut lire ces lignes ; son représentant, jamais."),
    )


class ClearDoubtForm(ActForm):
    """What the person says, seen alone again."""

    alone = forms.BooleanField(
        label=_("J’ai parlé avec la personne seule, sans son représentant"),
        error_messages={"required": _("Parlez d’abord avec la personne seule. Cochez la case quand c’est fait.")},
    )
    words = forms.CharField(label=_("Ce que dit la personne"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
