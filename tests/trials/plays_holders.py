"""Plays of those who act for someone: mandates, representatives named or shown on a proof, what is hidden from them."""

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.http import Http404
from hypothesis import strategies as st

from consent.acts.registry import all_acts
from consent.pages import represented
from records.pages import represented_sheet
from tests import examples
from tests.trials.plays import BY, PARIS, PEOPLE, TRAITS, WHICH, By, Play, move, some_of
from tests.trials.reference import Holder
from tests.trials.reference_tables import MAY_HOLD, PRIVATE, READINGS, WAYS
from tests.trials.world import _request

MANDATES = {"month": timedelta(days=30), "year": timedelta(days=365)}
NAMED_FOR = {"1m": timedelta(days=30), "6m": timedelta(days=182), "1y": timedelta(days=365), "none": None}
BY_MANDATE = frozenset(code for code, ways in WAYS.items() if "mandate" in ways)
BY_A_RELATIVE = MAY_HOLD["relative"]
SCOPES = st.one_of(
    some_of(BY_A_RELATIVE), some_of(READINGS), some_of({*READINGS, "contact.change"}), st.just(frozenset())
)
WHO_REPRESENTS = st.sampled_from(["jeanne", "jeanne", "jeanne", "aicha", "milo"])
BY_LAW = st.sampled_from(["parent", "guardian-curatelle", "guardian-tutelle", "guardian-habilitation"])
HIDDEN = st.sampled_from(
    [frozenset({"treatments"}), frozenset({"wishes"}), frozenset(), frozenset({"treatments", "wishes"})]
)
SHOWN = {"treatments": "Metformine", "wishes": "Chez moi"}


class Holders(Play):
    """Acts by anyone on those who hold something, and the readings of representatives through their pages."""

    @move(by=BY, scopes=some_of(BY_MANDATE), lasts=st.sampled_from([*MANDATES]))
    def mandates(self, by: By, scopes: frozenset[str], lasts: str) -> None:
        if by[0] == "presence":
            return  # prepared there, in force once signed: tests/assistance/test_mandate.py
        key, number = next(self.numbers), self.cast.world.here.number
        holder = Holder("counter", "mandate", scopes, self.model.now + MANDATES[lasts])
        answers = {"counter_number": number, "scopes": sorted(scopes), "duration": lasts}
        if row := self.act(by, "mandate.give", answers, lambda _who: self.model.mandate(by[2], key, holder)):
            self.rows[key] = row

    @move(by=BY, who=WHO_REPRESENTS, kind=st.sampled_from(["relative", "trusted"]), scopes=SCOPES, lasts=st.sampled_from([*NAMED_FOR]))  # fmt: skip
    def names(self, by: By, who: str, kind: str, scopes: frozenset[str], lasts: str) -> None:
        """A trusted person reads, if allowed, until they are taken back; a relative does what is ticked, for a year."""
        if self.model.people[who].erased:
            return  # nobody known any more: a wrong try, and these are counted
        key, until = next(self.numbers), NAMED_FOR[lasts] and self.model.now + NAMED_FOR[lasts]
        answers = {**other(TRAITS[who]), "kind": kind, "scopes": sorted(scopes), "duration": lasts}
        holder = Holder(who, kind, scopes, until)
        endless = kind == "relative" and until is None
        then = lambda _who: not endless and self.model.represent(by[2], key, holder)  # noqa: E731
        if row := self.act(by, "representation.name", answers, then, typed=True):
            self.rows[key] = row
            # Whoever may act for someone reads as that from now on.
            self.everybody_reads(by[2])

    @move(actor=st.sampled_from(["presence", "presence", "paper", "self", "spent paper"]), who=WHO_REPRESENTS, person=PEOPLE, kind=BY_LAW, scopes=SCOPES, days=st.sampled_from([0, 40, 400]))  # fmt: skip
    def shows_a_proof(self, actor: str, who: str, person: str, kind: str, scopes: frozenset[str], days: int) -> None:
        """A parent until the 18th birthday, a guardian until the end of the day that the judgment says."""
        if self.model.people[person].erased:
            return  # a row of theirs would begin: somebody else, for this play
        key, parent = next(self.numbers), kind == "parent"
        scopes = frozenset() if parent else scopes
        day = self.model.now.astimezone(PARIS).date() + timedelta(days=days)
        end = self.model.people[person].eighteen if parent else datetime.combine(day + timedelta(days=1), time(), PARIS)
        answers = {
            **other(TRAITS[person]), "kind": kind, "scopes": sorted(scopes), "court_limits": "",
            "proof": "birth-certificate" if parent else "judgment",
            "judgment_date": "" if parent else "10/01/2027", "ends_on": "" if parent else day.strftime("%d/%m/%Y"),
        }  # fmt: skip
        holder = Holder(who, kind, scopes or (MAY_HOLD["parent"] if parent else scopes), end)
        # A measure that ends today is over already.
        then = lambda _who: (parent or days > 0) and self.model.represent(person, key, holder)  # noqa: E731
        if row := self.act((actor, 0, who), "representation.open", answers, then, typed=True):
            self.rows[key] = row
            self.acted.add(person)
            self.everybody_reads(person)

    @move(by=BY, holder=WHICH)
    def ends_a_holder(self, by: By, holder: int) -> None:
        holders, person = self.model.people[by[2]].holders, by[2]
        key = self.pick(holders, holder)
        if key is not None and holders[key].kind == "mandate":
            self.act(by, "mandate.revoke", {}, lambda _who: self.model.end(holders[key]), self.rows[key])
        elif key is not None:
            then = lambda who: self.model.give_up(who, person, key)  # noqa: E731
            # It names whoever gives up, who knows their own name.
            themselves = [who for who, also in self.model.is_also.items() if also == holders[key].by]
            self.act(by, "representation.end", {}, then, self.rows[key], names=themselves)

    @move(by=BY, holder=WHICH, code=st.sampled_from(["lift", "doubt", "clear-doubt"]), proof=st.booleans())
    def ends_on_proof_or_doubts(self, by: By, holder: int, code: str, proof: bool) -> None:
        key = self.pick([k for k, held in self.model.people[by[2]].holders.items() if held.kind != "mandate"], holder)
        if key is not None:
            by = ("presence" if proof else by[0], *by[1:])
            then = partial(getattr(self.model, code.replace("-", "_")), by[2], key)
            typed = {"document": "mainlevée", "alone": True, "answered": "no", "words": "Elle se tait."}
            self.act(by, f"representation.{code}", typed, lambda _who: then(), self.rows[key])

    @move(by=BY, own=st.booleans(), grant=WHICH, kinds=HIDDEN, hides=st.integers(0, 2))
    def hides_or_shows(self, by: By, own: bool, grant: int, kinds: frozenset[str], hides: int) -> None:
        by = ("self" if own else by[0], *by[1:])
        one, code = self.model.people[by[2]], "representation.hide" if hides else "representation.show"
        rights = [k for k, r in one.rights.items() if r.kind == "grant" and (self.model.stands(r) or not hides)]
        key = self.pick(rights, grant)
        what = kinds | (frozenset() if key is None or grant > 3 else {key})
        if what:
            answers = {"categories": sorted(kinds), "grants": [str(self.rows[key])] if key in what else []}
            then = self.model.hide if hides else self.model.show
            self.act(by, code, answers, lambda _who: then(by[2], what))
            self.representatives_look(by[2])

    # -- What representatives see -----------------------------------------------------------------------------

    @move(person=PEOPLE, holder=WHICH)
    def a_representative_comes_in(self, person: str, holder: int) -> None:
        """Their page shows the accesses and codes that stand, if they may see them, less what is hidden."""
        for key in self.one_representation(person, holder):
            page = self.page(person, key, "representation.entered", represented.home)
            sees = self.model.may(key, person, "space.read") == "done" and self.model.people[person].state == "open"
            seen = {right.to for right in self.model.seen(key, person).values()} if sees else set()
            if page is not None:
                told = {to for to in self.readers(person) if f">{self.words(to)}" in page}
                told -= (self.code_readers(person, key) if sees else set()) - seen
                assert told == seen, f"{person} to {self.words_of(person, key)}: {told}, the reference says {seen}"

    @move(person=PEOPLE, holder=WHICH)
    def a_representative_reads_the_sheet(self, person: str, holder: int) -> None:
        for key in self.one_representation(person, holder):
            self.compare_sheet(person, key)

    @move(person=PEOPLE, holder=WHICH)
    def a_representative_reads_the_history(self, person: str, holder: int) -> None:
        for key in self.one_representation(person, holder):
            self.compare_history(person, key)

    def representatives_look(self, person: str) -> None:
        """What matters has just changed: what each representative sees."""
        for which in range(len(self.representations(person))):
            self.a_representative_comes_in(person, which)
        for key in self.representations(person):
            if self.model.may(key, person, "history.read") == "done":
                self.compare_history(person, key)
                self.compare_sheet(person, key)
                break

    def compare_sheet(self, person: str, key: int) -> None:
        """What the person wrote, less what is hidden."""
        page = self.page(person, key, "sheet.read", represented_sheet.sheet)
        if page is not None:
            found = {kind for kind, text in SHOWN.items() if text in page}
            expected = SHOWN.keys() - self.model.people[person].hidden
            words = f"the sheet of {person} to {self.words_of(person, key)}"
            assert found == expected, f"{words}: {found}, the reference says {expected}"

    def compare_history(self, person: str, key: int) -> None:
        """No name of who holds a hidden access is in it, and no private act. Of their own acts they keep the traces."""
        page, by = (
            self.page(person, key, "history.read", represented.trace, printing=True),
            self.model.people[person].holders[key].by,
        )
        own = self.named.get((person, by), set()) | {who for who, name in self.model.is_also.items() if name == by}
        secret = {self.words(to) for to in self.model.secret_names(person) - own} | self.private_lines()
        told = {name for name in secret if page and name in page}
        assert not told, f"the history of {person} tells {told}, the reference says nothing of them"

    def representations(self, person: str) -> list[int]:
        return [key for key, holder in self.model.people[person].holders.items() if holder.kind != "mandate"]

    def one_representation(self, person: str, which: int) -> list[int]:
        held = self.representations(person)
        return [self.pick(held, which)] if held else []

    def page(self, person: str, key: int, code: str, view: Any, *, printing: bool = False) -> str | None:
        """The page as this representative gets it, compared with whether they may; None when it is refused."""
        request = _request(self.account_of(person, key))
        if printing:
            request.GET = request.GET.copy()
            request.GET["imprimer"] = "1"
        try:
            answer = view(request, self.rows[key])
            found = answer.content.decode() if answer.status_code == 200 else None
        except Http404:
            found = None
        expected = self.model.may(key, person, code) == "done"
        words = f"{code} by {self.words_of(person, key)} for {person}"
        assert (found is not None) == expected, f"{words}: {found is not None}, the reference says {expected}"
        return found

    def private_lines(self) -> set[str]:
        return {f" – {act.label}" for act in all_acts() if act.code in PRIVATE}

    def code_readers(self, person: str, key: int) -> set[Any]:
        """Those who are named beside the codes that this representative may know of."""
        codes, secret = self.model.codes_seen(key, person).values(), self.model.secret_names(person)
        return {code.to for code in codes} | ({code.used_by for code in codes} - secret)

    def readers(self, person: str) -> set[Any]:
        """Whoever ever had an access of this person."""
        return {right.to for right in self.model.people[person].rights.values() if right.kind == "grant"}

    def words_of(self, person: str, key: int) -> str:
        return f"{self.model.people[person].holders[key]}"


def other(traits: Any) -> examples.Typed:
    """Someone's traits, as typed by who names them."""
    names = ("birth_name", "first_names", "sex", "birth_place")
    typed = {f"other_{name}": getattr(traits, name) for name in names}
    return {**typed, "other_birth_date": traits.birth_date.strftime("%d/%m/%Y")}
