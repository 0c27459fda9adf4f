"""Who may read and act, said again as plainly as can be: tables, sets and dates, and nothing of the service's code.

Written from the design (§5, §6) and decisions 15, 16, 18, 20, 22, 26 and 27. It knows people by name. `shown` is what
a professional reads by a right, `may` whether someone has a right to an act or a reading.
Tables of acts are in `reference_tables.py`; what each act changes is in `reference_acts.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from tests.trials.reference_tables import ALL, ALWAYS, CEILING, ENDS, NO_SPACE, READINGS, SHOWS, TRIES, WAYS

STANDING = {"open", "suspended"}
CLOSED = {"closed", "erasing"}


@dataclass
class Right:
    """An access, a code or an emergency: to whom (a professional, a place, a team), what it shows, until when."""

    kind: str
    to: str | int | None
    what: frozenset[str]
    until: datetime
    reads: bool = True
    ended: bool = False
    used_by: str | None = None
    made_by: str | None = None  # who represented the person then
    tries: int = 0


@dataclass
class Holder:
    """Someone who acts for the person: by whom, as what (a mandate, a parent…), in what, until when (None: no date)."""

    by: str
    kind: str
    scopes: frozenset[str]
    until: datetime | None
    ended: bool = False
    doubted: bool = False
    lifted: bool = False  # by a document: the judgment or the family book that opened it serves no more


@dataclass
class Asked:
    """An access that a professional asked for. After `until`, silence has said no."""

    by: str
    until: datetime
    ended: bool = False
    declined: bool = False


@dataclass
class Person:
    """All that one person decided, and the days of their life. Without a space, `state` is "none"."""

    fifteen: datetime
    eighteen: datetime
    state: str = "none"
    dead: bool = False
    erased: bool = False
    erase_at: datetime | None = None
    urgent: bool = False
    rights: dict[int, Right] = field(default_factory=dict)
    holders: dict[int, Holder] = field(default_factory=dict)
    teams: dict[int, set[str]] = field(default_factory=dict)
    over: dict[int, set[str]] = field(default_factory=dict)  # teams that ended, with who was in them
    blocks: dict[str, bool] = field(default_factory=dict)  # who: in an emergency too
    # Who, representing the person, made a block or a team, or changed the team last.
    hands: dict[str | int, str | None] = field(default_factory=dict)
    asked: dict[int, Asked] = field(default_factory=dict)
    hidden: set[int | str] = field(default_factory=set)  # numbers of accesses, kinds of content


class Rights:
    """Who has a right to what now. An actor is a way ("self", "presence", "paper"), a holder's number, or "nobody"."""

    def __init__(self, now: datetime, people: dict[str, Person], works: dict[str, set[str]], is_also: dict[str, str]):
        self.now, self.people, self.works = now, people, works
        self.is_also = is_also  # which professional is which person

    def stands(self, what: Right | Holder | Asked) -> bool:
        return not what.ended and (what.until is None or what.until > self.now)

    # -- Reading, for professionals --------------------------------------------------------------------------

    def shown(self, who: str, person: str, key: int) -> frozenset[str]:
        """What this professional reads by this right; nothing when they are refused."""
        one, right = self.people[person], self.people[person].rights[key]
        urgent = right.kind == "emergency"
        if one.state != "open" or one.dead or not self.stands(right) or not right.reads:
            return frozenset()
        if self.is_person(who, person) or self.acts_for(who, person) or not self.signs_in(who):
            return frozenset()
        if any(even or not urgent for barred, even in one.blocks.items() if barred in {who} | self.works[who]):
            return frozenset()
        mine = right.used_by == who if right.kind == "share" else right.to == who
        in_it = right.kind == "grant" and (right.to in self.works[who] or who in one.teams.get(right.to, ()))
        return (ALL if urgent else right.what & CEILING[who]) if mine or in_it else frozenset()

    def is_person(self, who: object, person: str) -> bool:
        return self.is_also.get(who) == person and not self.people[person].erased

    def acts_for(self, who: str, person: str) -> bool:
        """Whether this professional may act for the person, and not only look: they read as who represents, or nothing."""
        holders = self.people[person].holders.values()
        held = [h for h in holders if h.kind != "mandate" and self.stands(h) and h.scopes - READINGS]
        return any(self.is_person(who, holder.by) for holder in held)

    def signs_in(self, who: str) -> bool:
        """A death closes the account of who has died, whatever else they were."""
        return who not in self.is_also or not self.people[self.is_also[who]].dead

    def open_to(self, actor: str | int, person: str) -> dict[int, Right]:
        """All that lets somebody in now, and that this actor may know of."""
        one = self.people[person]
        kept = self.secret_names(person) if self.hand(actor, person) else set()
        urgent = {k: r for k, r in one.rights.items() if r.kind == "emergency" and self.stands(r) and r.to not in kept}
        return self.seen(actor, person) | self.codes_seen(actor, person) | urgent

    # -- Acting, and reading for someone ---------------------------------------------------------------------

    def may(self, actor: str | int, person: str, code: str) -> str:
        """Whether nothing stands against this act or reading but what is particular to it: "refused" (no right),
        "impossible" (it takes a space) or "done"."""
        one, holder = self.people[person], self.people[person].holders.get(actor)
        way = actor if holder is None else "mandate" if holder.kind == "mandate" else "representation"
        if one.erased or (one.dead and code != "space.unfreeze"):
            return "refused"
        if way not in WAYS.get(code, {"representation"}):
            return "refused"
        needed = {code, SHOWS.get(code, code)} if way == "representation" else {code}
        if holder and not (self.stands(holder) and needed <= holder.scopes | ALWAYS[way]):
            return "refused"
        if holder and one.state == "suspended" and code not in (ENDS if way == "mandate" else {"representation.end"}):
            return "refused"
        if way == "representation" and code in READINGS and one.state in CLOSED:
            return "refused"
        free = NO_SPACE | READINGS | ALWAYS["representation"]
        return "done" if code in free or one.state in STANDING else "impossible"

    def seen(self, actor: str | int, person: str) -> dict[int, Right]:
        """The accesses that stand and that this actor may know of: nobody who represents sees what is hidden."""
        one, holder = self.people[person], self.people[person].holders.get(actor)
        kept = one.hidden if holder and holder.kind != "mandate" else set()
        return {k: r for k, r in one.rights.items() if r.kind == "grant" and self.stands(r) and k not in kept}

    def codes_seen(self, actor: str | int, person: str) -> dict[int, Right]:
        """The codes that stand and that this actor may know of: of those of others, none whose reader is hidden."""
        one, holder = self.people[person], self.people[person].holders.get(actor)
        for_them = holder is not None and holder.kind != "mandate"
        kept = self.secret_names(person) if for_them else set()
        codes = {k: r for k, r in one.rights.items() if r.kind == "share" and self.stands(r)}
        codes = {k: r for k, r in codes.items() if r.used_by or r.tries < TRIES}
        return {k: r for k, r in codes.items() if (holder and r.made_by == holder.by) or not kept & {r.to, r.used_by}}

    def secret_names(self, person: str) -> set[str | int]:
        """Whoever holds an access that is hidden, and who works where one was given: no representative reads of them."""
        one, names = self.people[person], set()
        for key in one.hidden & one.rights.keys():
            to = one.rights[key].to
            names |= {to} | one.teams.get(to, one.over.get(to, set()))
            names |= {who for who, places in self.works.items() if to in places}
        return names

    def knows(self, actor: str | int, person: str, who: str | int) -> bool:
        """Whether this actor may know of the block of, or of the team that, this is: of whoever holds what is hidden
        none is known to whoever represents, but what they made themselves."""
        by = self.hand(actor, person)
        if by is None or self.people[person].hands.get(who) == by:
            return True
        return not ({who} | self.people[person].teams.get(who, set())) & self.secret_names(person)

    def hand(self, actor: str | int, person: str) -> str | None:
        """Who represents the person, when it is by them that this is done."""
        holder = self.people[person].holders.get(actor)
        return holder.by if holder and holder.kind != "mandate" else None

    def oneself(self, who: object, person: str, actor: str | int) -> bool:
        """Nobody opens a space to themselves: not the person, nor whoever acts for them."""
        holder = self.people[person].holders.get(actor)
        return self.is_person(who, person) or bool(holder and self.is_person(who, holder.by))

    def of_age(self, person: str) -> bool:
        return self.now >= self.people[person].eighteen

    def held_by(self, name: str) -> list[Holder]:
        return [holder for one in self.people.values() for holder in one.holders.values() if holder.by == name]
