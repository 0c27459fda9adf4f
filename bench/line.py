"""One line of the bench: a figure of ours, that of a reference, and the goal for their ratio."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Line:
    """`ours` and `reference` in `unit`; the ratio is at most `goal`, or at least `goal` when `more_is_better`."""

    name: str
    ours: float
    reference: float
    goal: float
    unit: str
    more_is_better: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        """Ours over the reference."""
        return self.ours / self.reference

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio >= self.goal if self.more_is_better else self.ratio <= self.goal

    def __str__(self) -> str:
        """`name ours reference ratio goal ok|short`."""
        sign = "≥" if self.more_is_better else "≤"
        word = "ok" if self.reached else "short"
        figures = f"{self.ours:.4g}{self.unit} {self.reference:.4g}{self.unit} {self.ratio:.3f} {sign}{self.goal:g}"
        return f"{self.name} {figures} {word}"

    def as_dict(self) -> dict[str, Any]:
        """For `var/bench.json`."""
        return {**asdict(self), "ratio": self.ratio, "reached": self.reached}


def interleaved(ours: Callable[[], Any], reference: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """The median processor seconds of each, run in turn so that both meet the same moments of the machine.

    Each is run once before, unmeasured. Who goes first changes each round. For what one process does alone:
    the time of the processor is not spoilt by what else the machine does.
    """
    ours(), reference()
    taken: dict[Callable[[], Any], list[float]] = {ours: [], reference: []}
    for place in range(rounds):
        pair = (ours, reference) if place % 2 else (reference, ours)
        for run in pair:
            start = time.process_time()
            run()
            taken[run].append(time.process_time() - start)
    return statistics.median(taken[ours]), statistics.median(taken[reference])
