"""Plays of what is opened to professionals: accesses, teams, blocks, requests, codes, emergencies; and their readings."""

from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st

from consent import emergency, finding, sharing
from consent.acts.request import AcceptRequest
from consent.models import AccessRequest, Category, Professional, ShareCode
from consent.models.share_code import HALF
from consent.readers import basis_of
from consent.roles import leave, work_in
from consent.wall import opened
from records.reading import read_patient
from tests.trials.plays import BY, PEOPLE, PLACES, PROS, READERS, TRAITS, WHAT, WHICH, By, Play, answered, move
from tests.trials.reference import Right
from tests.trials.reference_tables import ALL

GRANTS = {"1d": timedelta(days=1), "1w": timedelta(days=7), "1m": timedelta(days=30), "1y": timedelta(days=365)}
CODES = {"30m": timedelta(minutes=30), "2h": timedelta(hours=2), "1d": timedelta(days=1), "1w": timedelta(days=7)}
LASTS = st.sampled_from([*GRANTS])
MEMBERS = st.frozensets(PROS, min_size=1)
What = frozenset[str]


class Accesses(Play):
    """Acts by anyone, readings by professionals."""

    # -- Accesses, teams, blocks ------------------------------------------------------------------------------

    @move(by=BY, to=READERS, what=WHAT, lasts=LASTS, reads=st.integers(0, 4))
    def gives(self, by: By, to: str, what: What, lasts: str, reads: int) -> None:
        self.give(by, to, self.number_of(to), what, lasts, bool(reads))

    @move(by=BY, team=WHICH, what=WHAT, lasts=LASTS)
    def gives_a_team(self, by: By, team: int, what: What, lasts: str) -> None:
        found = self.pick([key for key in self.rows if key in self.model.people[by[2]].teams], team)
        if found is not None:
            self.give(by, found, {"team": str(self.rows[found]), "reader_number": ""}, what, lasts, reads=True)

    def give(self, by: By, to: Any, named: Any, what: What, lasts: str, reads: bool) -> None:
        key, right = next(self.numbers), Right("grant", to, what, self.model.now + GRANTS[lasts], reads=reads)
        answers = {**named, **terms(what, reads, lasts)}
        if row := self.act(by, "grant.give", answers, lambda who: self.model.give(who, by[2], key, right), names=[to]):
            self.rows[key] = row

    @move(by=BY, right=WHICH, what=WHAT, lasts=LASTS, reads=st.booleans())
    def changes(self, by: By, right: int, what: What, lasts: str, reads: bool) -> None:
        key = self.right(by[2], right, "grant")
        if key is not None:
            new = {"what": what, "reads": reads, "until": self.model.now + GRANTS[lasts]}
            then = lambda who: self.model.change(who, by[2], key, **new)  # noqa: E731
            self.act(by, "grant.change", terms(what, reads, lasts), then, self.rows[key], names=self.to(by, key))

    @move(by=BY, right=WHICH)
    def takes_back(self, by: By, right: int) -> None:
        key = self.right(by[2], right, "grant")
        if key is not None:
            then = lambda who: self.model.revoke(who, by[2], key)  # noqa: E731
            self.act(by, "grant.revoke", {}, then, self.rows[key], names=self.to(by, key))

    @move(by=BY)
    def takes_all_back(self, by: By) -> None:
        then = lambda who: self.model.revoke_all(who, by[2])  # noqa: E731
        self.act(by, "grant.revoke-others", {"kept": []}, then, names=self.let_in(by))
        self.everybody_reads(by[2])

    def let_in(self, by: By) -> list[Any]:
        """Whoever is let in now, as far as who acts may know: an act on all of them names them."""
        return [name for key in self.model.open_to(self.who(by), by[2]) for name in self.to(by, key)]

    def to(self, by: By, key: int) -> list[Any]:
        """To whom this access or code was given."""
        right = self.model.people[by[2]].rights[key]
        return [right.to, right.used_by]

    @move(by=BY, members=MEMBERS)
    def composes(self, by: By, members: What) -> None:
        key = next(self.numbers)
        answers = {"name": f"Équipe {key}", "members": [self.cast.directory[who] for who in sorted(members)]}
        then = lambda who: self.model.team(who, by[2], key, members)  # noqa: E731
        if row := self.act(by, "care-team.compose", answers, then, names=members):
            self.rows[key] = row
            self.gives_a_team(("self", 0, by[2]), 0, ALL, "1y")

    @move(by=BY, team=WHICH, members=st.one_of(st.just(frozenset()), MEMBERS))
    def changes_or_ends_a_team(self, by: By, team: int, members: What) -> None:
        key = self.pick(self.model.people[by[2]].teams, team)
        if key is not None and members:
            answers = {"members": [self.cast.directory[who] for who in sorted(members)]}
            then = lambda who: self.model.team(who, by[2], key, members)  # noqa: E731
            self.act(by, "care-team.change", answers, then, self.rows[key], names={key, *members})
        elif key is not None:
            then = lambda who: self.model.end_team(who, by[2], key)  # noqa: E731
            self.act(by, "care-team.end", {}, then, self.rows[key], names=[key])
            self.everybody_reads(by[2])

    @move(by=BY, who=READERS, even=st.booleans())
    def blocks_one(self, by: By, who: str, even: bool) -> None:
        answers = {"reader": self.cast.directory[who], "emergency_too": "yes" if even else "no"}
        if row := self.act(
            by, "block.add", answers, lambda actor: self.model.block(actor, by[2], who, even), names=[who]
        ):
            self.blocks[by[2], who] = row
            for each in self.cast.users:
                self.opens_in_an_emergency(each, by[2])
            self.everybody_reads(by[2])

    @move(by=BY, block=WHICH)
    def lifts_a_block(self, by: By, block: int) -> None:
        standing = self.model.people[by[2]].blocks
        who = self.pick(standing, block)
        if who is not None:
            then = lambda actor: self.model.lift_block(actor, by[2], who)  # noqa: E731
            self.act(by, "block.remove", {}, then, self.blocks[by[2], who], names=[who])

    # -- Requests, codes, emergencies -------------------------------------------------------------------------

    @move(who=PROS, person=PEOPLE)
    def asks_for_an_access(self, who: str, person: str) -> None:
        key, pk = next(self.numbers), self.cast.people[person].pk
        if not self.model.signs_in(who):
            return
        with opened(pk):
            before = AccessRequest.objects.filter(person_id=pk).count()
        finding.ask(self.user(who), TRAITS[person], categories=[Category.REPORTS], reason="Suivi.", can_deposit=False)
        with opened(pk):
            requests = AccessRequest.objects.filter(person_id=pk).order_by("asked_at")
            asked = len(requests) > before
        expected = self.model.ask(who, person, key)
        assert asked == expected, f"{who} asks {person} for an access: {asked}, the reference says {expected}"
        if asked:
            self.rows[key] = list(requests)[-1].pk

    @move(by=BY, request=WHICH, yes=st.booleans(), what=WHAT, lasts=LASTS)
    def answers_a_request(self, by: By, request: int, yes: bool, what: What, lasts: str) -> None:
        asked = self.pick(self.model.people[by[2]].asked, request)
        if asked is None:
            return
        key, to = next(self.numbers), self.model.people[by[2]].asked[asked].by
        right = Right("grant", to, what, self.model.now + GRANTS[lasts]) if yes else None
        then = lambda who: self.model.answer(who, by[2], asked, key, right)  # noqa: E731
        code = AcceptRequest.code if yes else "request.decline"
        row = self.act(by, code, terms(what, True, lasts) if yes else {}, then, self.rows[asked], names=[to])
        # Of who has an access already, the answer changes it.
        if row and key in self.model.people[by[2]].rights:
            self.rows[key] = row

    @move(by=BY, to=st.one_of(st.none(), PROS), what=WHAT, lasts=st.sampled_from([*CODES]))
    def makes_a_code(self, by: By, to: str | None, what: What, lasts: str) -> None:
        if by[0] == "paper":
            lasts = "1w"  # a code by post lasts a week, or it would end on the way (0015)
        key, right = next(self.numbers), Right("share", to, what, self.model.now + CODES[lasts])
        answers = {**terms(what, True, lasts), "reader_number": self.cast.directory[to].rpps if to else ""}
        then = lambda who: self.model.give(who, by[2], key, right)  # noqa: E731
        if row := self.act(by, "share-code.create", answers, then, names=[to]):
            self.rows[key] = row

    @move(by=BY, code=WHICH)
    def cancels_a_code(self, by: By, code: int) -> None:
        key = self.right(by[2], code, "share")
        if key is not None:
            then = lambda who: self.model.cancel_code(who, by[2], key)  # noqa: E731
            self.act(by, "share-code.cancel", {}, then, self.rows[key], names=self.to(by, key))

    @move(who=PROS, person=PEOPLE, code=WHICH, wrongly=st.sampled_from([0, 0, 4, 5, 5, 5]))
    def types_a_code(self, who: str, person: str, code: int, wrongly: int) -> None:
        """Wrongly so many times, then rightly: five wrong tries close a code for good."""
        key = self.right(person, code, "share")
        if key is None:
            return
        with opened(self.cast.people[person].pk):
            right = ShareCode.objects.get(pk=self.rows[key]).code.replace("-", "")
        wrong = right[:HALF] + right[HALF:].translate({ord(right[-1]): "Z" if right[-1] != "Z" else "0"})
        for _time in range(wrongly):
            assert sharing.use_code(self.user(who), wrong) is None, f"a wrong code of {person} opens to {who}"
            self.model.types_wrongly(person, key)
        found, expected = sharing.use_code(self.user(who), right), self.model.types_code(who, person, key)
        words = f"a code of {person} typed by {who} after {wrongly} wrong tries"
        assert (found is not None) == expected, f"{words}: {found}, the reference says {expected}"

    @move(by=BY, allowed=st.booleans())
    def allows_emergencies(self, by: By, allowed: bool) -> None:
        code = "emergency.allow" if allowed else "emergency.forbid"
        self.act(by, code, {"wish": True}, lambda _who: self.model.urgent(by[2], allowed), names=self.let_in(by))

    @move(who=PROS, person=PEOPLE)
    def opens_in_an_emergency(self, who: str, person: str) -> None:
        key, rights = next(self.numbers), self.model.people[person].rights
        running = [k for k, r in rights.items() if (r.kind, r.to) == ("emergency", who) and self.model.stands(r)]
        found = emergency.open_access(self.user(who), TRAITS[person], "Elle ne répond plus.")
        expected = self.model.opens_urgently(who, person, key)
        assert (found is not None) == expected, f"an emergency of {person} for {who}, the reference says {expected}"
        if expected and running:
            assert found == self.rows[running[0]], "it runs already: it is the same access"
        elif expected:
            self.rows[key] = found

    # -- What professionals read ------------------------------------------------------------------------------

    @move(who=PROS, place=PLACES, there=st.booleans())
    def moves(self, who: str, place: str, there: bool) -> None:
        (work_in if there else leave)(self.user(who), self.cast.directory[place])
        (self.model.works[who].add if there else self.model.works[who].discard)(place)

    @move(who=PROS, person=PEOPLE)
    def reads(self, who: str, person: str) -> None:
        """By each of the rights that the person ever gave, whoever has it."""
        for key in self.model.people[person].rights:
            self.compare_reading(who, person, key)

    def everybody_reads(self, person: str) -> None:
        """What matters has just changed: each professional by each right."""
        if person in self.acted:
            self.acted.discard(person)
            for who in self.cast.users:
                self.reads(who, person)

    @move(who=PROS, person=PEOPLE)
    def looks_for(self, who: str, person: str) -> None:
        """Found: the widest of the rights by which this professional reads something; an emergency where no other is."""
        rights = self.model.people[person].rights
        by = {key: shown for key in rights if (shown := self.model.shown(who, person, key))}
        given = {key for key in by if rights[key].kind != "emergency"}
        most = max((len(by[key]) for key in given or by), default=0)
        widest = {self.rows[key] for key in given or by if len(by[key]) == most} or {None}
        found = finding.find(self.user(who), TRAITS[person])
        assert found in widest, f"{who} looks for {person}: {found}, the reference says one of {most} kinds"

    def compare_reading(self, who: str, person: str, key: int) -> None:
        expected = self.model.shown(who, person, key)
        basis = basis_of(self.user(who), self.rows[key])
        found = answered(partial(read_patient, basis)) if basis else None
        words = f"{who} reads {person} by {self.model.people[person].rights[key]}"
        assert (found is not None) == bool(expected), f"{words}: {found}, the reference says {set(expected)}"
        if found is not None:
            # Whoever reads knows by what; so does the representative that they may be.
            by = (person, self.model.is_also.get(who, ""))
            self.named.setdefault(by, set()).add(self.model.people[person].rights[key].to)
            texts = {text for _title, text in found.parts}
            shown = {"treatments": "Metformine" in texts, "wishes": "Chez moi" in texts}
            says = {kind: kind in expected for kind in shown}
            assert shown == says, f"{words}: {shown}, the reference says {says}"

    def number_of(self, reader: str) -> dict[str, str]:
        found = self.cast.directory[reader]
        return {"reader_number": found.rpps if isinstance(found, Professional) else found.finess}


def terms(what: What, reads: bool, lasts: str) -> dict[str, Any]:
    """What is opened, as the form says it."""
    some = [] if what == ALL else sorted(what)
    return {
        "extent": "some" if some else "all", "categories": some, "rights": ["read"] if reads else ["deposit"],
        "duration": lasts,
    }  # fmt: skip
