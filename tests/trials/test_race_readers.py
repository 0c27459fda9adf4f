"""Professionals who read, and the person who ends it, at once: no read follows an acknowledged end.

The clock and what is compared are those of `race.py`. Each way of ending is raced: the right's own row (a grant
revoked, a code cancelled), what stands beside it (a block, the space closed, emergencies forbidden, a team changed).
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction

from consent import emergency, same_time, sharing
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Basis, BasisRefused, Via
from consent.models import Block, CareTeam, Grant, Professional, ShareCode
from consent.readers import SHEET, basis_of, standing_basis
from consent.reading import read
from consent.roles import work_in
from consent.wall import opened
from portal.accounts.user import User
from records.reading import read_patient
from tests import database
from tests.cast import ODETTE
from tests.examples import HOSPITAL, answers_for
from tests.trials import race as racing
from tests.trials.world import Ready, World, account

Right = tuple[Basis, UUID]


@pytest.fixture
def world(committed: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(same_time, "SAME_TIME", 0.0)
    made = World()
    does(made, "space.open", answers_for("space.open", Via.SELF))
    return made


def does(world: World, code: str, typed: dict[str, Any], target_id: UUID | None = None) -> None:
    act = get_act(code)
    ready = world.prepared(act, world.online(act, world.odette), typed)
    perform(ready.act, ready.basis, ready.answers, uuid4(), target_id or ready.target_id)


def claire(world: World) -> User:
    found = User.objects.filter(professional=world.doctor).first()
    return found or account("claire@exemple.fr", professional=world.doctor)


def the_only(model: Any, world: World, **about: Any) -> Any:
    with opened(world.odette.id):
        return model.objects.filter(person_id=world.odette.id, **about).latest("pk")


def by_grant(world: World) -> Right:
    does(world, "grant.give", answers_for("grant.give", Via.SELF))
    grant = the_only(Grant, world, revoked_at=None)
    return basis_of(claire(world), grant.pk), grant.pk


def by_team(world: World) -> Right:
    does(world, "care-team.compose", answers_for("care-team.compose", Via.SELF))
    team = the_only(CareTeam, world, ended_at=None)
    grant = {"rights": ["read"], "extent": "all", "duration": "1m", "team": str(team.pk), "reader_number": ""}
    does(world, "grant.give", grant)
    return basis_of(claire(world), the_only(Grant, world, team=team).pk), team.pk


def by_code(world: World) -> Right:
    does(world, "share-code.create", answers_for("share-code.create", Via.SELF))
    code = the_only(ShareCode, world, cancelled_at=None)
    assert sharing.use_code(claire(world), code.code)
    return basis_of(claire(world), code.pk), code.pk


def by_emergency(world: World) -> Right:
    does(world, "emergency.allow", {"wish": "on"})
    access_id = emergency.open_access(claire(world), ODETTE, "Elle est tombée et ne répond plus.")
    assert access_id
    return basis_of(claire(world), access_id), access_id


def ready_to_end(world: World, ending: "Ending") -> Ready:
    """The end, by the person online where they can, else on a posted form."""
    act = get_act(ending.code)
    basis = world.online(act, world.odette) if Via.SELF in act.bases else world.basis(act, Via.PAPER, world.odette)
    return world.prepared(act, basis, ending.typed)


@dataclass(frozen=True)
class Ending:
    """A right that is read by, and the act that ends it; the act acts on the row of the right where it has a target."""

    right: Callable[[World], Right]
    code: str
    typed: dict[str, Any]


BLOCK = {"reader": "10100000008", "emergency_too": "yes"}
ENDINGS = {
    "a grant revoked": Ending(by_grant, "grant.revoke", {}),
    "a grant narrowed to deposit": Ending(
        by_grant, "grant.change", {"rights": ["deposit"], "extent": "all", "duration": "1m"}
    ),
    "a team left": Ending(by_team, "care-team.change", {"members": "10100000016"}),
    "a code cancelled": Ending(by_code, "share-code.cancel", {}),
    "emergencies forbidden": Ending(by_emergency, "emergency.forbid", {}),
    "a block in an emergency": Ending(by_emergency, "block.add", BLOCK),
    "a block of who holds a code": Ending(by_code, "block.add", BLOCK),
    "the space closed": Ending(by_grant, "space.close", {"way": "keep"}),
    "a death on record": Ending(by_grant, "space.freeze", {"died_on": "01/11/2026", "document": "acte n° 12"}),
}


def raced(world: World, ending: Ending, reads_before_the_end: int) -> dict[str, int]:
    """One race of a professional who reads by this right; its end is this act."""
    basis, row = ending.right(world)
    act = get_act(ending.code)
    ready = ready_to_end(world, ending)
    return racing.raced(
        world.odette.id,
        lambda: read_patient(basis),
        lambda: perform(act, ready.basis, ready.answers, uuid4(), row if act.target else None),
        reads_before_the_end,
    )


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_no_read_of_a_professional_follows_an_acknowledged_end(world: World, ending: Ending):
    Professional.objects.create(rpps="10100000016", name="Dr Hugo Ferrand", profession="Médecin cardiologue")
    racing.assert_none_after(raced(world, ending, 65))


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_an_end_waits_for_the_read_that_has_begun_and_for_no_other(world: World, ending: Ending):
    """What a race meets by chance only: the right is checked, nothing is written yet, and the end comes.

    Readers who follow each other without a gap must not keep it waiting: one who comes after it waits for it.
    """
    Professional.objects.create(rpps="10100000016", name="Dr Hugo Ferrand", profession="Médecin cardiologue")
    basis, row = ending.right(world)
    act = get_act(ending.code)
    ready = ready_to_end(world, ending)
    checked, go_on = Event(), Event()

    def slow() -> str:
        checked.set()
        assert go_on.wait(30)
        return "read"

    def reader() -> str:
        try:
            return read(basis, SHEET, [], slow)
        finally:
            connections.close_all()

    def ender() -> None:
        try:
            perform(act, ready.basis, ready.answers, uuid4(), row if act.target else None)
        finally:
            connections.close_all()

    def late_reader() -> str:
        try:
            return read(basis, SHEET, [], lambda: "read")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        reading = threads.submit(reader)
        assert checked.wait(30)
        end = threads.submit(ender)
        try:
            with pytest.raises(TimeoutError):
                end.result(timeout=0.7)
            late = threads.submit(late_reader)
            with pytest.raises(TimeoutError):
                late.result(timeout=0.7)
        finally:
            go_on.set()
        assert reading.result() == "read"
        end.result()
        with pytest.raises(BasisRefused):
            late.result()
    with pytest.raises(BasisRefused):
        read_patient(basis)


@pytest.mark.long
@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_no_read_of_ten_thousand_follows_an_acknowledged_end(world: World, ending: Ending):
    Professional.objects.create(rpps="10100000016", name="Dr Hugo Ferrand", profession="Médecin cardiologue")
    racing.assert_none_after(raced(world, ending, 1_250))


def test_the_race_is_seen_when_the_space_is_not_locked(world: World, monkeypatch: pytest.MonkeyPatch):
    """The same race with a check made once and remembered: it must find reads after the end."""
    from consent import reading

    remembered = set()
    lock = reading.lock_basis

    def once(basis: Any, code: str) -> None:
        if basis not in remembered:
            lock(basis, code)
            remembered.add(basis)

    monkeypatch.setattr(reading, "lock_basis", once)
    result = raced(world, ENDINGS["a block in an emergency"], 20)
    assert result["answered after the end"] > 0


def test_rights_that_were_looked_at_and_do_not_stand_are_free_for_their_end(world: World):
    """Else an end of both and a look at both, each in its order, could wait for each other for ever."""
    user, terms = claire(world), answers_for("grant.give", Via.SELF)
    work_in(user, world.hospital)
    does(world, "grant.give", terms)
    does(world, "grant.give", {**terms, "reader_number": HOSPITAL, "extent": "all", "categories": []})
    with opened(world.odette.id):
        Block.objects.create(person_id=world.odette.id, establishment=world.hospital, emergency_too=False)
        assert Grant.objects.in_force().count() == 2
    with opened(world.odette.id), transaction.atomic():
        with pytest.raises(BasisRefused, match="bloqué"):
            standing_basis(user, world.odette.id)
        with database.as_owner(database.CLONE) as other:
            assert len(other.execute("SELECT 1 FROM consent_grant FOR UPDATE NOWAIT").fetchall()) == 2
