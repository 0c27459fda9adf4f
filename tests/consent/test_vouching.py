"""Nobody vouches for themselves: whoever serves someone is not made their representative, nor serves whom they represent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.bases import BasisRefused, Via
from consent.models import Person, Representation
from consent.models.representation import EndReason, Kind
from consent.wall import opened
from portal.accounts.user import User
from tests.cast import request_id
from tests.examples import answers_for
from tests.trials.world import World

pytestmark = pytest.mark.django_db
BY_AGENT, BY_CLERK = (Via.PRESENCE, "karim"), (Via.PAPER, "clerk")
CLEARED = {"alone": True, "words": "C’est lui que je veux."}


@pytest.fixture
def world(db: None) -> World:
    return World()


def is_jeanne(world: World, user: User) -> None:
    """This agent or clerk is Jeanne herself."""
    User.objects.filter(person_id=world.jeanne.id).update(person_id=None)
    user.person_id = world.jeanne.id
    user.save()


def by_jeanne(person: Person, jeanne: Person, end: EndReason | None = None) -> Representation:
    """Jeanne represents this person, or did until this end."""
    row = represent(person, jeanne, Kind.RELATIVE, ["space.close"], ends_at=timezone.now() + timedelta(90))
    if end:
        with opened(person.id):
            row.end(end)
    return row


@pytest.mark.parametrize(("via", "who"), [(Via.MANDATE, "karim"), BY_CLERK])
def test_whoever_holds_the_pen_is_not_named_as_the_representative(world, via, who):
    act = get_act("representation.name")
    ready = world.prepared(act, world.basis(act, via, world.odette), answers_for(act.code, via))
    is_jeanne(world, getattr(world, who))
    with pytest.raises(BusinessError, match="Le représentant, c’est vous : un collègue doit recevoir cette personne"):
        ready.do()
    with opened(world.odette.id):
        assert not Representation.objects.exists()


@pytest.mark.parametrize("end", [None, EndReason.DOUBT], ids=["in force", "a doubt was noted"])
def test_no_agent_receives_whom_they_represent(world, end):
    is_jeanne(world, world.karim)
    by_jeanne(world.odette, world.jeanne, end)
    with pytest.raises(BusinessError, match="ni pour qui il représente : un collègue le fera"):
        world.visit(world.odette)
    assert world.visit(world.odette, agent=world.nadia, counter=world.elsewhere)


def test_an_agent_receives_whom_they_represented_until_it_ended_without_a_doubt(world):
    is_jeanne(world, world.karim)
    by_jeanne(world.odette, world.jeanne, EndReason.PERSON)
    assert world.visit(world.odette)


@pytest.mark.parametrize(("via", "who"), [BY_AGENT, BY_CLERK])
def test_nobody_acts_for_whom_they_came_to_represent_meanwhile(world, via, who):
    act = get_act("rights.complaint")
    basis = world.basis(act, via, world.odette)
    is_jeanne(world, getattr(world, who))
    by_jeanne(world.odette, world.jeanne)
    with pytest.raises(BasisRefused, match="un collègue le fera"):
        perform(act, basis, {"what": "On m’a mal reçue.", "wish": ""}, request_id())


@pytest.mark.parametrize(("via", "who"), [BY_AGENT, BY_CLERK])
def test_a_doubt_about_an_agent_or_a_clerk_is_for_a_colleague_to_look_at_again(world, via, who):
    act = get_act("representation.clear-doubt")
    basis = world.basis(act, via, world.odette)
    is_jeanne(world, getattr(world, who))
    row = by_jeanne(world.odette, world.jeanne, EndReason.DOUBT)
    with pytest.raises(BasisRefused, match="un collègue le fera"):
        perform(act, basis, CLEARED, request_id(), row.pk)
    with opened(world.odette.id):
        assert Representation.objects.get(pk=row.pk).end_reason == EndReason.DOUBT


def test_the_rule_of_the_act_alone_refuses_it_too(world):
    act = get_act("representation.clear-doubt")
    basis = world.basis(act, Via.PRESENCE, world.odette)
    is_jeanne(world, world.karim)
    row = by_jeanne(world.odette, world.jeanne, EndReason.DOUBT)
    with opened(world.odette.id), pytest.raises(BusinessError, match="Le représentant, c’est vous"):
        act.effect(basis, CLEARED, row.pk)
