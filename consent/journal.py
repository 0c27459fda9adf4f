"""Writing the journal: one entry for each act, each read by someone else, each refused try (rule 5)."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from consent.bases import Actor, Basis, BasisRefused
from consent.crypto.person_key import KeyDestroyed
from consent.models.journal_entry import ActorKind, JournalEntry, Nature, Outcome
from consent.nearness import ties_of
from consent.seal.entry import bind
from consent.telling import follow_read
from consent.wall import opened

# Whose account a trace does not keep: it would lead to whom a person was, once they are erased. Whose act it was, the
# entry says by its person.
WITHOUT_ACCOUNT = frozenset({ActorKind.PERSON, ActorKind.PUBLIC})

if TYPE_CHECKING:
    from consent.acts.base import Effect

Fact = tuple[str, str]
# A read by somebody who may be close to the person: see consent/nearness.py.
NEAR = "signal.near"


def write_act(basis: Basis, code: str, effect: "Effect", *, person_id: UUID | None, request_id: UUID) -> JournalEntry:
    """The entry of an act that was done. The wall must be open for `person_id`."""
    details = _words(effect.facts)
    if effect.subject_id and person_id:
        details["subject"] = str(effect.subject_id)
    return _write(basis, Nature.ACT, code, Outcome.DONE, details, person_id, request_id)


def write_read(basis: Basis, code: str, facts: list[Fact]) -> JournalEntry:
    """The entry of a read, written and committed before anything is sent (see `consent/reading.py`).

    Whom the person wants to be told of is told after the commit (`consent/telling.py`), and that the reader may be
    close to them is signalled beside it.
    """
    entry = _write(basis, Nature.READ, code, Outcome.DONE, _words(facts), basis.person_id)
    ties = ties_of(basis)
    if follow_read(basis, entry, near=bool(ties)):
        # For the person and the auditor. Not of the visit: the agent holds its list, and is not told of the signal.
        facts = [(_("Ce lecteur vous est peut-être proche"), tie) for tie in ties]
        write_event(replace(basis, visit_id=None), NEAR, facts, person_id=basis.person_id)
    return entry


def write_event(basis: Basis, code: str, facts: list[Fact], *, person_id: UUID | None) -> JournalEntry:
    """The entry of something that happened around acts: a visit began, a mandate was signed, an erasure."""
    return _write(basis, Nature.EVENT, code, Outcome.DONE, _words(facts), person_id)


def write_refused(basis: Basis, code: str, refused: BasisRefused) -> None:
    """The entry of a try that found no basis; the person sees it, with the reason. Opens the wall to write.

    One try leaves one entry, whoever catches it first.
    """
    if refused.journaled:
        return
    refused.journaled = True
    with override("fr"):
        details = {"facts": [], "reason": str(refused.kept)}
    try:
        with opened(basis.person_id):
            _write(basis, Nature.ACT, code, Outcome.REFUSED, details, basis.person_id)
    except KeyDestroyed:
        # The person was erased meanwhile: the try is kept, about nobody.
        with opened(None):
            _write(basis, Nature.ACT, code, Outcome.REFUSED, details, None)


def machine() -> Actor:
    """The service itself, acting by the clock."""
    return Actor(ActorKind.MACHINE)


def kept_facts(facts: list[Fact]) -> list[list[str]]:
    """Facts as the journal keeps them: in French whatever the page's language, for it is one record for everyone."""
    with override("fr"):
        return [[str(label), str(value)] for label, value in facts]


def _words(facts: list[Fact]) -> dict[str, Any]:
    return {"facts": kept_facts(facts)}


def _reader(basis: Basis, person_id: UUID | None) -> dict[str, Any]:
    """Who acted, in words, for the person to keep: an agent is told by their counter alone."""
    words = basis.actor.words
    if words is None or person_id is None or basis.actor.kind == ActorKind.AGENT:
        return {}
    return {"reader": asdict(words)}


def _write(
    basis: Basis,
    nature: Nature,
    code: str,
    outcome: Outcome,
    details: dict[str, Any],
    person_id: UUID | None,
    request_id: UUID | None = None,
) -> JournalEntry:
    entry = JournalEntry(
        person_id=person_id,
        nature=nature,
        code=code,
        outcome=outcome,
        via=basis.via,
        actor_kind=basis.actor.kind,
        actor_id=None if basis.actor.kind in WITHOUT_ACCOUNT else basis.actor.id,
        counter_number=basis.actor.counter_number,
        basis_reference=basis.reference,
        visit_id=basis.visit_id,
        request_id=request_id,
        details={**details, **_reader(basis, person_id)},
    )
    bind(entry)
    entry.save(force_insert=True)
    return entry
