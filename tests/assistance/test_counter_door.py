"""The counter's door: from an agent's request to a basis, or to a refusal that the person sees."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.http import Http404
from django.test import Client

from assistance.doors.counter import CounterDoor
from assistance.roles import leave
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import all_acts, get_act
from consent.bases import BasisRefused, Via
from consent.models import Space
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.counter_cast import draft_mandate, entries, sign, start
from tests.cast import Patient, open_space_answers

pytestmark = pytest.mark.django_db


def door_of(user: User, url: str) -> CounterDoor:
    return CounterDoor(SimpleNamespace(user=user), UUID(url.rstrip("/").rsplit("/", 1)[1]))


def test_the_counter_serves_every_act_that_a_mandate_or_presence_allows():
    served = {act.code for act in all_acts() if CounterDoor.serves(act)}
    assert {"space.open", "space.refuse", "grant.give", "mandate.give", "mandate.revoke"} <= served
    assert served == {act.code for act in all_acts() if act.bases & {Via.MANDATE, Via.PRESENCE}}


def test_under_the_mandate_what_it_lists_by_presence_what_needs_none(desk: Client, karim: User, odette: Patient):
    url = start(desk)
    mandate = sign(draft_mandate(desk, url, scopes=["space.open", "mandate.revoke"]), karim, url)
    door = door_of(karim, url)
    basis = door.basis(get_act("space.open"))
    assert (basis.via, basis.right_id, basis.reference) == (Via.MANDATE, mandate.pk, mandate.reference)
    assert basis.actor.counter_number == 137
    assert basis.until == mandate.ends_at
    assert door.basis(get_act("mandate.revoke")).via is Via.MANDATE
    assert door.basis(get_act("mandate.give")).via is Via.PRESENCE
    assert door.basis(None).via is Via.PRESENCE
    with pytest.raises(BasisRefused, match="ne prévoit pas"):
        door.basis(get_act("space.close"))


def test_a_visit_of_another_agent_is_no_door(desk: Client, sonia: User, odette: Patient):
    with pytest.raises(Http404):
        door_of(sonia, start(desk))
    with pytest.raises(Http404):
        door_of(sonia, f"/guichet/visite/{uuid4()}/")


def test_a_mandate_given_to_another_counter_does_not_serve_here(
    desk: Client, karim: User, nadege: User, odette: Patient
):
    from tests.assistance.counter_cast import browser_of

    there = browser_of(nadege)
    url = start(there, number=138)
    sign(draft_mandate(there, url), nadege, url)
    with pytest.raises(BasisRefused, match="pas donné de mandat à ce guichet"):
        door_of(karim, start(desk)).basis(get_act("space.open"))


def test_a_basis_made_before_the_end_of_the_visit_does_not_serve_after_it(
    desk: Client, karim: User, odette: Patient, notice
):
    url = start(desk)
    sign(draft_mandate(desk, url), karim, url)
    basis = door_of(karim, url).basis(get_act("space.open"))
    desk.post(f"{url}fin/")
    with pytest.raises(BasisRefused, match="visite est terminée"):
        perform(get_act("space.open"), basis, open_space_answers(), uuid4())
    with opened(odette.person.id):
        assert not Space.objects.exists()
    assert entries(odette.person.id)[-1].outcome == "refused"


def test_a_basis_made_before_the_agent_left_does_not_serve_after(
    desk: Client, karim: User, boussac, odette: Patient, notice
):
    url = start(desk)
    sign(draft_mandate(desk, url), karim, url)
    basis = door_of(karim, url).basis(get_act("space.open"))
    leave(karim, boussac)
    with pytest.raises(BasisRefused, match="plus agent"):
        perform(get_act("space.open"), basis, open_space_answers(), uuid4())


def test_an_agent_whose_account_is_linked_meanwhile_does_not_act_for_themselves(
    desk: Client, karim: User, odette: Patient, notice
):
    url = start(desk)
    sign(draft_mandate(desk, url), karim, url)
    basis = door_of(karim, url).basis(get_act("space.open"))
    odette.user.person_id = None
    odette.user.save()
    karim.person_id = odette.person.id
    karim.save()
    with pytest.raises(BasisRefused, match="pour lui-même"):
        perform(get_act("space.open"), basis, open_space_answers(), uuid4())


def test_an_unsigned_mandate_gives_no_basis(desk: Client, karim: User, odette: Patient, notice):
    from dataclasses import replace

    url = start(desk)
    mandate = draft_mandate(desk, url)
    with pytest.raises(BasisRefused, match="pas donné de mandat"):
        door_of(karim, url).basis(get_act("space.open"))
    forged = replace(door_of(karim, url).basis(None), via=Via.MANDATE, right_id=mandate.pk, reference=mandate.reference)
    with pytest.raises(BasisRefused, match="pas encore signé"):
        perform(get_act("space.open"), forged, open_space_answers(), uuid4())


def test_someone_unknown_can_only_give_a_mandate_refuse_or_take_a_refusal_back(desk: Client, karim: User):
    door = door_of(karim, start(desk))
    with pytest.raises(BusinessError):
        perform(get_act("mandate.revoke"), door.basis(get_act("mandate.revoke")), {}, uuid4(), uuid4())
