"""A care team opens to its members what is given to it, and nothing to who left it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import BasisRefused
from consent.forms.care_team import ComposeTeamForm
from consent.forms.grant import GiveGrantForm
from consent.models import CareTeam, Category, Grant, JournalEntry, Professional
from consent.models.directory import rpps_is_valid
from consent.readers import SHEET, basis_of
from consent.reading import read
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id
from tests.consent import openings
from tests.consent.conftest import check, confirm, hidden
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


def many_doctors(many: int) -> list[Professional]:
    """So many professionals, each with a number that is right."""
    firsts = (f"{2010000000 + number:010d}" for number in range(many))
    numbers = [next(first + last for last in "0123456789" if rpps_is_valid(first + last)) for first in firsts]
    found = [Professional(rpps=number, name=f"Dr {number[6:10]}", profession="Médecin") for number in numbers]
    return Professional.objects.bulk_create(found)


def test_the_pages_of_a_team_cost_no_more_for_twelve_members_than_for_one(with_space, odette_online):
    url, numbers, asked = "/mon-espace/actes/care-team.compose/", [who.rpps for who in many_doctors(12)], {}
    for many, name in ((1, "Un"), (12, "Douze")):
        request = hidden(odette_online.get(url), "request")
        with CaptureQueriesContext(connection) as checking:
            checked = odette_online.post(url, {"name": name, "members": "\n".join(numbers[:many]), "request": request})
        with CaptureQueriesContext(connection) as confirming:
            assert confirm(odette_online, url, checked).status_code == 303
        asked[many] = (len(checking), len(confirming))
    assert asked[1] == asked[12]
    with opened(with_space.person.id):
        assert sorted(len(team.members()) for team in CareTeam.objects.all()) == [1, 12]


def test_the_members_of_today_stand_in_the_form_and_apart_on_the_page_of_checking(
    team, odette, dr_lemoine, nurse, sign_in
):
    client, url = sign_in(odette.user), f"/mon-espace/actes/care-team.change/{team.pk}/"
    form = client.get(url).content.decode()
    assert dr_lemoine.rpps in form
    assert nurse.rpps in form
    checked = check(client, url, {"members": dr_lemoine.rpps}).content.decode()
    today, coming = checked.split("Ce qui va changer")
    assert str(nurse) in today.split("Ce qui est là aujourd’hui")[1]
    assert str(nurse) not in coming
    assert str(dr_lemoine) in coming
