"""A care team opens to its members what is given to it, and nothing to who left it."""

from typing import Any

import pytest

from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import BasisRefused
from consent.forms.care_team import ComposeTeamForm
from consent.forms.grant import GiveGrantForm
from consent.models import CareTeam, Category, Grant, JournalEntry, Professional
from consent.readers import SHEET, basis_of
from consent.reading import read
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id
from tests.consent import openings
from tests.trials.world import account

pytestmark = pytest.mark.django_db
TERMS = {"rights": ["read"], "extent": "some", "categories": ["reports"], "duration": "6m"}


@pytest.fixture
def nurse(db: None) -> Professional:
    return Professional.objects.create(rpps="10100000016", name="Inès Moreau", profession="Infirmière", invented=True)


@pytest.fixture
def team(odette: Patient, notice: Any, dr_lemoine: Professional, nurse: Professional) -> CareTeam:
    """Odette's team of two, with an access to her reports."""
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    answers = {"name": "Mon suivi", "members": [dr_lemoine, nurse]}
    perform(get_act("care-team.compose"), odette.basis, answers, request_id())
    with opened(odette.person.id):
        team = CareTeam.objects.get()
    perform(get_act("grant.give"), odette.basis, {"reader_number": "", "team": str(team.pk), **TERMS}, request_id())
    return team


def reads(team: CareTeam, who: Professional, category: Category = Category.REPORTS) -> bool:
    return openings.reads(team.person_id, category, who)


def test_each_member_reads_what_was_given_to_the_team(team, dr_lemoine, nurse):
    assert reads(team, dr_lemoine)
    assert reads(team, nurse)
    assert not reads(team, nurse, Category.IMAGING)


def test_composing_a_team_opens_nothing(odette, notice, dr_lemoine):
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    perform(get_act("care-team.compose"), odette.basis, {"name": "Suivi", "members": [dr_lemoine]}, request_id())
    assert not openings.reads(odette.person.id, Category.REPORTS, dr_lemoine)


def test_who_leaves_the_team_reads_nothing_any_more(team, odette, dr_lemoine, nurse):
    perform(get_act("care-team.change"), odette.basis, {"members": [dr_lemoine]}, request_id(), team.pk)
    assert reads(team, dr_lemoine)
    assert not reads(team, nurse)


def test_the_end_of_the_team_ends_its_accesses(team, odette, dr_lemoine):
    perform(get_act("care-team.end"), odette.basis, {}, request_id(), team.pk)
    assert not reads(team, dr_lemoine)
    with opened(odette.person.id):
        assert not Grant.objects.in_force().exists()
    with pytest.raises(BusinessError, match="n’existe plus"):
        perform(get_act("care-team.change"), odette.basis, {"members": [dr_lemoine]}, request_id(), team.pk)


def test_a_block_is_stronger_than_the_team(team, odette, dr_lemoine, nurse):
    perform(get_act("block.add"), odette.basis, {"reader": nurse, "emergency_too": "no"}, request_id())
    assert reads(team, dr_lemoine)
    assert not reads(team, nurse)


def test_the_team_of_somebody_else_is_not_offered(team, aicha):
    form = GiveGrantForm({"team": str(team.pk), **TERMS}, basis=aicha.basis)
    with opened(aicha.person.id):
        assert not form.is_valid()
    assert form.errors["reader_number"] == ["Écrivez le numéro du professionnel ou de l’établissement."]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ("10100000009", "10100000009 : Ce numéro RPPS n’est pas juste. Recopiez les 11 chiffres."),
        ("10987654321", "10987654321 : Ce numéro RPPS n’est pas juste. Recopiez les 11 chiffres."),
        ("\n".join(str(number) for number in range(13)), "Une équipe a 12 membres au plus."),
    ],
)
def test_a_wrong_number_is_named(odette, members: str, said: str):
    form = ComposeTeamForm({"name": "Suivi", "members": members}, basis=odette.basis)
    assert said in form.errors["members"]


@pytest.mark.parametrize("members", [",", " , ,\n,"])
def test_a_team_of_nobody_is_refused(odette, members: str):
    form = ComposeTeamForm({"name": "Suivi", "members": members}, basis=odette.basis)
    assert form.errors["members"] == ["Écrivez au moins un numéro RPPS."]


def test_who_left_the_team_tries_and_the_person_sees_it(team, odette, dr_lemoine, nurse):
    user = account(f"{nurse.rpps}@soins.exemple.fr", professional=nurse)
    with opened(odette.person.id):
        grant = Grant.objects.get()
    assert basis_of(user, grant.pk)
    perform(get_act("care-team.change"), odette.basis, {"members": [dr_lemoine]}, request_id(), team.pk)
    with pytest.raises(BasisRefused):
        read(basis_of(user, grant.pk), SHEET, [], list)
    with opened(odette.person.id):
        assert JournalEntry.objects.get(outcome="refused").actor_id == user.pk


def test_who_comes_back_to_the_team_reads_again(team, odette, dr_lemoine, nurse):
    for members in ([dr_lemoine], [dr_lemoine, nurse]):
        perform(get_act("care-team.change"), odette.basis, {"members": members}, request_id(), team.pk)
    assert reads(team, nurse)
    with opened(odette.person.id):
        assert [who.name for who in team.members()] == [dr_lemoine.name, nurse.name]


def test_a_team_is_called_as_the_person_likes(odette):
    form = ComposeTeamForm({"name": "Mon diabète de type 2", "members": "10100000008"}, basis=odette.basis)
    assert "name" not in form.errors
