"""Someone who represents the person looks, and the person hides or suspends meanwhile: neither is acknowledged before."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Basis, BasisRefused, Via
from consent.hiding import grants_seen
from consent.models import Grant
from consent.reading import read
from consent.trace.seen import HISTORY
from consent.wall import opened
from tests.examples import answers_for
from tests.trials.world import World


@pytest.fixture
def world(committed: None) -> World:
    """Odette gave an access to her doctor, and Jeanne, her guardian, may look."""
    made = World()
    for code in ("space.open", "grant.give"):
        act = get_act(code)
        made.prepared(act, made.online(act, made.odette), answers_for(code, Via.SELF)).do()
    return made


def guardian(world: World) -> Basis:
    """On what Jeanne looks."""
    return world.represented(world.odette, ["space.read", HISTORY]).whole_basis


def looks(basis: Basis, after: Callable[[], None] = lambda: None) -> list[str]:
    """Whose accesses Jeanne sees; `after` they were fetched and before they are sent."""

    def fetch() -> list[str]:
        seen = [grant.reader for grant in grants_seen(basis)]
        after()
        return seen

    return read(basis, HISTORY, [], fetch)


def hiding(world: World) -> tuple[str, dict[str, Any]]:
    with opened(world.odette.id):
        return "representation.hide", {"grants": [str(Grant.objects.get().pk)], "categories": []}


def suspending(world: World) -> tuple[str, dict[str, Any]]:
    return "space.suspend", {}


@pytest.mark.parametrize("end", [hiding, suspending])
def test_it_waits_for_the_look_that_has_begun(world: World, end: Callable[[World], tuple[str, dict[str, Any]]]):
    basis = guardian(world)
    code, answers = end(world)
    act = get_act(code)
    by_odette = world.online(act, world.odette)
    fetched, go_on = Event(), Event()

    def slow() -> None:
        fetched.set()
        assert go_on.wait(30)

    def in_a_thread(work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        looking = threads.submit(in_a_thread, lambda: looks(basis, slow))
        assert fetched.wait(30)
        ending = threads.submit(in_a_thread, lambda: perform(act, by_odette, answers, uuid4()))
        try:
            with pytest.raises(TimeoutError):
                ending.result(timeout=0.7)
        finally:
            go_on.set()
        assert any("Lemoine" in reader for reader in looking.result())
        ending.result()
    if end is hiding:
        assert looks(basis) == []
    else:
        with pytest.raises(BasisRefused):
            looks(basis)
