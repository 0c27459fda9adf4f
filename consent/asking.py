"""A professional asks a person for an access: the other side of `consent/acts/request.py`."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import override

from consent import journal, outbox
from consent.acts.request import request_facts
from consent.bases import Basis, BasisRefused
from consent.models import AccessRequest, Block, Person, Professional, Space, SpaceState
from consent.models.access_request import Answer
from consent.models.grant import Category
from consent.professions import ceiling
from consent.readers import BLOCKED_WORDS, not_open

TOPIC = "access-asked"
ASKED = "request.asked"


def ask(
    basis: Basis,
    professional: Professional,
    *,
    categories: Collection[Category],
    reason: str,
    can_deposit: bool = False,
    establishment_ids: Collection[int] = (),
) -> UUID | None:
    """Ask the person of this basis for an access; the request's id, or None when nothing is asked.

    Nothing is asked of someone whose death is on record, by a profession that can be shown nothing, or of whom they
    asked already, be it waiting or declined, less than 30 days ago: a no is not
    asked again. Raises `BasisRefused`, which the person is to see, when their space is not open, or they blocked this
    professional or a place where they work. The professional is told the same in every case. Call it with
    the wall open for the person, whose row it locks: two requests at once take turns.
    """
    person = Person.objects.select_for_update(no_key=True).filter(pk=basis.person_id).first()
    mine = {"person_id": basis.person_id, "professional": professional}
    if (
        person is None
        or person.frozen_at is not None
        or not ceiling(professional.profession)
        or AccessRequest.objects.fresh().exclude(answer=Answer.ACCEPTED).filter(**mine).exists()
    ):
        return None
    state = Space.objects.filter(pk=basis.person_id).values_list("state", flat=True).first()
    if state != SpaceState.OPEN:
        raise not_open(state)
    if Block.objects.standing().filter(person_id=person.pk).against(professional.pk, establishment_ids).exists():
        raise BasisRefused(BLOCKED_WORDS)
    asked = AccessRequest.objects.create(
        **mine, categories=sorted(categories), can_read=True, can_deposit=can_deposit, reason=reason
    )
    with override("fr"):
        journal.write_event(basis, ASKED, request_facts(asked), person_id=person.pk)
    outbox.put(TOPIC, asked.pk, person.pk)
    return asked.pk
