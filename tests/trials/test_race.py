"""Readers under a mandate and the person who ends it at once: no read follows an acknowledged end (see `race.py`)."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Via
from consent.models import Consent
from consent.reading import read
from tests.examples import answers_for
from tests.trials import race as racing
from tests.trials.world import World

CODE = "consent.give"  # the scope under which the readers read


def raced(world: World, reads_before_the_end: int, end: str = "mandate.revoke") -> dict[str, int]:
    """One race of readers under a mandate; its end is this act of the person."""
    act = get_act(end)
    basis = world.basis(get_act(CODE), Via.MANDATE, world.odette)
    assert basis.right_id is not None
    ender = world.online(act, world.odette)
    return racing.raced(
        world.odette.id,
        lambda: read(basis, CODE, [], lambda: list(Consent.objects.all())),
        lambda: perform(act, ender, {}, uuid4(), basis.right_id if act.target else None),
        reads_before_the_end,
        basis_reference=basis.reference,
    )


def race(world: World, total: int, before_each_end: int, end: str = "mandate.revoke") -> None:
    answered = refused = 0
    while answered < total:
        result = raced(world, before_each_end, end)
        racing.assert_none_after(result)
        answered += result["answered"]
        refused += result["refused"]
        end_visits(world)
        if end == "space.suspend":
            resume = get_act("space.resume")
            perform(resume, world.online(resume, world.odette), {}, uuid4())


def end_visits(world: World) -> None:
    from assistance import visits

    visit = visits.current_of(world.karim)
    if visit:
        visits.end(visit[0], visit[1], visits.VisitEnd.ENDED)


@pytest.fixture
def world(committed: None) -> World:
    return World()


def test_no_read_of_five_hundred_follows_an_acknowledged_end(world: World):
    race(world, 500, 80)


def test_no_read_of_five_hundred_follows_an_acknowledged_suspension(world: World):
    opening = get_act("space.open")
    world.prepared(opening, world.online(opening, world.odette), answers_for("space.open", Via.SELF)).do()
    race(world, 500, 80, "space.suspend")


@pytest.mark.long
def test_no_read_of_ten_thousand_follows_an_acknowledged_end(world: World):
    race(world, 10_000, 250)


def test_the_race_is_seen_when_the_basis_is_not_locked(world: World, monkeypatch: pytest.MonkeyPatch):
    """The same race with a provider that asks once and remembers: the check must find reads after the end."""
    from consent import reading

    remembered = set()
    lock = reading.lock_basis

    def once(basis: Any, code: str) -> None:
        if basis not in remembered:
            lock(basis, code)
            remembered.add(replace(basis))

    monkeypatch.setattr(reading, "lock_basis", once)
    result = raced(world, 20)
    assert result["answered after the end"] > 0
    assert result["traced after the end"] > 0
