"""How representations end by an event: the death of either, or the erasure of either (see also `acts/`)."""

from uuid import UUID

from consent import journal, outbox
from consent.bases import Basis, Via
from consent.erasure import keeps_identity, on_erase
from consent.models.representation import EndReason, Representation, Represented
from consent.representing import representations_of
from consent.wall import opened


def end_all(person_id: UUID, reason: EndReason, basis: Basis) -> int:
    """End every representation of this person, and every one that they hold; how many. Each row is locked.

    Those whom they represented have it in their own trace.
    """
    ended = 0
    with opened(person_id):
        for row in Representation.objects.in_force().select_for_update().filter(person_id=person_id).order_by("pk"):
            row.end(reason)
            ended += 1
    for held in representations_of(person_id):
        if held.in_force:
            ended += _end_held(held.id, held.person_id, reason, basis)
    return ended


def _end_held(representation_id: UUID, person_id: UUID, reason: EndReason, basis: Basis) -> int:
    with opened(person_id):
        row = Representation.objects.in_force().select_for_update().filter(pk=representation_id).first()
        if row is None:
            return 0
        row.end(reason)
        # Why is the other one's private matter: a death is not told this way, nor an erasure.
        told = Basis(basis.via, person_id, journal.machine())
        entry = journal.write_event(told, "representation.ended", [], person_id=person_id)
        outbox.put("told", entry.pk, person_id)
        return 1


@on_erase
def erase(person_id: UUID) -> list[str]:
    """What others keep because of this person: the representations they hold end, their name goes from elsewhere."""
    service = Basis(Via.SERVICE, person_id, journal.machine())
    for held in representations_of(person_id):
        _end_held(held.id, held.person_id, EndReason.ERASED, service)
        with opened(held.person_id):
            row = Representation.objects.select_for_update().filter(pk=held.id).first()
            if row is None:
                continue
            if row.ended_at is None:
                # Its date had come: it stood no more, and nothing is told.
                row.end(EndReason.ERASED)
            row.name = "–"
            row.save(update_fields=["name"])
    for row in Representation.objects.filter(person_id=person_id):
        with opened(row.representative_id):
            Represented.objects.filter(pk=row.pk).delete()
    return []


@keeps_identity
def needs(person_id: UUID) -> bool:
    """Someone represented, or who represents, is someone whose identity is kept (design §5)."""
    if Representation.objects.in_force().filter(person_id=person_id).exists():
        return True
    return any(held.in_force for held in representations_of(person_id))
