"""Forms of the acts on mandates."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.models import Counter, Duration, Signer
from assistance.signing import FOR_THE_PERSON, may_sign_for, signed_ceiling
from consent.acts.registry import all_acts, by_noun, get_act
from consent.ages import is_of_age, keeps_own_care
from consent.bases import Via
from consent.forms.base import ActForm
from consent.forms.fields import BoxesField, DayField, NameField, OneBoxField, check_judgment_date
from consent.forms.identity import CONTACT, IDENTITY, ContactFields, IdentityForm
from consent.models import Person


def scope_choices() -> list[tuple[str, list[tuple[str, Any]]]]:
    """The acts that a mandate can list: those that can be done under one, by what they are about."""
    groups = by_noun(act for act in all_acts() if Via.MANDATE in act.bases)
    return [(about, [(act.code, act.label) for act in acts]) for about, acts in groups.items()]


class GiveMandateForm(ContactFields, IdentityForm):
    """Which counter, which acts, how long, and who signs. No act is ticked beforehand."""

    counter_number = forms.IntegerField(
        label=_("Numéro du guichet"),
        min_value=1,
        help_text=_("Le numéro est affiché au guichet, et sur la page « Trouver un guichet »."),
    )
    scopes = BoxesField(
        label=_("Ce que le guichet peut faire pour moi"),
        choices=scope_choices,
        error_messages={"required": _("Cochez au moins un acte : un mandat vide ne sert à rien.")},
    )
    duration = OneBoxField(label=_("Pendant combien de temps ?"), choices=Duration.choices)
    signer = OneBoxField(label=_("Qui signe ?"), choices=Signer.choices)
    witness_1 = NameField(label=_("Premier témoin"), required=False, help_text=_("Si la personne ne peut pas signer."))
    witness_2 = NameField(label=_("Second témoin"), required=False)
    guardian = NameField(
        label=_("Nom de qui signe pour la personne"), required=False,
        help_text=_("Le tuteur, ou le père ou la mère d’une personne mineure."),
    )  # fmt: skip
    judgment_court = forms.CharField(label=_("Tribunal qui a rendu le jugement"), required=False, max_length=80)
    judgment_date = DayField(label=_("Date du jugement"), required=False)
    large_print = forms.BooleanField(label=_("Imprimer en grands caractères"), required=False)
    always: list[str] = []
    sections = [
        (_("La personne"), "", IDENTITY),
        (_("Pour lui écrire"), "", CONTACT),
        (_("Le mandat"), "", ["counter_number", "scopes", "duration"]),
        (
            _("La signature"),
            "",
            ["signer", "witness_1", "witness_2", "guardian", "judgment_court", "judgment_date", "large_print"],
        ),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # At a counter the mandate is given to that counter: there is nothing to choose.
        if self.basis is not None and self.basis.actor.counter_number and self.basis.via is not Via.PAPER:
            self.fields.pop("counter_number")
        if self.basis is not None and self.basis.via is Via.SELF:
            for name in self.sections[-1][2]:
                self.fields.pop(name, None)
        self.sections = [
            (title, hint, kept)
            for title, hint, names in self.sections
            if (kept := [name for name in names if name in self.fields])
        ]

    def clean_counter_number(self) -> int:
        number = self.cleaned_data["counter_number"]
        if not Counter.objects.filter(number=number).exists():
            raise forms.ValidationError(
                _("Aucun guichet ne porte ce numéro. Cherchez-le sur la page « Trouver un guichet ».")
            )
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needed = {
            Signer.MARK: ["witness_1", "witness_2"],
            Signer.GUARDIAN: ["guardian", "judgment_court", "judgment_date"],
            Signer.PARENT: ["guardian"],
        }.get(data.get("signer"), [])
        for name in needed:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("À remplir pour cette façon de signer."))
        person = Person.objects.filter(pk=self.basis.person_id).first() if self.basis else None
        birth = person.birth_date if person else data.get("birth_date")
        if data.get("signer") in FOR_THE_PERSON:
            self._check_signer(Signer(data["signer"]), data, person, birth)
        elif data.get("signer") and birth and not keeps_own_care(birth):
            self.add_error("signer", _("Avant 15 ans, on ne signe pas soi-même : le père ou la mère signe."))
        check_judgment_date(self, birth)
        if data.get("witness_1") and data.get("witness_1") == data.get("witness_2"):
            self.add_error("witness_2", _("Les deux témoins doivent être deux personnes différentes."))
        return data

    def _check_signer(self, signer: Signer, data: dict[str, Any], person: Person | None, birth: date | None) -> None:
        """Whoever signs for someone has done for them what they may do for them otherwise, and nothing that is the
        person's alone.
        """
        if signer is Signer.PARENT and birth and is_of_age(birth):
            self.add_error("signer", _("Cette personne a 18 ans ou plus : elle signe elle-même."))
        may = may_sign_for(person.pk, signer, data.get("guardian") or "") if person else signed_ceiling(signer)
        if beyond := set(data.get("scopes") or []) - may:
            words = ", ".join(str(get_act(code).label).lower() for code in sorted(beyond))
            self.add_error("scopes", _("La personne seule le décide, ou un juge ne le permet pas : %s.") % words)


class RevokeMandateForm(ActForm):
    """The mandate to end is the act's target: nothing else is asked."""
