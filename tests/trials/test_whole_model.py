"""The whole model: whatever is done by whomever, in whatever order, nobody reads or acts but who the reference says.

Hypothesis plays (`plays_*.py`) against a plain model of tables, sets and dates (`reference.py`): no reading that it
forbids, none refused that it allows, and the same of acts. Races are tried elsewhere (`test_race_readers.py`). That the
plays can fail is tried with planted faults (`faults.py`).
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as trial
from hypothesis.stateful import run_state_machine_as_test

from consent import same_time
from consent.acts.registry import all_acts
from tests.trials.clock import Clock
from tests.trials.faults import FAULTS
from tests.trials.plays import START, Begun, Cast
from tests.trials.plays_ends import Whole
from tests.trials.reference_tables import WAYS
from tests.trials.world import World

PLAYS, STEPS = 10, 50
# Of each play that it draws Hypothesis makes up to five more by repeating parts of it: ten plays would be hardly more
# than two, each step many times. Without them, every play is drawn anew.
MUTATIONS = "hypothesis.internal.conjecture.engine.ConjectureRunner.generate_mutations_from"


def play(world: World, plays: int, *phases: Phase) -> None:
    clock = Clock(START)
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    rules = trial(
        max_examples=plays, stateful_step_count=STEPS, deadline=None, database=None, suppress_health_check=checks,
        phases=phases or (Phase.generate, Phase.shrink),
    )  # fmt: skip
    with clock.running(), mock.patch.object(same_time, "SAME_TIME", 0.0), mock.patch(MUTATIONS):
        cast = Cast(world)
        first = Whole(cast, clock, Begun(cast.reference()))
        try:
            first.begin()
            begun = Begun(first.model, first.rows, first.named)
            run_state_machine_as_test(partial(Whole, cast, clock, begun), settings=rules)
        finally:
            first.undo()


def test_the_reference_knows_every_act(world: World):
    assert set(WAYS) == {act.code for act in all_acts()}


def test_nobody_reads_or_acts_but_who_the_reference_says(world: World):
    play(world, PLAYS)


@pytest.mark.long
def test_nobody_reads_or_acts_but_who_the_reference_says_in_thirty_times_more_plays(world: World):
    play(world, 30 * PLAYS)


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_plays_see_a_service_that_ignores(world: World, fault: Callable[[], Any]):
    """Each was seen within thirty plays; twice as many here, since plays are drawn anew each time."""
    with fault(), pytest.raises(AssertionError, match="the reference says"):
        play(world, 6 * PLAYS, Phase.generate)
