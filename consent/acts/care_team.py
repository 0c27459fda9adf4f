"""Acts on care teams: compose one, change who is in it, end it."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.grant import refuse_oneself
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.forms.care_team import ChangeTeamForm, ComposeTeamForm, EndTeamForm
from consent.hiding import teams_seen
from consent.models import CareTeam, CareTeamMember, Grant, IdentityLevel, Professional
from consent.readers import hold_readers


class _TeamAct(Act):
    """What the acts on one team share."""

    about = gettext_lazy("Mes équipes de soins")
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    needs_space = True
    target = "care team"

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        return [(team.pk, str(team)) for team in teams_seen(basis)]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        team = teams_seen(basis).filter(pk=target_id).first()
        return team_facts(team, team.members()) if team else []

    def locked(self, basis: Basis, target_id: UUID | None) -> CareTeam:
        """The team, locked. Raises `BusinessError` if it is over."""
        team = teams_seen(basis).select_for_update().filter(pk=target_id).first()
        if team is None:
            raise BusinessError(gettext_lazy("Cette équipe n’existe plus."))
        return team


@register
class ComposeTeam(_TeamAct):
    """Put professionals together under a name. It opens nothing: an access is given to the team afterwards."""

    code = "care-team.compose"
    label = gettext_lazy("Composer une équipe de soins")
    button = gettext_lazy("Composer cette équipe")
    sentence = gettext_lazy("composer une équipe de soins avec les professionnels que je nomme")
    form_class = ComposeTeamForm
    level = IdentityLevel.CONFIRMED
    target = ""

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        name = answers["name"]
        if name in dict(self.targets(basis)).values():
            raise BusinessError(gettext_lazy("Vous avez déjà une équipe de ce nom."), "name")
        team = CareTeam(person_id=basis.person_id, name=name)
        team.save(force_insert=True)
        put_in(team, answers["members"], basis)
        return Effect(facts=team_facts(team, answers["members"]), subject_id=team.pk)


@register
class ChangeTeam(_TeamAct):
    """Who is in the team from now on. An access given to it follows at once."""

    code = "care-team.change"
    label = gettext_lazy("Changer une équipe de soins")
    button = gettext_lazy("Changer cette équipe")
    sentence = gettext_lazy("changer qui est dans une de mes équipes de soins")
    form_class = ChangeTeamForm
    level = IdentityLevel.CONFIRMED

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        hold_readers(basis.person_id)
        team = self.locked(basis, target_id)
        stay = team.places.standing().filter(professional__in=answers["members"])
        team.places.standing().exclude(pk__in=stay).update(left_at=timezone.now())
        there = set(stay.values_list("professional", flat=True))
        put_in(team, [member for member in answers["members"] if member.pk not in there], basis)
        return Effect(facts=team_facts(team, answers["members"]), subject_id=team.pk)


@register
class EndTeam(_TeamAct):
    """End the team, and every access given to it, at once."""

    code = "care-team.end"
    label = gettext_lazy("Mettre fin à une équipe de soins")
    button = gettext_lazy("Mettre fin à cette équipe")
    sentence = gettext_lazy("mettre fin à une de mes équipes de soins, et à ses accès")
    form_class = EndTeamForm

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        team = self.locked(basis, target_id)
        team.ended_at = timezone.now()
        team.save(update_fields=["ended_at"])
        ended = Grant.objects.in_force().filter(person_id=basis.person_id, team=team).update(revoked_at=team.ended_at)
        return Effect(facts=[(_("Équipe terminée"), str(team)), (_("Accès retirés"), str(ended))], subject_id=team.pk)


def put_in(team: CareTeam, members: list[Professional], basis: Basis) -> None:
    """Give each professional a place in the team. Raises `BusinessError` for oneself."""
    refuse_oneself(basis, members, "members")
    places = [CareTeamMember(person_id=team.person_id, team=team, professional=member) for member in members]
    CareTeamMember.objects.bulk_create(places)


def team_facts(team: CareTeam, members: list[Professional]) -> list[Fact]:
    """A team in words."""
    return [(_("Équipe"), str(team)), (_("Membres"), ", ".join(map(str, members)))]
