"""Forms of the acts on care teams."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.bases import Via
from consent.forms.base import ActForm
from consent.forms.reader import professional_of
from consent.hiding import teams_seen
from consent.models import Professional

MOST = 12


class MembersFields(ActForm):
    """The members, one RPPS number a line."""

    members = forms.CharField(
        label=_("Numéros RPPS des membres"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Un numéro de 11 chiffres par ligne, 12 au plus. Il est sur l’ordonnance ou le tampon."),
    )
    members.paper = "lines:12"

    def clean_members(self) -> list[Professional]:
        lines = ["".join(line.split()) for line in self.cleaned_data["members"].replace(",", "\n").splitlines()]
        numbers = list(dict.fromkeys(line for line in lines if line))
        if not numbers:
            raise forms.ValidationError(_("Écrivez au moins un numéro RPPS."))
        if len(numbers) > MOST:
            raise forms.ValidationError(_("Une équipe a 12 membres au plus."))
        directory = {who.rpps: who for who in Professional.objects.filter(rpps__in=numbers)}
        wrong = []
        for number in numbers:
            if number not in directory:
                try:
                    professional_of(number)
                except forms.ValidationError as error:
                    wrong.append(f"{number} : {error.message}")
        if wrong:
            raise forms.ValidationError(wrong)
        return [directory[number] for number in numbers]

    def facts(self) -> list[tuple[str, str]]:
        """The members by name."""
        named = (str(_("Membres")), ", ".join(map(str, self.cleaned_data["members"])))
        return [*(fact for fact in super().facts() if fact[0] != str(self.fields["members"].label)), named]


class ComposeTeamForm(MembersFields):
    """A name of the person's own, and who is in it."""

    name = forms.CharField(
        label=_("Nom de l’équipe"), max_length=40, help_text=_("Par exemple : mon suivi du cœur."),
        error_messages={"required": _("Donnez un nom à cette équipe.")},
    )  # fmt: skip
    field_order = ["name", "members"]


class ChangeTeamForm(MembersFields):
    """Who is in it from now on; who is in it today stands there already, but for a clerk, who copies a paper."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.blank or self.basis.via is Via.PAPER:
            return
        team = teams_seen(self.basis).filter(pk=self.target_id).first()
        self.initial["members"] = "\n".join(member.rpps for member in team.members()) if team else ""


class EndTeamForm(ActForm):
    """The team is the act's target: nothing else is asked."""
