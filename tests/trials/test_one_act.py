"""However often and however badly it is asked, an act happens once, whole, or not at all."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from assistance.models import Letter
from consent import outbox
from consent.acts import perform as performing
from consent.acts.registry import all_acts, get_act
from consent.bases import Via
from consent.models import OutboxItem
from consent.wall import open_person, opened
from tests import database
from tests.examples import EXAMPLES, Case, cases
from tests.trials.snapshot import changes, seen_by_owner
from tests.trials.world import Ready, World

AT_ONCE = 50


@pytest.fixture
def world(committed: None) -> World:
    return World()


def richest(act: Any) -> Case:
    """The case of this act with the most rows behind its basis."""
    order = [Via.MANDATE, Via.PRESENCE, Via.PAPER, Via.SELF]
    return Case(act, next(via for via in order if via in act.bases), known=not EXAMPLES[act.code].meets)


# -- Double submit ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    [
        Case(get_act("space.open"), Via.PAPER, known=False),
        Case(get_act("grant.give"), Via.MANDATE, known=True),
        Case(get_act("space.refuse"), Via.PUBLIC, known=False),
    ],
    ids=str,
)
def test_the_same_form_fifty_times_at_once_is_one_act(world: World, owner_connection, case: Case):
    ready, request_id = world.ready(case), uuid4()
    before = seen_by_owner(owner_connection)
    together = Barrier(AT_ONCE)

    def click(_number: int) -> UUID:
        together.wait()
        try:
            return ready.do(request_id).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as browsers:
        receipts = list(browsers.map(click, range(AT_ONCE)))
    assert len(receipts) == AT_ONCE
    assert len(set(receipts)) == 1
    happened = changes(before, seen_by_owner(owner_connection))
    assert happened["consent_journalentry"] == happened["consent_receipt"] == 1
    assert happened.get("consent_person", 0) == (case.act.code == "space.open")


def test_two_different_requests_for_the_same_opening_make_one_space(world: World, owner_connection):
    """Two forms in one post bag, two clerks: the second is refused in words, by the lock on the identity and not by luck."""
    forms = [world.ready(Case(get_act("space.open"), via, known=False)) for via in (Via.PAPER, Via.PAPER)]

    def click(ready: Ready) -> str:
        try:
            ready.do()
            return "done"
        except performing.BusinessError as error:
            return str(error.message)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as browsers:
        answers = sorted(browsers.map(click, forms), key=len)
    assert answers[0] == "done"
    assert "déjà enregistrée" in answers[1]
    assert owner_connection.execute("SELECT count(*) FROM consent_space").fetchone() == (1,)


# -- kill -9 ------------------------------------------------------------------------------------------


def in_a_process(work: Callable[[Callable[[str], None]], None]) -> tuple[int, list[str]]:
    """Run `work(say)` in a process of its own, with its own connection: how it ended, and what it said."""
    database.close()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            work(lambda words: os.write(writer, f"{words}\n".encode()) and None)
            os._exit(0)
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader) as said:
        words = said.read().split("\n")[:-1]
    _pid, status = os.waitpid(pid, 0)
    wait_until_alone()
    return (os.waitstatus_to_exitcode(status), words)


def wait_until_alone() -> None:
    """PostgreSQL has noticed that the process is gone, and rolled back what it had not committed."""
    with database.as_owner() as owner:
        for _try in range(200):
            question = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usename = 'app'"
            if owner.execute(question, [database.CLONE]).fetchone() == (0,):
                return
            time.sleep(0.02)
    raise AssertionError("a dead process still has its connection")


def die(reached: str, wanted: str) -> None:
    """The end of a process that nothing can catch."""
    if reached == wanted:
        os.kill(os.getpid(), signal.SIGKILL)


def kill_at(ready: Ready, request_id: UUID, point: str) -> tuple[int, list[str]]:
    """Do the act in another process that is killed at this point."""

    def work(say: Callable[[str], None]) -> None:
        performing.on_point = lambda reached: die(reached, point)
        say(f"acknowledged {ready.do(request_id).pk}")

    return in_a_process(work)


def killed_once(world: World, owner: psycopg.Connection[Any], case: Case, point: str) -> None:
    """Kill at the point, look, send the form again, and deliver the letter."""
    ready, request_id = world.ready(case), uuid4()
    outbox.sweep(older_than=outbox.timedelta(0))
    before = seen_by_owner(owner)
    code, said = kill_at(ready, request_id, point)
    assert code == -signal.SIGKILL
    assert said == []
    happened = changes(before, seen_by_owner(owner))
    if point == "committed":
        assert happened["consent_journalentry"] == happened["consent_receipt"] == 1
    else:
        assert happened == {}, "half an act is left"
    receipt = ready.do(request_id)
    assert changes(before, seen_by_owner(owner))["consent_journalentry"] == 1
    assert outbox.sweep(older_than=outbox.timedelta(0)) == 1
    with opened(receipt.person_id):
        item = OutboxItem.objects.get(subject_id=receipt.entry_id)
        assert item.delivered_at is not None
        assert Letter.objects.filter(subject_id=item.pk).count() == 1


KILLED = Case(get_act("grant.give"), Via.SELF, known=True)


@pytest.mark.parametrize("point", performing.POINTS)
def test_killed_at_a_point_no_half_act_and_no_letter_lost(world: World, owner_connection, point: str):
    killed_once(world, owner_connection, KILLED, point)


@pytest.mark.long
@pytest.mark.parametrize("case", [richest(act) for act in all_acts()], ids=str)
def test_killed_five_hundred_times(world: World, owner_connection, case: Case):
    """Forty times an act, at each point in turn: with 13 acts, 520 deaths."""
    ready = world.ready(case)
    for number in range(40):
        point = performing.POINTS[:-1][number % 4]
        before, request_id = seen_by_owner(owner_connection), uuid4()
        code, said = kill_at(ready, request_id, point)
        assert (code, said) == (-signal.SIGKILL, [])
        assert changes(before, seen_by_owner(owner_connection)) == {}
    code, said = kill_at(ready, request_id, "committed")
    assert (code, said) == (-signal.SIGKILL, [])
    after = seen_by_owner(owner_connection)
    ready.do(request_id)
    assert changes(after, seen_by_owner(owner_connection)) == {}, "sent again, it happened again"


@pytest.mark.parametrize("point", ["taken", "handled", "delivered"])
def test_a_worker_killed_while_delivering_tells_once(world: World, owner_connection, point: str):
    receipt = world.ready(KILLED).do()
    with opened(receipt.person_id):
        item = OutboxItem.objects.get(subject_id=receipt.entry_id)
    handler = outbox._routes["told"].handler

    def dying(wanted: OutboxItem) -> None:
        die("taken", point)
        handler(wanted)
        die("handled", point)

    def work(say: Callable[[str], None]) -> None:
        outbox._routes["told"] = outbox.Route(dying, "receipts")
        outbox.deliver(item.pk, item.person_id)
        die("delivered", point)

    assert in_a_process(work) == (-signal.SIGKILL, [])
    outbox.deliver(item.pk, item.person_id)
    question = "SELECT count(*) FROM assistance_letter WHERE subject_id = %s"
    assert owner_connection.execute(question, [item.pk]).fetchone() == (1,)
    assert outbox.deliver(item.pk, item.person_id) is False


# -- The k-th fault -----------------------------------------------------------------------------------


class FailAt:
    """An execute wrapper that breaks the k-th call, before or after PostgreSQL did it."""

    def __init__(self, number: int, *, after: bool) -> None:
        self.left, self.after, self.met = number, after, False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if self.left != 0:
            return execute(sql, params, many, context)
        self.met = True
        if self.after:
            execute(sql, params, many, context)
        raise OperationalError("the line to the database broke")


def faults(ready: Ready, owner: psycopg.Connection[Any]) -> Iterator[int]:
    """Break each call in turn until none breaks, and look at what is left each time."""
    before = seen_by_owner(owner)
    for number in range(1, 500):
        fail = FailAt(number, after=bool(number % 2))
        try:
            with connection.execute_wrapper(fail):
                ready.do()
        except OperationalError:
            assert fail.met
            assert changes(before, seen_by_owner(owner)) == {}, f"half an act after the fault of call {number}"
            assert open_person() is None
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('plein.person', true)")
                assert not cursor.fetchone()[0], "the wall stayed open"
            yield number
        else:
            assert not fail.met, f"the fault of call {number} was swallowed"
            assert changes(before, seen_by_owner(owner))["consent_receipt"] == 1
            return
    raise AssertionError("it never ends")


@pytest.mark.parametrize("act", all_acts(), ids=lambda act: act.code)
def test_the_fault_of_any_call_leaves_nothing(world: World, owner_connection, act: Any, monkeypatch):
    ready = world.ready(richest(act))
    before = seen_by_owner(owner_connection)
    with monkeypatch.context() as broken:
        broken.setattr(
            type(connections["default"]), "_commit", lambda self: (_ for _ in ()).throw(OperationalError("lost"))
        )
        with pytest.raises(OperationalError):
            ready.do()
    assert changes(before, seen_by_owner(owner_connection)) == {}
    assert len(list(faults(ready, owner_connection))) > 8


@pytest.mark.long
@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_the_fault_of_any_call_leaves_nothing_through_any_basis(world: World, owner_connection, case: Case):
    assert len(list(faults(world.ready(case), owner_connection))) > 8
