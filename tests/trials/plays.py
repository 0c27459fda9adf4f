"""How a play of the whole model is played: who is there, and how an act is tried and compared with `reference.py`.

The rules are in `plays_accesses.py`, `plays_holders.py` and `plays_ends.py`. A play runs in one transaction that is
undone at its end, under a clock that it moves (`clock.py`).
"""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from copy import copy, deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from assistance import visits
from consent.acts.base import Act, BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.models import Establishment, Professional, Receipt
from consent.models.journal_entry import ActorKind
from consent.roles import make_professional, work_in
from consent.traits import Traits
from consent.wall import opened
from portal.accounts.user import User
from tests import examples
from tests.cast import AICHA, JEANNE, ODETTE
from tests.trials.clock import Clock
from tests.trials.reference import Person
from tests.trials.reference_acts import Reference
from tests.trials.reference_tables import ALL
from tests.trials.world import SEEN, World, account

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2027, 1, 15, 10, tzinfo=UTC)
MILO = Traits("Garnier", "Milo", date(2012, 2, 29), "M", "23031")
TRAITS = {"odette": ODETTE, "aicha": AICHA, "milo": MILO, "jeanne": JEANNE}
# Born on 29 February 2012: without a like day, 15 and 18 are reached on 1 March (0018).
MILO_IS_15, MILO_IS_18 = datetime(2027, 3, 1, tzinfo=PARIS), datetime(2030, 3, 1, tzinfo=PARIS)
GROWN = datetime(2000, 1, 1, tzinfo=PARIS)  # whoever is of age when a play begins

WITH_A_SPACE = ["odette", "aicha", "milo"]
PEOPLE = st.sampled_from(["odette", "odette", "odette", "milo", "milo", "aicha"])
PROS = st.sampled_from(["doctor", "pharmacist"])
PLACE_NAMES = ["hospital", "pharmacy"]
PLACES = st.sampled_from(PLACE_NAMES)
READERS = st.one_of(PROS, PLACES)
WHICH = st.integers(0, 5)
# Who tries an act for whom: themselves, who holds a right to it (which?), someone else on that right, the person at a
# counter (or somebody else, whose visit it is), a signed paper that waits or that served already, an account with
# nothing to do with anything.
OTHERS = ["impostor", "presence", "visit of another", "paper", "spent paper", "nobody"]
BY_ANYONE = st.tuples(st.sampled_from(["self", *["holder"] * 4, *OTHERS]), WHICH, PEOPLE)
# Mostly by whoever may: what an act changes is what most plays are about.
BY = st.tuples(st.sampled_from([*["self"] * 9, *["holder"] * 5, *OTHERS]), WHICH, PEOPLE)
BY_ONESELF = ("self", 0, "odette")
WHAT = st.sampled_from(
    [ALL, ALL, frozenset({"treatments"}), frozenset({"treatments", "wishes"}), frozenset({"imaging"})]
)
By = tuple[str, int, str]


def some_of(scopes: Iterable[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.one_of(st.just(frozenset(scopes)), st.frozensets(st.sampled_from(sorted(scopes)), min_size=1))


def move(**how: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """Decorator: one thing that a play can do, with what it takes."""

    def mark(method: Any) -> Any:
        method.move = how
        return method

    return mark


def moves_of(plays: type) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Any of the moves of these plays, each as likely. As rules of Hypothesis's, most would sit out most plays."""
    found = [(name, getattr(plays, name)) for name in sorted(dir(plays)) if hasattr(getattr(plays, name), "move")]
    return st.one_of([st.tuples(st.just(name), st.fixed_dictionaries(method.move)) for name, method in found])


class Cast:
    """Odette, Aïcha who is a pharmacist, Milo who is 14, each with an open space and a whole sheet; Jeanne, who has
    none and may represent; two professionals, an agent, a clerk."""

    def __init__(self, world: World) -> None:
        self.world = world
        emails = {name: f"{name}@exemple.fr" for name in ("aicha", "milo")}
        self.people = {"odette": world.odette, "jeanne": world.jeanne}
        self.people |= {name: world.person(TRAITS[name], email) for name, email in emails.items()}
        self.accounts = {name: world.account_of(person).pk for name, person in self.people.items()}
        self.stranger = account("personne@exemple.fr")
        self.directory: dict[str, Professional | Establishment] = {
            "doctor": world.doctor,
            "pharmacist": Professional.objects.create(
                rpps="10100000024", name="Aïcha Ben Saïd", profession="Pharmacien"
            ),
            "hospital": world.hospital,
            "pharmacy": Establishment.objects.create(finess="230000001", name="Pharmacie du Pont", town="Boussac"),
        }
        users = {"doctor": account("doctor@exemple.fr"), "pharmacist": world.account_of(self.people["aicha"])}
        self.users = {who: user.pk for who, user in users.items()}
        for who, place in (("doctor", "hospital"), ("pharmacist", "pharmacy")):
            make_professional(users[who], self.directory[who])
            work_in(users[who], self.directory[place])
        for name in WITH_A_SPACE:
            basis = Basis(Via.SELF, self.people[name].pk, Actor(ActorKind.PERSON, self.accounts[name]))
            for code in ("space.open", "emergency.write"):
                typed = {**examples.EXAMPLES[code].typed, "treatments": "Metformine", "wishes": "Chez moi"}
                perform(get_act(code), basis, typed, uuid4())

    def reference(self) -> Reference:
        """The reference as a play begins."""
        people = {name: Person(GROWN, GROWN, state="open") for name in ("odette", "aicha")}
        people |= {"milo": Person(MILO_IS_15, MILO_IS_18, state="open"), "jeanne": Person(GROWN, GROWN)}
        works = {"doctor": {"hospital"}, "pharmacist": {"pharmacy"}}
        return Reference(START, people, works, {"pharmacist": "aicha"})


class Reached(Exception):
    """Nothing stood against the act before its effect."""


def probed(act: Act) -> Act:
    """The same act, which stops where its effect would begin."""

    def effect(*_asked: object) -> None:
        raise Reached

    probe = copy(act)
    probe.effect = effect  # type: ignore[method-assign, assignment]
    return probe


@dataclass
class Begun:
    """What was done before every play: how the reference says it, which row each of its numbers is, and whom the acts and
    readings of a representative named: for whom, by which one.
    """

    model: Reference
    rows: dict[int, UUID] = field(default_factory=dict)
    named: dict[tuple[str, str], set[Any]] = field(default_factory=dict)


class Play(RuleBasedStateMachine):
    """One play. `rows` says which row each number of the reference is."""

    def __init__(self, cast: Cast, clock: Clock, begun: Begun) -> None:
        super().__init__()
        self.cast, self.clock, self.model = cast, clock, deepcopy(begun.model)
        self.clock.at = self.model.now
        self.rows = dict(begun.rows)
        self.named = deepcopy(begun.named)
        self.acted: set[str] = set()  # for whom something was done since their readers were last looked at
        self.numbers = count(max(self.rows, default=0) + 1)
        self.blocks: dict[tuple[str, str], UUID] = {}
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        self.undo()

    def undo(self) -> None:
        """Nothing of this play is left."""
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    # -- Who --------------------------------------------------------------------------------------------------

    def who(self, by: By) -> str | int:
        """The actor as the reference knows them."""
        actor, which, person = by
        if actor in ("self", "presence", "paper"):
            return actor
        holder = self.pick(self.model.people[person].holders, which)
        return holder if actor == "holder" and holder is not None else "nobody"

    @contextmanager
    def basis(self, by: By) -> Any:
        """The basis on which this actor tries, with the visit or the mail that it stands on."""
        actor, which, person = by
        pk, world = self.cast.people[person].pk, self.cast.world
        key = self.pick(self.model.people[person].holders, which)
        if actor in ("paper", "spent paper"):
            mail = world.mail(self.cast.people[person])
            if actor != "paper":
                with opened(pk):
                    type(mail).objects.filter(pk=mail.pk).update(state="rejected", done_at=self.clock.at)
            yield Basis(Via.PAPER, pk, Actor(ActorKind.CLERK, world.clerk.pk), right_id=mail.pk)
        elif actor in ("presence", "visit of another"):
            met = person if actor == "presence" else "jeanne" if person != "jeanne" else "odette"
            with self.visit(met, world.karim, world.here) as visit:
                yield Basis(Via.PRESENCE, pk, Actor(ActorKind.AGENT, world.karim.pk, world.here.number), visit_id=visit)
        elif actor in ("self", "nobody") or key is None:
            account = self.cast.accounts[person] if actor == "self" else self.cast.stranger.pk
            yield Basis(Via.SELF, pk, Actor(ActorKind.PERSON, account))
        elif self.model.people[person].holders[key].kind == "mandate":
            # An impostor is the agent of another counter.
            agent, counter = (world.karim, world.here) if actor == "holder" else (world.nadia, world.elsewhere)
            with self.visit(person, agent, counter) as visit:
                at = Actor(ActorKind.AGENT, agent.pk, counter.number)
                yield Basis(Via.MANDATE, pk, at, right_id=self.rows[key], reference="MD", visit_id=visit)
        else:
            account = self.account_of(person, key).pk if actor == "holder" else self.cast.stranger.pk
            yield Basis(Via.REPRESENTATION, pk, Actor(ActorKind.REPRESENTATIVE, account), right_id=self.rows[key])

    @contextmanager
    def visit(self, person: str, agent: User, counter: Any) -> Any:
        found = visits.start(agent, counter, TRAITS[person], {}, SEEN)
        yield found.pk
        visits.end(found.pk, found.person_id, visits.VisitEnd.ENDED)

    def account_of(self, person: str, key: int) -> User:
        """Of who holds this representation, as it is now."""
        return User.objects.get(pk=self.cast.accounts[self.model.people[person].holders[key].by])

    def user(self, who: str) -> User:
        """The account of this professional, as it is now."""
        return User.objects.get(pk=self.cast.users[who])

    # -- How an act is tried ----------------------------------------------------------------------------------

    def act(
        self,
        by: By,
        code: str,
        answers: Any,
        then: Callable[[Any], bool],
        target: Any = None,
        *,
        typed: bool = False,
        names: Iterable[Any] = (),
    ) -> UUID | None:
        """Try it by this actor; the row that it made or changed, if it was done. `then` does it in the reference.

        `typed`: the answers go through the act's form, which may find them wrong. `names`: the readers that they name.
        """
        who, person, act = self.who(by), by[2], get_act(code)
        names, secret = self.with_members(person, names), self.model.secret_names(person)
        receipt, found, why = None, "done", ""
        with self.basis(by) as basis:
            expected = self.model.may(who, person, code)
            if expected == "done" and not then(who):
                expected = "impossible"
            if typed:
                with opened(basis.person_id):
                    form = examples.form_of(act, basis, answers)
                    wrong, answers = not form.is_valid(), form.cleaned_data
                act = probed(act) if wrong else act
            try:
                receipt = perform(act, basis, answers, uuid4(), target)
            except BasisRefused as refused:
                found, why = "refused", refused.reason
            except (BusinessError, Reached) as error:
                found, why = "impossible", str(error)
        words = f"{code} by {by[0]} ({who}) for {person}"
        assert found == expected, f"{words}: {found} ({why}), the reference says {expected}"
        if receipt:
            self.acted.add(person)
            self.learns(who, person, receipt, names, secret - names)
        return self.subject(person, receipt) if receipt else None

    def learns(self, who: str | int, person: str, receipt: Receipt, names: set[Any], secret: set[Any]) -> None:
        """By an act whoever represents learns of no reader that is hidden but those that they named themselves."""
        holder = self.model.people[person].holders.get(who)
        if holder is None or holder.kind == "mandate":
            return
        self.named.setdefault((person, holder.by), set()).update(names)
        with opened(self.cast.people[person].pk):
            told = " ".join(value for _label, value in receipt.entry.details["facts"])
        found = {to for to in secret if self.words(to) in told}
        assert not found, f"{receipt.entry.code} tells {holder.by} of {found}, the reference says nothing of them"

    def with_members(self, person: str, names: Iterable[Any]) -> set[Any]:
        """These readers, and whoever is in the teams among them."""
        names = set(names) - {None}
        return names.union(*(self.model.people[person].teams.get(name, set()) for name in names))

    def words(self, reader: str | int) -> str:
        """A reader as a page names them."""
        return f"Mon équipe « Équipe {reader} »" if isinstance(reader, int) else self.cast.directory[reader].name

    def subject(self, person: str, receipt: Receipt) -> UUID | None:
        with opened(self.cast.people[person].pk):
            found = receipt.entry.details.get("subject")
        return UUID(found) if found else None

    def pick(self, among: Iterable[Any], which: int) -> Any:
        """One of these, the latest first."""
        found = list(among)
        return found[-1 - which % len(found)] if found else None

    def right(self, person: str, which: int, *kinds: str) -> int | None:
        rights = self.model.people[person].rights.items()
        return self.pick([key for key, right in rights if right.kind in kinds], which)


def answered(look: Callable[[], Any]) -> Any:
    """What a reading shows; None when it is refused."""
    try:
        return look()
    except BasisRefused:
        return None
