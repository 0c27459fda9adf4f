"""What a verification finds wrong, in one line that names ids and places alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from consent.models.verification import Broken

NAMED = 10  # places named after the first


class Fault(Exception):
    """The journal is not what it was: what is wrong, and where."""

    def __init__(self, message: str, broken: Broken = Broken.LOG) -> None:
        super().__init__(message)
        self.broken = broken


@dataclass
class Gathered:
    """Faults of single entries that a verification met and went on from: the first, how many more, some of their places.

    An entry that is lost for good must not hide what happens to those after it.
    """

    says: str = ""
    broken: str = ""
    more: int = 0
    places: list[int] = field(default_factory=list)

    def add(self, faults: Iterable[tuple[int, Fault]]) -> None:
        """These too: the place of each entry, and what is wrong with it."""
        for place, fault in faults:
            if not self.says:
                self.says, self.broken = str(fault), str(fault.broken)
                continue
            self.more += 1
            if len(self.places) < NAMED:
                self.places.append(place)

    def fault(self, end: Fault | None = None) -> Fault | None:
        """All of them as one, and what ended the verification (`end`) with them; None when nothing is wrong."""
        if not self.says:
            return end
        says = self.says
        if self.more:
            places = ", ".join(map(str, self.places))
            says += f"; and {self.more} more (at {places}{', …' if self.more > len(self.places) else ''})"
        return Fault(f"{says}; then {end}" if end else says, Broken(self.broken))
