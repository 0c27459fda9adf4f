"""Readers and a revoker at once: no read follows an acknowledged end.

A reader under a mandate and the person who ends it run in threads with connections of their own. Each notes the
server's `clock_timestamp()` on a third connection, in autocommit, so that all times come from one clock:

- the revoker notes E *after* `perform` returned: the end is committed and acknowledged at E or before;
- a reader notes R *before* it calls `read`: a read that begins after the end was acknowledged has R > E.

A read that began before E may well finish after it: nobody was told yet that it had ended, or it holds the
mandate's row FOR SHARE, for which the end waits. What must not be is a read with R > E that is answered. The
journal says the same from the other side: an entry of a read is written while the row is held, so its `at`
(taken inside, after the lock) cannot be later than E. Both are checked; the second would catch a read that
began in time, lost the lock, and was answered all the same.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import BasisRefused, Via
from consent.models import Consent, JournalEntry
from consent.models.journal_entry import Nature, Outcome
from consent.reading import read
from consent.wall import opened
from tests import database
from tests.examples import answers_for
from tests.trials.world import World

READERS = 4
CODE = "consent.give"  # the scope under which the readers read


def raced(world: World, reads_before_the_end: int, end: str = "mandate.revoke") -> dict[str, int]:
    """One race: how many reads were answered, refused, and answered after the end, which is this act."""
    act = get_act(end)
    basis = world.basis(get_act(CODE), Via.MANDATE, world.odette)
    assert basis.right_id is not None
    ender = world.online(act, world.odette)
    answered: list[datetime] = []
    refused: list[datetime] = []
    enough, over = Event(), Event()

    def reader(_number: int) -> None:
        with database.as_owner(database.CLONE) as clock:
            after_the_end = 0
            while after_the_end < 5:
                after_the_end += over.is_set()
                begun = now(clock)
                try:
                    read(basis, CODE, [], lambda: list(Consent.objects.all()))
                    answered.append(begun)
                except BasisRefused:
                    refused.append(begun)
                if len(answered) >= reads_before_the_end:
                    enough.set()
        connections.close_all()

    def revoker() -> datetime:
        enough.wait(60)
        with database.as_owner(database.CLONE) as clock:
            perform(act, ender, {}, uuid4(), basis.right_id if act.target else None)
            acknowledged = now(clock)
        over.set()
        connections.close_all()
        return acknowledged

    with ThreadPoolExecutor(READERS + 1) as threads:
        ending = threads.submit(revoker)
        for done in [threads.submit(reader, number) for number in range(READERS)]:
            done.result()
        ended_at = ending.result()
    with opened(world.odette.id):
        reads = JournalEntry.objects.filter(nature=Nature.READ, outcome=Outcome.DONE)
        late = reads.filter(at__gt=ended_at).count()
        assert reads.filter(basis_reference=basis.reference).count() == len(answered), "a read without its trace"
    return {
        "answered": len(answered),
        "refused": len(refused),
        "answered after the end": sum(begun > ended_at for begun in answered),
        "traced after the end": late,
    }


def now(clock: Any) -> datetime:
    return clock.execute("SELECT clock_timestamp()").fetchone()[0]


def race(world: World, total: int, before_each_end: int, end: str = "mandate.revoke") -> None:
    answered = refused = 0
    while answered < total:
        result = raced(world, before_each_end, end)
        assert result["answered after the end"] == result["traced after the end"] == 0, result
        assert result["refused"] >= READERS * 5 - READERS, "the readers stopped before the end"
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
