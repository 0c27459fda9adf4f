"""What an agent sees of a person during a visit: how things stand and what can be done, never health content."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assistance import visits
from assistance.doors.counter import CounterDoor
from assistance.mandates import scope_words
from assistance.models import Mandate
from assistance.models.visit import IDLE
from consent.acts.base import Act
from consent.acts.registry import all_acts, by_noun
from consent.bases import AFTER_DEATH, FROZEN_WORDS, SUSPENDED_WORDS, Via
from consent.days import day_words, moment_words
from consent.models import JournalEntry, Person, Space
from consent.models.journal_entry import Nature, Outcome
from consent.models.refusal import refused_on
from consent.models.space import STANDING, SpaceState
from consent.trace.history import what_words

# What is done in a visit and is no act.
DONE_EVENTS = {"mandate.signed", "letter.handed"}
Row = tuple[str | Promise, str | Promise]


@dataclass
class Group:
    """Acts that can, or cannot, be done for one same reason. `reason` is empty when they can."""

    title: str
    acts: list[Act] = field(default_factory=list)
    reason: str | Promise = ""

    def links(self, door: CounterDoor) -> dict[str, list[tuple[str, str | Promise]]]:
        """The address and the words of each act, by what they are about."""
        groups = by_noun(self.acts).items()
        return {about: [(door.act_url(act.code), act.label) for act in acts] for about, acts in groups}


@dataclass(frozen=True)
class Done:
    """One thing done in the visit: its hour, its words, whether it was refused, and the id of its receipt."""

    at: str
    words: str
    refused: bool
    receipt_id: object | None


def rows(door: CounterDoor, refused_day: str) -> list[Row]:
    """How things stand, line by line."""
    visit = door.visit
    idle_at = timezone.localtime(visit.last_seen_at + IDLE)
    lines: list[Row] = [
        (_("Guichet"), str(visit.counter)),
        (_("Visite commencée"), moment_words(visit.opened_at)),
        (
            _("Fin sans activité"),
            _("dans %(minutes)d minutes, à %(hour)s")
            % {"minutes": IDLE.total_seconds() // 60, "hour": date_format(idle_at, "H:i")},
        ),
        (_("Pièce vue"), visits.document_words(visit)),
        (_("Espace"), space_words(door.person)),
        (_("Mandat"), mandate_words(door.mandate)),
    ]
    return [*lines, (_("Refus"), _("enregistré le %s") % refused_day)] if refused_day else lines


def space_words(person: Person | None) -> str:
    """Whether there is a space, in words; or that a death is on record."""
    if is_frozen(person):
        return str(FROZEN_WORDS)
    space = space_of(person)
    if space is None:
        return _("aucun")
    return str(space.get_state_display())


def is_frozen(person: Person | None) -> bool:
    """Whether a death of this person is on record: nothing is done for them but taking a mistake back."""
    return person is not None and person.frozen_at is not None


def space_of(person: Person | None) -> Space | None:
    """The space that was read with the person, if there is one."""
    return getattr(person, "space", None) if person else None


def mandate_words(mandate: Mandate | None) -> str:
    """The mandate in force in words, or that there is none."""
    if mandate is None:
        return _("aucun mandat en vigueur à ce guichet")
    return _("%(reference)s, jusqu’au %(end)s, pour : %(acts)s") % {
        "reference": mandate.reference,
        "end": moment_words(mandate.ends_at),
        "acts": scope_words(mandate.scopes),
    }


def refused_day(door: CounterDoor) -> str:
    """The day on which the person refused any space; empty if they did not, or have a space."""
    if space_of(door.person) is not None:
        return ""
    traits = door.traits or visits.typed_traits(door.visit.pk)
    day = refused_on(traits) if traits else None
    return day_words(day) if day else ""


def groups(door: CounterDoor) -> list[Group]:
    """The acts of the registry that the counter serves: what can be done now, and what cannot and why."""
    if is_frozen(door.person):
        alive = [act for act in all_acts() if act.code in AFTER_DEATH and Via.PRESENCE in act.bases]
        return [Group(_("La personne étant présente"), alive)]
    space = space_of(door.person)
    state = SpaceState(space.state) if space else None
    under = Group(_("Sous le mandat %s") % door.mandate.reference if door.mandate else "")
    present = Group(_("La personne étant présente"))
    closed = Group(_("Pas maintenant"), reason=_("Il n’y a pas d’espace ouvert."))
    suspended = Group(_("Espace suspendu"), reason=SUSPENDED_WORDS)
    not_covered = Group(_("Pas prévu"), reason=door.why_not())
    for act in all_acts():
        # What makes no sense now is left out; what an open space would allow is said to be for later.
        if CounterDoor.serves(act) and (act.offered(state) or act.needs_space):
            covered = Via.MANDATE in act.bases and door.covers(act.code)
            stopped = covered and door.stopped(act)
            if stopped and Via.PRESENCE not in act.bases:
                group = suspended
            elif not covered and Via.PRESENCE not in act.bases:
                group = not_covered
            elif act.needs_space and (space is None or space.state not in STANDING):
                group = closed
            elif door.person is None and not act.creates_person:
                continue
            else:
                group = under if covered and not stopped else present
            group.acts.append(act)
    return [group for group in (under, present, suspended, closed, not_covered) if group.acts]


def presence_only(door: CounterDoor) -> Group:
    """What can still be done when the mandate is over: by the person's presence."""
    found = Group(_("La personne étant présente"))
    found.acts = [act for act in all_acts() if act.creates_person and Via.PRESENCE in act.bases]
    return found


def done(entries: Iterable[JournalEntry]) -> list[Done]:
    """What was done in a visit, in words."""
    lines = []
    for entry in entries:
        if entry.nature == Nature.ACT or entry.code in DONE_EVENTS:
            words = what_words(entry.code)
            receipt = getattr(entry, "receipt", None)
            if entry.code == "letter.handed":
                words = f"{words} ({entry.details['facts'][0][1]})"
            hour = date_format(timezone.localtime(entry.at), "H:i")
            lines.append(Done(hour, words, entry.outcome == Outcome.REFUSED, receipt.pk if receipt else None))
    return lines
