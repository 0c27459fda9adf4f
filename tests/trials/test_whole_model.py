"""The whole model: whatever is done by whomever, in whatever order, nobody reads or acts but who the reference says.

Hypothesis plays (`plays.py`) against a plain model of sets and hours (`reference.py`): no reading that it forbids, none
refused that it allows, and the same of acts. Races are tried elsewhere (`test_race_readers.py`).
"""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as trial
from hypothesis.stateful import run_state_machine_as_test

from consent import readers, same_time
from consent.models import Grant
from tests.trials.plays import Cast, Whole
from tests.trials.world import World


def play(world: World, plays: int, *phases: Phase) -> None:
    cast = Cast(world)
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    rules = trial(
        max_examples=plays, stateful_step_count=40, deadline=None, database=None, suppress_health_check=checks,
        phases=phases or (Phase.generate, Phase.shrink),
    )  # fmt: skip
    with mock.patch.object(same_time, "SAME_TIME", 0.0):
        run_state_machine_as_test(partial(Whole, cast), settings=rules)


def test_nobody_reads_or_acts_but_who_the_reference_says(world: World):
    play(world, 40)


@pytest.mark.long
def test_nobody_reads_or_acts_but_who_the_reference_says_in_ten_times_more_plays(world: World):
    play(world, 400)


# What a fault would be: a block that nobody asks about, a date that ends nothing, a team that goes on after its end.
NO_GRANT = SimpleNamespace(objects=SimpleNamespace(in_force=Grant.objects.none))
FAULTS = {
    "blocks": lambda: mock.patch.object(readers.GrantProvider, "blocked", "false"),
    "end dates": lambda: mock.patch.object(readers, "_running", return_value=True),
    "the end of a team": lambda: mock.patch("consent.acts.care_team.Grant", NO_GRANT),
}


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_plays_see_a_service_that_ignores(world: World, fault: Callable[[], Any]):
    with fault(), pytest.raises(AssertionError, match=r"the reference says|looks for"):
        play(world, 250, Phase.generate)
