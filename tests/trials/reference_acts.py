"""What acts and events change in the reference. Each method says whether it makes sense now; then it is done.

Whether the actor has a right to the act at all is asked before (`Rights.may`).
"""

from datetime import timedelta

from tests.trials.reference import CLOSED, STANDING, Asked, Holder, Person, Right, Rights
from tests.trials.reference_tables import ALL, CEILING, MAY_HOLD, NAMED, SHOWS, TRIES

A_DAY, SILENCE, COOLING_OFF = timedelta(hours=24), timedelta(days=30), timedelta(days=30)


class Reference(Rights):
    """The whole model."""

    # -- Accesses ---------------------------------------------------------------------------------------------

    def give(self, actor: str | int, person: str, key: int, right: Right) -> bool:
        """An access or a code. An access is given once, to nobody who is barred, to a team that is there."""
        one = self.people[person]
        if self.oneself(right.to, person, actor) or (
            right.what != ALL and not right.what <= CEILING.get(right.to, ALL)
        ):
            return False
        if right.to in one.blocks and self.knows(actor, person, right.to):
            return False
        if right.kind == "grant":
            if any(other.to == right.to for other in self.seen(actor, person).values()):
                return False
            if isinstance(right.to, int) and (right.to not in one.teams or not self.knows(actor, person, right.to)):
                return False
        if right.kind == "share" and one.state == "suspended":
            return False
        right.made_by = self.hand(actor, person)
        if (
            right.kind == "grant"
            and not right.made_by
            and right.to in {one.rights[k].to for k in one.hidden & {*one.rights}}
        ):
            one.hidden.add(key)
        one.rights[key] = right
        return True

    def change(self, actor: str | int, person: str, key: int, **terms: object) -> bool:
        right = self.people[person].rights[key]
        wide = terms["what"] != ALL and not terms["what"] <= CEILING.get(right.to, ALL)
        if key not in self.seen(actor, person) or wide:
            return False
        vars(right).update(terms)
        return True

    def revoke(self, actor: str | int, person: str, key: int) -> bool:
        return key in self.seen(actor, person) and self.end(self.people[person].rights[key])

    def revoke_all(self, actor: str | int, person: str) -> bool:
        return self.end(*self.open_to(actor, person).values())

    def cancel_code(self, actor: str | int, person: str, key: int) -> bool:
        return key in self.codes_seen(actor, person) and self.end(self.people[person].rights[key])

    def end(self, *what: Right | Holder | Asked) -> bool:
        stood = [one for one in what if self.stands(one)]
        for one in what:
            one.ended = True
        return bool(stood)

    def end_every(self, person: str, *kinds: str, to: str | int | None = None) -> bool:
        rights = self.people[person].rights.values()
        return self.end(*(r for r in rights if self.stands(r) and r.kind in kinds and to in (None, r.to, r.used_by)))

    def team(self, actor: str | int, person: str, key: int, members: frozenset[str]) -> bool:
        one = self.people[person]
        if any(self.oneself(who, person, actor) for who in members):
            return False
        if key in one.teams and not self.knows(actor, person, key):
            return False
        one.teams[key], one.hands[key] = set(members), self.hand(actor, person)
        return True

    def end_team(self, actor: str | int, person: str, team: int) -> bool:
        one = self.people[person]
        if team not in one.teams or not self.knows(actor, person, team):
            return False
        self.end_every(person, "grant", to=team)
        one.over[team] = one.teams.pop(team)
        return True

    def block(self, actor: str | int, person: str, who: str, even: bool) -> bool:
        one = self.people[person]
        if who in one.blocks and self.knows(actor, person, who):
            return False
        # A block that is hidden from who blocks again must not tell of itself: it is theirs now, and stands as it was.
        one.blocks[who], one.hands[who] = even or one.blocks.get(who, False), self.hand(actor, person)
        self.end_every(person, "grant", "share", *(["emergency"] if even else []), to=who)
        for asked in one.asked.values():
            if who in {asked.by} | self.works[asked.by] and self.stands(asked):
                asked.ended = asked.declined = True
        return True

    def lift_block(self, actor: str | int, person: str, who: str) -> bool:
        one = self.people[person]
        if who not in one.blocks or not self.knows(actor, person, who):
            return False
        del one.blocks[who], one.hands[who]
        return True

    def ask(self, who: str, person: str, key: int) -> bool:
        """One request at a time, in an open space, by nobody who is barred. It opens nothing."""
        one = self.people[person]
        mine = [asked for asked in one.asked.values() if asked.by == who and asked.until > self.now]
        waits = any(asked.declined or self.stands(asked) for asked in mine)
        if one.state != "open" or one.dead or waits or self.is_person(who, person):
            return False
        if one.blocks.keys() & ({who} | self.works[who]):
            return False
        one.asked[key] = Asked(who, self.now + SILENCE)
        return True

    def answer(self, actor: str | int, person: str, asked: int, key: int, right: Right | None) -> bool:
        """Yes gives what the person chose; no gives nothing; silence was a no."""
        one = self.people[person]
        by = one.asked[asked].by
        if self.hand(actor, person) and ({by} | self.works[by]) & self.secret_names(person):
            return False
        held = [k for k, r in self.seen(actor, person).items() if r.to == by]
        if not self.stands(one.asked[asked]):
            return False
        if right and held:
            given = self.change(actor, person, held[0], what=right.what, until=right.until, reads=right.reads)
        else:
            given = right is None or self.give(actor, person, key, right)
        one.asked[asked].declined = right is None
        return given and self.end(one.asked[asked])

    def types_code(self, who: str, person: str, key: int) -> bool:
        one, code = self.people[person], self.people[person].rights[key]
        if one.state != "open" or code.tries >= TRIES or not self.stands(code):
            return False
        if code.to not in (None, who):
            code.tries += code.used_by is None
            return False
        if self.is_also.get(who) == code.made_by is not None:
            return False
        before, code.used_by = code.used_by, code.used_by or who
        if self.shown(who, person, key):
            return True
        code.used_by = before
        return False

    def types_wrongly(self, person: str, key: int) -> None:
        code = self.people[person].rights[key]
        if self.people[person].state == "open" and code.tries < TRIES:
            code.tries += code.used_by is None

    def opens_urgently(self, who: str, person: str, key: int) -> bool:
        one = self.people[person]
        runs = any(r.kind == "emergency" and r.to == who and self.stands(r) for r in one.rights.values())
        one.rights[key] = Right("emergency", who, ALL, self.now + A_DAY)
        opens = one.urgent and bool(self.shown(who, person, key))
        if runs or not opens:
            del one.rights[key]
        return opens

    def urgent(self, person: str, allowed: bool) -> bool:
        one = self.people[person]
        changed, one.urgent = one.urgent != allowed, allowed
        if not allowed:
            self.end_every(person, "emergency")
        return changed

    # -- The space, and the end of it -------------------------------------------------------------------------

    def turn(self, person: str, code: str, way: str = "keep") -> bool:
        one = self.people[person]
        before = {"suspend": {"open"}, "resume": {"suspended"}, "close": STANDING, "reopen": CLOSED, "erase": CLOSED}
        if one.state not in before[code]:
            return False
        closed = "erasing" if way == "erase" else "closed"
        one.state = {"suspend": "suspended", "close": closed, "erase": "erasing"}.get(code, "open")
        one.erase_at = {"close": self.now + COOLING_OFF, "erase": self.now}.get(code)
        if code == "close":
            self.end_every(person, "grant", "share", "emergency")
            one.urgent = False
        return True

    def erase_due(self) -> None:
        """What was to be erased is: nothing of that person is left, nor what they held for others."""
        for name, one in self.people.items():
            if one.state == "erasing" and one.erase_at <= self.now:
                self.people[name] = Person(one.fifteen, one.eighteen, dead=one.dead, erased=True)
                self.end(*self.held_by(name))

    def die(self, person: str) -> bool:
        one = self.people[person]
        one.dead = True
        self.end(*(h for h in one.holders.values() if h.kind != "mandate"), *self.held_by(person))
        return True

    def live_again(self, person: str) -> bool:
        was, self.people[person].dead = self.people[person].dead, False
        return was

    # -- Those who act for someone ----------------------------------------------------------------------------

    def represent(self, person: str, key: int, holder: Holder) -> bool:
        """Named by the person, or shown on a proof by who will represent: both of the right age, and alive."""
        one, by, kind = self.people[person], self.people[holder.by], holder.kind
        named = kind in NAMED
        if one.dead or by.dead or holder.by == person or not holder.scopes <= MAY_HOLD[kind]:
            return False
        if any(SHOWS.get(code, code) not in holder.scopes for code in holder.scopes):
            return False
        if named and (not self.of_age(person) or any(h.doubted and h.by == holder.by for h in one.holders.values())):
            return False
        if self.of_age(person) if kind == "parent" else not self.of_age(holder.by):
            return False
        if any(h.lifted and (h.by, h.kind) == (holder.by, kind) for h in one.holders.values()):
            return False
        if kind not in ("trusted", "parent") and not holder.scopes:
            return False
        self.end(*(h for h in one.holders.values() if (h.by, h.kind) == (holder.by, kind)))
        one.holders[key] = holder
        return True

    def mandate(self, person: str, key: int, holder: Holder) -> bool:
        self.end(*(h for h in self.people[person].holders.values() if h.kind == "mandate"))
        self.people[person].holders[key] = holder
        return True

    def give_up(self, actor: str | int, person: str, key: int) -> bool:
        """A representative gives up what they hold; the person ends what they gave, not what the law or a judge did."""
        holders = self.people[person].holders
        acting = holders.get(actor)
        own = acting and acting.kind != "mandate"
        return (key == actor if own else holders[key].kind in NAMED) and self.end(holders[key])

    def lift(self, person: str, key: int) -> bool:
        holder = self.people[person].holders[key]
        holder.lifted = holder.kind not in NAMED and self.end(holder)
        return holder.lifted

    def doubt(self, person: str, key: int) -> bool:
        """It is about someone: all that the person let them do ends."""
        holder = self.people[person].holders[key]
        if holder.kind not in NAMED or not self.stands(holder):
            return False
        for one in self.named_as_well(person, holder):
            one.doubted = self.end(one) or one.doubted
        return True

    def clear_doubt(self, person: str, key: int) -> bool:
        was = self.people[person].holders[key].doubted
        for one in self.named_as_well(person, self.people[person].holders[key]) if was else []:
            one.doubted = False
        return was

    def named_as_well(self, person: str, holder: Holder) -> list[Holder]:
        """All that the person named the same representative to be."""
        return [h for h in self.people[person].holders.values() if h.by == holder.by and h.kind in NAMED]

    def hide(self, person: str, what: frozenset[int | str]) -> bool:
        """A child whom a parent represents may from 15 on."""
        one = self.people[person]
        parents = any(holder.kind == "parent" and self.stands(holder) for holder in one.holders.values())
        if parents and self.now < one.fifteen:
            return False
        one.hidden |= what
        return True

    def show(self, person: str, what: frozenset[int | str]) -> bool:
        one = self.people[person]
        found = bool(one.hidden & what)
        one.hidden -= what
        return found
