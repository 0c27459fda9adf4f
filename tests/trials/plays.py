"""Plays of the whole model: acts, ends and readings by random actors, each answer compared with `reference.py`.

A play runs in one transaction that is undone at its end. Time passes by moving the dates of rows back: PostgreSQL's
clock and ours agree, and nothing of the code under test is replaced.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import DateTimeField, F
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from assistance import visits
from assistance.models import Mandate
from consent import emergency, finding, sharing
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.doors.represented import RepresentedDoor
from consent.models import EmergencyAccess, Establishment, Grant, Professional, Receipt, ShareCode, Space
from consent.models.journal_entry import ActorKind
from consent.models.representation import Representation
from consent.readers import basis_of
from consent.roles import leave, work_in
from consent.wall import opened
from portal.accounts.user import User
from records.reading import read_patient
from tests import examples
from tests.cast import AICHA, JEANNE, LUCIEN, ODETTE
from tests.trials.reference import ALL, Holder, Reference, Right
from tests.trials.world import SEEN, World, _request, account

# What moves when time passes: everything that begins or ends by a date.
DATED = (Grant, ShareCode, EmergencyAccess, Representation, Mandate, Space)
JUMPS = [timedelta(minutes=31), timedelta(hours=3), timedelta(hours=25), timedelta(days=8), timedelta(days=31)]
GRANTS = {"1d": timedelta(days=1), "1w": timedelta(days=7), "1m": timedelta(days=30), "1y": timedelta(days=365)}
CODES = {"30m": timedelta(minutes=30), "2h": timedelta(hours=2), "1d": timedelta(days=1), "1w": timedelta(days=7)}
MANDATES = {"month": timedelta(days=30), "year": timedelta(days=365)}
BY_A_RELATIVE = frozenset(
    {
        "grant.give", "grant.change", "grant.revoke", "grant.revoke-others", "care-team.compose", "care-team.change",
        "care-team.end", "block.add", "block.remove", "space.close", "space.reopen", "history.read",
        "share-code.create", "share-code.cancel",
    }
)  # fmt: skip
BY_MANDATE = (BY_A_RELATIVE - {"history.read"}) | {
    "emergency.allow", "emergency.forbid", "space.suspend", "space.resume",
    "representation.name", "representation.end", "mandate.revoke",
}  # fmt: skip

PEOPLE = st.sampled_from(["odette", "odette", "odette", "aicha"])
PROS = st.sampled_from(["doctor", "pharmacist"])
PLACE_NAMES = ["hospital", "pharmacy"]
PLACES = st.sampled_from(PLACE_NAMES)
READERS = st.one_of(PROS, PLACES)
ACTORS = st.sampled_from(["self", "self", "self", "self", "holder", "holder", "holder", "impostor", "nobody"])
WHICH = st.integers(0, 5)
WHAT = st.sampled_from(
    [ALL, ALL, frozenset({"treatments"}), frozenset({"treatments", "wishes"}), frozenset({"imaging"})]
)


def some_of(scopes: frozenset[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.one_of(st.just(scopes), st.frozensets(st.sampled_from(sorted(scopes)), min_size=1))


class Cast:
    """Two persons with an open space and a whole sheet, two who may represent them, two professionals, an agent."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = {"odette": world.odette, "aicha": world.person(AICHA, "aicha@exemple.fr")}
        self.traits = {"odette": ODETTE, "aicha": AICHA}
        self.others = {"jeanne": world.jeanne, "lucien": world.person(LUCIEN, "lucien@exemple.fr")}
        self.accounts = {n: world.account_of(p) for n, p in {**self.people, **self.others}.items()}
        self.stranger = account("personne@exemple.fr")
        self.directory: dict[str, Professional | Establishment] = {
            "doctor": world.doctor,
            "pharmacist": Professional.objects.create(rpps="10100000024", name="Luc Petit", profession="Pharmacien"),
            "hospital": world.hospital,
            "pharmacy": Establishment.objects.create(finess="230000001", name="Pharmacie", town="Boussac"),
        }
        self.users = {n: account(f"{n}@exemple.fr", professional=self.directory[n]) for n in ("doctor", "pharmacist")}
        work_in(self.users["doctor"], self.directory["hospital"])
        work_in(self.users["pharmacist"], self.directory["pharmacy"])
        for name, person in self.people.items():
            basis = Basis(Via.SELF, person.id, Actor(ActorKind.PERSON, self.accounts[name].pk))
            for code in ("space.open", "emergency.write"):
                typed = {**examples.EXAMPLES[code].typed, "treatments": "Metformine", "wishes": "Chez moi"}
                perform(get_act(code), basis, typed, uuid4())


class Whole(RuleBasedStateMachine):
    """One play. `rows` and `by` say which row each number of the reference is, and who holds it."""

    def __init__(self, cast: Cast) -> None:
        super().__init__()
        self.cast, self.model = cast, Reference(*cast.people)
        self.numbers = count()
        self.rows: dict[int, UUID] = {}
        self.blocks: dict[tuple[str, str], UUID] = {}
        self.by: dict[int, User] = {}
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        try:
            for person in self.cast.people:
                for who in self.cast.users:
                    self.reads(who, person)
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @initialize(what=WHAT, to=READERS, scopes=some_of(BY_MANDATE), member=PROS, typed=PROS)
    def a_full_space(self, what: frozenset[str], to: str, scopes: frozenset[str], member: str, typed: str) -> None:
        """A play begins with something of each: most of what matters is how things end."""
        own = ("self", 0, "odette")
        self.gives(*own, to, what if to in PLACE_NAMES else ALL, "1m", 1)
        self.composes(*own, frozenset({member}))
        self.gives_a_team(*own, 0, what, "1w")
        self.makes_a_code(*own, None, what, "1d")
        self.types_a_code(typed, "odette", 0)
        self.allows_emergencies(*own, True)
        self.names(*own, BY_A_RELATIVE, True, "1m", True)
        self.mandates("odette", scopes, "month", *own[:2])

    # -- How an act is tried -------------------------------------------------------------------------------

    def act(
        self, actor: str, which: int, person: str, code: str, answers: Any, then: Callable[[], bool], target: Any = None
    ) -> UUID | None:
        """Try it as this actor; the row that it made or changed, if it was done. `then` does it in the reference."""
        holder = self.pick(self.model.spaces[person].holders, which)
        who = "self" if actor == "self" else holder if actor == "holder" and holder is not None else "nobody"
        expected = self.model.may(who, person, code)
        if expected == "done" and not then():
            expected = "impossible"
        basis, visit = self.basis(actor, holder, person)
        receipt, found = None, "done"
        try:
            receipt = perform(get_act(code), basis, answers, uuid4(), target)
        except BasisRefused:
            found = "refused"
        except BusinessError:
            found = "impossible"
        assert found == expected, f"{code} by {who} for {person}: {found}, the reference says {expected}"
        if visit:
            visits.end(visit.pk, visit.person_id, visits.VisitEnd.ENDED)
        return self.subject(person, receipt) if receipt else None

    def subject(self, person: str, receipt: Receipt) -> UUID | None:
        with opened(self.cast.people[person].id):
            found = receipt.entry.details.get("subject")
        return UUID(found) if found else None

    def basis(self, actor: str, holder: int | None, person: str) -> tuple[Basis, Any]:
        """The basis of this actor, and the visit in which an agent stands."""
        pk = self.cast.people[person].id
        if actor == "self" or actor == "nobody" or holder is None:
            user = self.cast.accounts[person] if actor == "self" else self.cast.stranger
            return Basis(Via.SELF, pk, Actor(ActorKind.PERSON, user.pk)), None
        row, user = self.rows[holder], self.by[holder]
        if user == self.cast.world.karim:
            agent, counter = self.cast.world.karim, self.cast.world.here
            if actor == "impostor":  # an agent of another counter
                agent, counter = self.cast.world.nadia, self.cast.world.elsewhere
            visit = visits.start(agent, counter, self.cast.traits[person], {}, SEEN)
            at = Actor(ActorKind.AGENT, agent.pk, counter.number)
            return Basis(Via.MANDATE, pk, at, right_id=row, reference="MD", visit_id=visit.pk), visit
        if actor == "impostor":
            user = self.cast.stranger
        return Basis(Via.REPRESENTATION, pk, Actor(ActorKind.REPRESENTATIVE, user.pk), right_id=row), None

    def pick(self, among: Any, which: int) -> Any:
        """One of these, the latest first."""
        found = list(among)
        return found[-1 - which % len(found)] if found else None

    def right(self, person: str, which: int, *kinds: str) -> int | None:
        rights = self.model.spaces[person].rights.items()
        return self.pick([key for key, right in rights if right.kind in kinds], which)

    # -- Acts on accesses ----------------------------------------------------------------------------------

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, to=READERS, what=WHAT, lasts=st.sampled_from([*GRANTS]), reads=st.integers(0, 4))  # fmt: skip
    def gives(self, actor: str, which: int, person: str, to: str, what: frozenset[str], lasts: str, reads: int) -> None:
        self.give(actor, which, person, to, self.number_of(to), what, lasts, bool(reads))

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, team=WHICH, what=WHAT, lasts=st.sampled_from([*GRANTS]))
    def gives_a_team(self, actor: str, which: int, person: str, team: int, what: frozenset[str], lasts: str) -> None:
        found = self.pick([key for key in self.rows if key in self.model.spaces[person].teams], team)
        if found is not None:
            named = {"team": str(self.rows[found]), "reader_number": ""}
            self.give(actor, which, person, found, named, what, lasts, reads=True)

    def give(self, actor: str, which: int, person: str, to: Any, named: Any, what: frozenset[str], lasts: str, reads: bool) -> None:  # fmt: skip
        key, until = next(self.numbers), self.until(GRANTS[lasts])
        then = partial(self.model.give, person, key, Right("grant", to, what, until, reads=reads))
        if row := self.act(actor, which, person, "grant.give", {**named, **terms(what, reads, lasts)}, then):
            self.rows[key] = row

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, right=WHICH, what=WHAT, lasts=st.sampled_from([*GRANTS]), reads=st.booleans())  # fmt: skip
    def changes(self, actor: str, which: int, person: str, right: int, what: frozenset[str], lasts: str, reads: bool) -> None:  # fmt: skip
        key = self.right(person, right, "grant")
        if key is not None:
            then = partial(self.model.change, person, key, what, reads, self.until(GRANTS[lasts]))
            self.act(actor, which, person, "grant.change", terms(what, reads, lasts), then, self.rows[key])

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, right=WHICH)
    def takes_back(self, actor: str, which: int, person: str, right: int) -> None:
        key = self.right(person, right, "grant")
        if key is not None:
            then = partial(self.model.end, self.model.spaces[person].rights[key])
            self.act(actor, which, person, "grant.revoke", {}, then, self.rows[key])

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE)
    def takes_all_back(self, actor: str, which: int, person: str) -> None:
        then = partial(self.model.end_every, person, "grant")
        self.act(actor, which, person, "grant.revoke-others", {"kept": []}, then)

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, members=st.frozensets(PROS, min_size=1))
    def composes(self, actor: str, which: int, person: str, members: frozenset[str]) -> None:
        key, teams = next(self.numbers), self.model.spaces[person].teams
        answers = {"name": f"Équipe {key}", "members": [self.cast.directory[who] for who in sorted(members)]}
        then = lambda: teams.update({key: set(members)}) is None  # noqa: E731
        if row := self.act(actor, which, person, "care-team.compose", answers, then):
            self.rows[key] = row

    @rule(
        actor=ACTORS,
        which=WHICH,
        person=PEOPLE,
        team=WHICH,
        members=st.one_of(st.just(frozenset()), st.frozensets(PROS)),
    )
    def changes_or_ends_a_team(self, actor: str, which: int, person: str, team: int, members: frozenset[str]) -> None:
        teams = self.model.spaces[person].teams
        key = self.pick(teams, team)
        if key is None:
            return
        if members:
            answers = {"members": [self.cast.directory[who] for who in sorted(members)]}
            then = lambda: teams.update({key: set(members)}) is None  # noqa: E731
            self.act(actor, which, person, "care-team.change", answers, then, self.rows[key])
        else:
            self.act(actor, which, person, "care-team.end", {}, partial(self.model.end_team, person, key), self.rows[key])  # fmt: skip

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, who=READERS, even=st.booleans())
    def blocks_one(self, actor: str, which: int, person: str, who: str, even: bool) -> None:
        answers = {"reader": self.cast.directory[who], "emergency_too": "yes" if even else "no"}
        then = partial(self.model.block, person, who, even)
        if row := self.act(actor, which, person, "block.add", answers, then):
            self.blocks[person, who] = row

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, block=WHICH)
    def lifts_a_block(self, actor: str, which: int, person: str, block: int) -> None:
        standing = self.model.spaces[person].blocks
        who = self.pick(standing, block)
        if who is not None:
            then = lambda: standing.pop(who, None) is not None  # noqa: E731
            self.act(actor, which, person, "block.remove", {}, then, self.blocks[person, who])

    # -- Codes, emergencies, the space ---------------------------------------------------------------------

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, to=st.one_of(st.none(), PROS), what=WHAT, lasts=st.sampled_from([*CODES]))  # fmt: skip
    def makes_a_code(self, actor: str, which: int, person: str, to: str | None, what: frozenset[str], lasts: str) -> None:  # fmt: skip
        key, until = next(self.numbers), self.until(CODES[lasts])
        answers = {**terms(what, True, lasts), "reader_number": self.cast.directory[to].rpps if to else ""}
        then = partial(self.model.give, person, key, Right("share", to, what, until))
        if row := self.act(actor, which, person, "share-code.create", answers, then):
            self.rows[key] = row

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, code=WHICH)
    def cancels_a_code(self, actor: str, which: int, person: str, code: int) -> None:
        key = self.right(person, code, "share")
        if key is not None:
            then = partial(self.model.end, self.model.spaces[person].rights[key])
            self.act(actor, which, person, "share-code.cancel", {}, then, self.rows[key])

    @rule(who=PROS, person=PEOPLE, code=WHICH)
    def types_a_code(self, who: str, person: str, code: int) -> None:
        key = self.right(person, code, "share")
        if key is not None:
            with opened(self.cast.people[person].id):
                typed = ShareCode.objects.get(pk=self.rows[key]).code
            found = sharing.use_code(self.cast.users[who], typed) is not None
            assert found == self.model.types_code(who, person, key), f"a code of {person} typed by {who}: {found}"

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, allowed=st.booleans())
    def allows_emergencies(self, actor: str, which: int, person: str, allowed: bool) -> None:
        code = "emergency.allow" if allowed else "emergency.forbid"
        self.act(actor, which, person, code, {"wish": True}, partial(self.model.urgent, person, allowed))

    @rule(who=PROS, person=PEOPLE)
    def opens_in_an_emergency(self, who: str, person: str) -> None:
        key = next(self.numbers)
        running = [k for k, r in self.model.spaces[person].rights.items() if (r.kind, r.to) == ("emergency", who) and self.model.stands(r)]  # fmt: skip
        found = emergency.open_access(self.cast.users[who], self.cast.traits[person], "Elle ne répond plus.")
        expected = self.model.opens_urgently(who, person, key)
        assert (found is not None) == expected, f"an emergency of {person} for {who}: {found}"
        if expected and running:
            assert found == self.rows[running[0]], "it runs already: it is the same access"
        elif expected:
            self.rows[key] = found

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, code=st.sampled_from(["suspend", "resume", "resume", "close", "reopen", "reopen"]))  # fmt: skip
    def turns(self, actor: str, which: int, person: str, code: str) -> None:
        answers = {"way": "keep", "notice_read": True, "wish": True}
        self.act(actor, which, person, f"space.{code}", answers, partial(self.model.turn, person, code))

    # -- Those who act for someone -------------------------------------------------------------------------

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, scopes=some_of(BY_A_RELATIVE), reads=st.booleans(), lasts=st.sampled_from(["1m", "6m"]), relative=st.booleans())  # fmt: skip
    def names(self, actor: str, which: int, person: str, scopes: frozenset[str], reads: bool, lasts: str, relative: bool) -> None:  # fmt: skip
        """Jeanne as a relative who does what is listed, or Lucien as a trusted person who reads if allowed."""
        key, who = next(self.numbers), "jeanne" if relative else "lucien"
        if not relative:
            scopes = frozenset({"history.read"} if reads else ())
        answers = {
            **other(JEANNE if relative else LUCIEN), "kind": "relative" if relative else "trusted",
            "scopes": sorted(scopes), "duration": lasts,
        }  # fmt: skip
        until = self.until({"1m": timedelta(days=30), "6m": timedelta(days=182)}[lasts])
        then = partial(self.model.name, person, key, Holder(who, scopes | {"representation.end"}, until))
        if row := self.act(actor, which, person, "representation.name", answers, then):
            self.rows[key], self.by[key] = row, self.cast.accounts[who]

    @rule(person=PEOPLE, scopes=some_of(BY_MANDATE), lasts=st.sampled_from([*MANDATES]), actor=ACTORS, which=WHICH)
    def mandates(self, person: str, scopes: frozenset[str], lasts: str, actor: str, which: int) -> None:
        key = next(self.numbers)
        answers = {"counter_number": self.cast.world.here.number, "scopes": sorted(scopes), "duration": lasts}
        then = partial(self.model.name, person, key, Holder("counter", scopes, self.until(MANDATES[lasts])))
        if row := self.act(actor, which, person, "mandate.give", answers, then):
            self.rows[key], self.by[key] = row, self.cast.world.karim

    @rule(actor=ACTORS, which=WHICH, person=PEOPLE, holder=WHICH)
    def ends_a_holder(self, actor: str, which: int, person: str, holder: int) -> None:
        holders = self.model.spaces[person].holders
        key = self.pick(holders, holder)
        if key is not None:
            code = "mandate.revoke" if holders[key].by == "counter" else "representation.end"
            acting = self.pick(holders, which)
            # A representative gives up what they hold themselves, and nothing of another.
            anothers = actor == "holder" and holders[acting].by != "counter" and acting != key
            then = (lambda: False) if anothers else partial(self.model.end, holders[key])
            self.act(actor, which, person, code, {}, then, self.rows[key])

    @precondition(lambda self: any(space.holders for space in self.model.spaces.values()))
    @rule(person=PEOPLE, holder=WHICH)
    def a_representative_reads_the_history(self, person: str, holder: int) -> None:
        holders = self.model.spaces[person].holders
        key = self.pick([key for key, held in holders.items() if held.by != "counter"], holder)
        if key is not None:
            expected = self.model.may(key, person, "history.read") == "done"
            door = RepresentedDoor(_request(self.by[key]), self.rows[key])
            assert answered(partial(door.read, "history.read", lambda: "read")) == ("read" if expected else None)

    # -- Professionals, and time ---------------------------------------------------------------------------

    @rule(who=PROS, place=PLACES, there=st.booleans())
    def moves(self, who: str, place: str, there: bool) -> None:
        (work_in if there else leave)(self.cast.users[who], self.cast.directory[place])
        (self.model.works[who].add if there else self.model.works[who].discard)(place)

    @rule(jump=st.sampled_from(JUMPS))
    def time_passes(self, jump: timedelta) -> None:
        self.model.now += jump
        for person in self.cast.people.values():
            with opened(person.id):
                for model in DATED:
                    dated = [field.name for field in model._meta.fields if isinstance(field, DateTimeField)]
                    model.objects.filter(person_id=person.id).update(**{name: F(name) - jump for name in dated})

    @precondition(lambda self: any(space.rights for space in self.model.spaces.values()))
    @rule(who=PROS, person=PEOPLE)
    def reads(self, who: str, person: str) -> None:
        """By each of the rights that the person ever gave, whoever has it."""
        for key in self.model.spaces[person].rights:
            self.compare_reading(who, person, key)

    @rule(who=PROS, person=PEOPLE)
    def looks_for(self, who: str, person: str) -> None:
        """Found: the widest of the rights by which this professional reads something."""
        by = {self.rows[key]: self.model.shown(who, person, key) for key in self.model.spaces[person].rights}
        found = finding.find(self.cast.users[who], self.cast.traits[person])
        assert len(by.get(found, ())) == max(map(len, by.values()), default=0), f"{who} looks for {person}: {found}"

    def compare_reading(self, who: str, person: str, key: int) -> None:
        expected = self.model.shown(who, person, key)
        basis = basis_of(self.cast.users[who], self.rows[key])
        found = answered(partial(read_patient, basis)) if basis else None
        words = f"{who} reads {person} by {self.model.spaces[person].rights[key]}"
        assert (found is not None) == bool(expected), f"{words}: {found}, the reference says {set(expected)}"
        if found is not None:
            texts = {text for _title, text in found.parts}
            assert ("Metformine" in texts, "Chez moi" in texts) == ("treatments" in expected, "wishes" in expected), words  # fmt: skip

    def until(self, lasts: timedelta | None) -> timedelta | None:
        return None if lasts is None else self.model.now + lasts

    def number_of(self, reader: str) -> dict[str, str]:
        found = self.cast.directory[reader]
        return {"reader_number": found.rpps if isinstance(found, Professional) else found.finess}


def terms(what: frozenset[str], reads: bool, lasts: str) -> dict[str, Any]:
    """What is opened, as the form says it."""
    some = [] if what == ALL else sorted(what)
    return {
        "extent": "some" if some else "all", "categories": some, "rights": ["read"] if reads else ["deposit"],
        "duration": lasts,
    }  # fmt: skip


def other(traits: Any) -> dict[str, Any]:
    """Someone's traits, as the form of who names them says them."""
    names = ("birth_name", "first_names", "birth_date", "sex", "birth_place")
    return {f"other_{name}": getattr(traits, name) for name in names}


def answered(look: Callable[[], Any]) -> Any:
    """What a reading shows; None when it is refused."""
    try:
        return look()
    except BasisRefused:
        return None
