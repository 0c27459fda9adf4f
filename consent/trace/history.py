"""The journal in words that a person understands: who, what, how, by what right. The one place for these words.

Upper apps add the words of their own events and the names of their counters, so that consent never imports them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Expression, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.registry import all_acts, get_act
from consent.bases import VIA_WORDS, Via
from consent.models.journal_entry import ActorKind, JournalEntry, Nature, Outcome
from consent.trace.kept import facts_of, shown

Words = str | Promise

ACTOR_WORDS: dict[ActorKind, Words] = {
    ActorKind.PERSON: gettext_lazy("la personne elle-même"),
    ActorKind.REPRESENTATIVE: gettext_lazy("un représentant"),
    ActorKind.AGENT: gettext_lazy("un agent de guichet"),
    ActorKind.CLERK: gettext_lazy("le service courrier"),
    ActorKind.PROFESSIONAL: gettext_lazy("un professionnel de santé"),
    ActorKind.MACHINE: gettext_lazy("le service, automatiquement"),
    ActorKind.PUBLIC: gettext_lazy("une personne non identifiée"),
    ActorKind.AUDITOR: gettext_lazy("le délégué à la protection des données"),
}
# What the codes of events are about: what stands before their point. Acts say it themselves.
_kinds: dict[str, Words] = {
    "account": gettext_lazy("Mon compte en ligne"),
    "case": gettext_lazy("Les réponses à mes demandes"),
    "retention": gettext_lazy("Ce qui n’est plus gardé"),
    "sheet": gettext_lazy("Les lectures par des professionnels"),
    "signal": gettext_lazy("Ce qui est signalé au délégué à la protection des données"),
}
_events: dict[str, Words] = {
    "account.linked": gettext_lazy("Compte en ligne relié"),
    "account.code": gettext_lazy("Code demandé par courrier"),
    "request.asked": gettext_lazy("Demande d’accès d’un professionnel"),
    "space.erased": gettext_lazy("Espace effacé"),
    "person.erased": gettext_lazy("Identité effacée"),
    "retention.removed": gettext_lazy("Gardé assez longtemps, supprimé"),
    "space.read": gettext_lazy("Votre espace ouvert par qui vous représente"),
    "sheet.read": gettext_lazy("Identité et fiche d’urgence lues"),
    "emergency.opened": gettext_lazy("Accès d’urgence ouvert"),
    "emergency.looked": gettext_lazy("Accès d’urgence lu par le délégué qui le contrôle"),
    "emergency.reviewed": gettext_lazy("Accès d’urgence contrôlé"),
    "signal.near": gettext_lazy("Lecture par quelqu’un qui vous est peut-être proche, signalée au délégué"),
    "block.ended": gettext_lazy("Accès que vous cachez, retiré par un blocage de qui vous représente"),
    "share-code.used": gettext_lazy("Code de partage utilisé"),
    "representation.entered": gettext_lazy("Votre représentant est entré dans votre espace"),
    "representation.opened": gettext_lazy("Représentation ouverte sur justificatif"),
    "representation.ended": gettext_lazy("Représentation terminée"),
    "history.read": gettext_lazy("Votre historique a été lu"),
}
_beside: dict[str, Expression] = {}


def name_events(events: Mapping[str, Words], kinds: Mapping[str, Words] | None = None) -> None:
    """Add the words of the events (and of the kinds of codes) of an upper app."""
    _events.update(events)
    _kinds.update(kinds or {})


def kinds() -> dict[str, Words]:
    """What a code can be about, by what stands before its point."""
    return {act.code.partition(".")[0]: act.about for act in all_acts()} | _kinds


def name_counters(name: Expression) -> None:
    """Say what names the counter of a trace, in the query of the traces themselves."""
    _beside["counter_name"] = name


def with_counters(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    """The same traces, each with the name of its counter: for words that say who did it."""
    return entries.annotate(**_beside)


def event_words(code: str) -> str:
    """What a code is, when it is no act: a visit, a signature, a read."""
    return str(_events.get(code, code))


def what_words(code: str) -> str:
    """What was done, or tried."""
    act = get_act(code)
    return str(act.label) if act else event_words(code)


def how_words(entry: JournalEntry) -> str:
    """By what right, with the reference of the paper where there is one."""
    if entry.actor_kind in (ActorKind.MACHINE, ActorKind.AUDITOR):
        return ""
    if entry.actor_kind == ActorKind.PROFESSIONAL and (entry.via == Via.SERVICE or entry.outcome == Outcome.REFUSED):
        return ""  # who asks has no right yet; whose try was refused had none
    if entry.actor_kind == ActorKind.REPRESENTATIVE and entry.via == Via.REPRESENTATION:
        return ""  # who acted says it
    if entry.actor_kind == ActorKind.PERSON and entry.via == Via.SELF:
        return _("en ligne")
    words = str(VIA_WORDS.get(entry.via, entry.via))
    return f"{words} ({entry.basis_reference})" if entry.basis_reference else words


def who_words(entry: JournalEntry) -> str:
    """Who did it, with what was known of them at that moment; an agent is told by their counter, never by name.

    The counter is named where the traces came by `with_counters`, and numbered otherwise.
    """
    if entry.counter_number is not None and entry.actor_kind == ActorKind.AGENT:
        return _("un agent du guichet %s") % (getattr(entry, "counter_name", None) or entry.counter_number)
    if reader := entry.details.get("reader"):
        more = ", ".join(word for word in (reader["profession"], reader["place"]) if word)
        return f"{reader['name']} ({more})" if more else reader["name"]
    return str(ACTOR_WORDS[ActorKind(entry.actor_kind)])


def done_facts(entry: JournalEntry) -> list[tuple[str, str]]:
    """Who did it, and by what right unless who did it says so."""
    how = how_words(entry)
    return [(_("Fait par"), who_words(entry)), *([(_("De quelle façon"), how)] if how else [])]


def is_by_other(entry: JournalEntry) -> bool:
    """Whether a human other than the person did it (or tried)."""
    himself = entry.actor_kind == ActorKind.PERSON and entry.via == Via.SELF
    return not himself and entry.actor_kind != ActorKind.MACHINE


@dataclass(frozen=True)
class Line:
    """One trace as it is shown. `at` is in the service's time zone."""

    id: UUID
    at: datetime
    what: str
    who: str
    how: str
    facts: list[tuple[str, str]]
    refused: bool
    reason: str
    by_machine: bool
    by_other: bool
    is_read: bool


def lines_of(entries: Iterable[JournalEntry]) -> list[Line]:
    """These traces in words; the wall must be open for their person."""
    return [_line(entry) for entry in entries]


def _line(entry: JournalEntry) -> Line:
    return Line(
        id=entry.pk,
        at=timezone.localtime(entry.at),
        what=what_words(entry.code),
        who=who_words(entry),
        how=how_words(entry),
        facts=facts_of(entry),
        refused=entry.outcome == Outcome.REFUSED,
        reason=shown(entry.details.get("reason", "")),
        by_machine=entry.actor_kind == ActorKind.MACHINE,
        by_other=is_by_other(entry),
        is_read=entry.nature == Nature.READ,
    )
