"""Plays of how things end: time, suspending and closing, erasing, a death; and any act tried by anyone. All plays."""

import sys
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import rule

from consent import erasure
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import BasisRefused
from tests.trials.plays import (
    BY,
    BY_ANYONE,
    BY_ONESELF,
    MILO_IS_15,
    MILO_IS_18,
    TRAITS,
    WITH_A_SPACE,
    By,
    Reached,
    move,
    moves_of,
    probed,
)
from tests.trials.plays_accesses import Accesses
from tests.trials.plays_holders import BY_A_RELATIVE, BY_MANDATE, Holders
from tests.trials.reference_tables import ALL, READINGS, WAYS

JUMPS = [timedelta(minutes=31), timedelta(hours=3), timedelta(hours=25), timedelta(days=8), timedelta(days=31), timedelta(days=182)]  # fmt: skip
CODES = st.sampled_from(sorted(WAYS))
ANYONE = st.sampled_from(sorted(TRAITS))
DIED = {"died_on": date(2026, 12, 31), "document": "acte n° 12"}
TURNS = ["suspend", "suspend", "suspend", "suspend", "resume", "resume", "resume", "close", "reopen", "reopen", "erase"]


class Ends(Accesses, Holders):
    """What ends by a date, an act or an event."""

    @move(jump=st.sampled_from(JUMPS))
    def time_passes(self, jump: timedelta) -> None:
        """What a date has just ended is looked at: who represents, and requests that silence has answered."""
        waiting = [
            asked for one in self.model.people.values() for asked in one.asked.values() if self.model.stands(asked)
        ]
        self.model.now += jump
        self.clock.at += jump
        for person, one in self.model.people.items():
            for holder in range(len(self.representations(person))):
                self.a_representative_comes_in(person, holder)
            for late, asked in enumerate(reversed(one.asked.values())):
                if asked in waiting and not self.model.stands(asked):
                    self.answers_a_request(("self", 0, person), late, True, ALL, "1m")

    @move(before=st.booleans())
    def a_birthday_of_milo(self, before: bool) -> None:
        """The minute before midnight of his next birthday that counts, or midnight itself; then he hides something."""
        coming = [day for day in (MILO_IS_15, MILO_IS_18) if day - timedelta(minutes=1) > self.model.now]
        if coming:
            self.time_passes(coming[0] - self.model.now - timedelta(minutes=1 if before else 0))
            self.hides_or_shows(("self", 0, "milo"), True, 5, frozenset({"wishes"}), 1)

    @move(by=BY, code=st.sampled_from(TURNS), way=st.sampled_from(["keep", "erase"]))
    def turns(self, by: By, code: str, way: str) -> None:
        """Afterwards whoever holds something tries to give an access, and whoever reads reads."""
        answers = {"way": way, "notice_read": True, "wish": True, "no_way_back": True}
        then = lambda _who: self.model.turn(by[2], code, way)  # noqa: E731
        # Closing names all that it ends.
        self.act(by, f"space.{code}", answers, then, names=self.let_in(by) if code == "close" else ())
        if by[2] in self.acted:
            for which in range(len(self.model.people[by[2]].holders)):
                self.tries_any_act(("holder", which, by[2]), "grant.give")
        self.everybody_reads(by[2])

    @move()
    def what_is_due_is_erased(self) -> None:
        self.model.erase_due()
        erasure.erase_due()

    @move(by=BY, person=ANYONE, certificate=st.booleans())
    def a_death_is_noted(self, by: By, person: str, certificate: bool) -> None:
        by = ("paper" if certificate else by[0], by[1], person)
        self.act(by, "space.freeze", DIED, lambda _who: self.model.die(person))
        self.everybody_reads(person)

    @move(by=BY, person=ANYONE, comes=st.integers(0, 3))
    def a_death_was_a_mistake(self, by: By, person: str, comes: int) -> None:
        by = ("presence" if comes else by[0], by[1], person)
        self.act(by, "space.unfreeze", {"alive": True}, lambda _who: self.model.live_again(person))
        self.everybody_reads(person)
        self.representatives_look(person)

    @move(by=BY_ANYONE, codes=st.lists(CODES, min_size=3, max_size=3))
    def tries_any_acts(self, by: By, codes: list[str]) -> None:
        for code in codes:
            self.tries_any_act(by, code)

    def tries_any_act(self, by: By, code: str) -> None:
        """As far as its effect, which is not done: whether this actor has a right to it is all that is compared."""
        who, person = self.who(by), by[2]
        expected, found = self.model.may(who, person, code), "done"
        with self.basis(by) as basis:
            try:
                perform(probed(get_act(code)), basis, {}, uuid4())
            except BasisRefused:
                found = "refused"
            except BusinessError:
                found = "impossible"
            except Reached:
                pass
        words = f"{code} by {by[0]} ({who}) for {person}"
        assert found == expected, f"{words}: {found}, the reference says {expected}"


class Whole(Ends):
    """A whole play: step by step, any of the moves."""

    @rule(step=moves_of(Ends))
    def does(self, step: tuple[str, dict[str, Any]]) -> None:
        name, how = step
        getattr(self, name)(**how)

    def begin(self) -> None:
        """Something of each, done once for all plays: most of what matters is how things end."""
        some, milo = frozenset({"treatments", "wishes"}), ("self", 0, "milo")
        self.gives(BY_ONESELF, "doctor", ALL, "1m", 1)
        self.gives(BY_ONESELF, "hospital", frozenset({"treatments"}), "1y", 1)
        self.hides_or_shows(BY_ONESELF, True, 0, frozenset({"wishes"}), 1)
        self.composes(BY_ONESELF, frozenset({"doctor", "pharmacist"}))
        self.makes_a_code(BY_ONESELF, None, some, "1d")
        self.types_a_code("pharmacist", "odette", 0, 0)
        self.makes_a_code(BY_ONESELF, None, ALL, "1w")
        self.allows_emergencies(BY_ONESELF, True)
        self.asks_for_an_access("doctor", "odette")
        self.mandates(BY_ONESELF, BY_MANDATE, "year")
        self.names(BY_ONESELF, "aicha", "trusted", READINGS, "none")
        self.names(BY_ONESELF, "jeanne", "relative", BY_A_RELATIVE, "1y")
        self.shows_a_proof("presence", "jeanne", "aicha", "guardian-tutelle", READINGS | BY_A_RELATIVE, 40)
        self.shows_a_proof("presence", "jeanne", "milo", "parent", frozenset(), 0)
        self.gives(milo, "doctor", ALL, "1y", 1)
        # His other parent is a pharmacist, who reads nothing of his by that.
        self.shows_a_proof("presence", "aicha", "milo", "parent", frozenset(), 0)
        self.gives(milo, "pharmacist", ALL, "1y", 1)
        self.mandates(milo, BY_MANDATE, "year")
        assert len(self.rows) == 16, "nothing of this is refused"
        self.time_passes(timedelta(minutes=1))

    def teardown(self) -> None:
        """All is looked at once more, unless something wrong was found already."""
        try:
            for person in WITH_A_SPACE if sys.exc_info()[0] is None else []:
                self.acted.add(person)
                self.everybody_reads(person)
                self.representatives_look(person)
        finally:
            super().teardown()
