"""Who may read and act, said again as plainly as can be: sets and hours, and nothing of the service's code.

It knows one person's space at a time, told by name. `shown` is what a professional reads by a right; each method named
after an act answers "refused" (no right to do it), "impossible" (it makes no sense now) or "done", and then it is.
"""

from dataclasses import dataclass, field
from datetime import timedelta

PHARMACY = frozenset({"prescriptions", "biology", "vaccinations", "treatments"})
ALL = PHARMACY | {"reports", "imaging", "hospital", "wishes", "other"}
CEILING = {"doctor": ALL, "pharmacist": PHARMACY}
# What somebody else's right still allows in a suspended space, and what needs no space that stands.
CLOSING = {"space.resume", "space.close", "grant.revoke", "mandate.revoke", "share-code.cancel", "emergency.forbid", "representation.end"}  # fmt: skip
NO_SPACE = {"space.reopen", "share-code.cancel", "representation.end", "representation.name", "mandate.revoke", "mandate.give"}  # fmt: skip
STANDING, A_DAY, TRIES = {"open", "suspended"}, timedelta(hours=24), 5


@dataclass
class Right:
    """An access, a code or an emergency: to whom (a professional, a place, a team), what it shows, until when."""

    kind: str
    to: str | int | None
    what: frozenset[str]
    until: timedelta | None
    reads: bool = True
    ended: bool = False
    used_by: str | None = None
    tries: int = 0


@dataclass
class Holder:
    """Someone who acts for the person: by what, in which acts and readings, until when."""

    by: str
    scopes: frozenset[str]
    until: timedelta | None
    ended: bool = False


@dataclass
class Space:
    """All that one person decided."""

    state: str = "open"
    urgent: bool = False
    rights: dict[int, Right] = field(default_factory=dict)
    holders: dict[int, Holder] = field(default_factory=dict)
    teams: dict[int, set[str]] = field(default_factory=dict)
    blocks: dict[str, bool] = field(default_factory=dict)  # who: in an emergency too


class Reference:
    """The whole model. `actor` is "self", a holder's number, or "nobody" for an account that has no right here."""

    def __init__(self, *people: str) -> None:
        self.now = timedelta(0)
        self.works: dict[str, set[str]] = {"doctor": {"hospital"}, "pharmacist": {"pharmacy"}}
        self.spaces = {person: Space() for person in people}

    def stands(self, what: Right | Holder) -> bool:
        return not what.ended and (what.until is None or what.until > self.now)

    def shown(self, who: str, person: str, key: int) -> frozenset[str]:
        """What this professional reads by this right; nothing when they are refused."""
        space, right = self.spaces[person], self.spaces[person].rights[key]
        urgent = right.kind == "emergency"
        if space.state != "open" or not self.stands(right) or not right.reads:
            return frozenset()
        if any(even or not urgent for barred, even in space.blocks.items() if barred in {who} | self.works[who]):
            return frozenset()
        mine = right.used_by == who if right.kind == "share" else right.to == who
        in_it = right.kind == "grant" and (right.to in self.works[who] or who in space.teams.get(right.to, ()))
        return (ALL if urgent else right.what & CEILING[who]) if mine or in_it else frozenset()

    def may(self, actor: str | int, person: str, code: str) -> str:
        """Whether nothing stands against this act or reading but what is particular to it."""
        space = self.spaces[person]
        if actor != "self":
            holder = space.holders.get(actor)
            if holder is None or not self.stands(holder) or code not in holder.scopes:
                return "refused"
            if space.state == "suspended" and code not in CLOSING:
                return "refused"
        needs = code not in NO_SPACE and code != "history.read"
        return "impossible" if needs and space.state not in STANDING else "done"

    # -- Acts: `self.may` first, then what is particular to each -------------------------------------------

    def give(self, person: str, key: int, right: Right) -> bool:
        """An access or a code. An access is given once, to nobody who is barred, to a team that is there."""
        space = self.spaces[person]
        if right.what != ALL and not right.what <= CEILING.get(right.to, ALL):
            return False
        if right.kind == "grant":
            twice = any(other.kind == "grant" and other.to == right.to for other in self.standing(person))
            if twice or right.to in space.blocks or (isinstance(right.to, int) and right.to not in space.teams):
                return False
        space.rights[key] = right
        return True

    def change(self, person: str, key: int, what: frozenset[str], reads: bool, until: timedelta | None) -> bool:
        right = self.spaces[person].rights[key]
        if not self.stands(right) or (what != ALL and not what <= CEILING.get(right.to, ALL)):
            return False
        right.what, right.reads, right.until = what, reads, until
        return True

    def standing(self, person: str) -> list[Right]:
        return [right for right in self.spaces[person].rights.values() if self.stands(right)]

    def end(self, what: Right | Holder) -> bool:
        stood = self.stands(what)
        what.ended = True
        return stood

    def end_every(self, person: str, *kinds: str, to: str | int | None = None) -> bool:
        found = [r for r in self.standing(person) if r.kind in kinds and to in (None, r.to, r.used_by)]
        for right in found:
            right.ended = True
        return bool(found)

    def end_team(self, person: str, team: int) -> bool:
        self.end_every(person, "grant", to=team)
        return self.spaces[person].teams.pop(team, None) is not None

    def block(self, person: str, who: str, even: bool) -> bool:
        if who in self.spaces[person].blocks:
            return False
        self.spaces[person].blocks[who] = even
        self.end_every(person, "grant", "share", *(["emergency"] if even else []), to=who)
        return True

    def urgent(self, person: str, allowed: bool) -> bool:
        space = self.spaces[person]
        changed, space.urgent = space.urgent != allowed, allowed
        if not allowed:
            self.end_every(person, "emergency")
        return changed

    def turn(self, person: str, code: str) -> bool:
        space = self.spaces[person]
        before = {"suspend": {"open"}, "resume": {"suspended"}, "close": STANDING, "reopen": {"closed"}}[code]
        if space.state not in before:
            return False
        space.state = {"suspend": "suspended", "close": "closed"}.get(code, "open")
        if code == "close":
            self.end_every(person, "grant", "share", "emergency")
            space.urgent = False
        return True

    def name(self, person: str, key: int, holder: Holder) -> bool:
        for other in self.spaces[person].holders.values():
            other.ended |= other.by == holder.by
        self.spaces[person].holders[key] = holder
        return True

    # -- What professionals do ---------------------------------------------------------------------------

    def types_code(self, who: str, person: str, key: int) -> bool:
        code = self.spaces[person].rights[key]
        if self.spaces[person].state != "open" or code.tries >= TRIES or not self.stands(code):
            return False
        if code.to not in (None, who):
            code.tries += code.used_by is None
            return False
        before, code.used_by = code.used_by, code.used_by or who
        if self.shown(who, person, key):
            return True
        code.used_by = before
        return False

    def opens_urgently(self, who: str, person: str, key: int) -> bool:
        space = self.spaces[person]
        if not space.urgent:
            return False
        runs = any(right.kind == "emergency" and right.to == who for right in self.standing(person))
        space.rights[key] = Right("emergency", who, ALL, self.now + A_DAY)
        opens = bool(self.shown(who, person, key))
        if runs or not opens:
            del space.rights[key]
        return opens
