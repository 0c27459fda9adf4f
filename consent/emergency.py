"""Emergency access: opened by a professional for someone who allowed it, told to them, then reviewed (design §5)."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from consent import journal, outbox
from consent.acts.base import Fact
from consent.bases import Actor, Basis, BasisRefused, Via, lock_basis
from consent.models import EmergencyAccess, EmergencyConsent
from consent.models.journal_entry import ActorKind
from consent.models.person import find_confirmed
from consent.readers import SHEET, lock_space, reader
from consent.same_time import same_time
from consent.traits import Traits
from consent.wall import opened

OPEN = "emergency.opened"
NOT_ALLOWED = gettext_lazy(
    "L’accès d’urgence n’est pas possible : cette personne ne l’a pas autorisé, ou n’a pas d’espace ici."
)


class ToReview(NamedTuple):
    """An emergency access that nobody has reviewed: numbers and hours, no content."""

    access_id: UUID
    person_id: UUID
    started_at: datetime
    contested_at: datetime | None


def open_access(user: AbstractBaseUser, traits: Traits, reason: str) -> UUID | None:
    """Open the space of the person with exactly these traits for 24 hours; the id of the access.

    None when they did not allow it, or do not exist: both take the same time. The person sees the refused try.
    Opening it again while it runs gives the same access.
    """
    with same_time():
        person_id = find_confirmed(traits)
        if person_id is None:
            return None
        basis = Basis(Via.EMERGENCY, person_id, reader(user))
        try:
            with opened(person_id):
                return _open(user, basis, reason)
        except BasisRefused as refused:
            journal.write_refused(basis, OPEN, refused)
            return None


@transaction.atomic
def _open(user: AbstractBaseUser, basis: Basis, reason: str) -> UUID:
    lock_space(basis.person_id)
    if user.person_id == basis.person_id:
        raise BasisRefused(gettext_lazy("On n’ouvre pas son propre espace par l’accès d’urgence."))
    # Forbidding deletes this row: it waits for this access, which it then ends, or this finds no row.
    if not EmergencyConsent.objects.select_for_update().filter(pk=basis.person_id).exists():
        raise BasisRefused(gettext_lazy("Vous n’aviez pas autorisé l’accès d’urgence."))
    mine = EmergencyAccess.objects.in_force().filter(person_id=basis.person_id, professional=user.professional_id)
    if (running := mine.values_list("pk", flat=True).first()) is not None:
        lock_basis(replace(basis, right_id=running), SHEET)
        return running
    access = EmergencyAccess.objects.create(
        person_id=basis.person_id, professional_id=user.professional_id, reason=reason
    )
    # Whatever every reading by it asks (no block that holds in an emergency too) is asked here already.
    lock_basis(replace(basis, right_id=access.pk), SHEET)
    journal.write_event(basis, OPEN, access_facts(access, reason), person_id=basis.person_id)
    outbox.put("emergency-told", access.pk, basis.person_id)
    return access.pk


def access_facts(access: EmergencyAccess, reason: str) -> list[Fact]:
    """An emergency access in words, in French: it is kept."""
    with override("fr"):
        return [
            (_("Raison écrite par le professionnel"), reason),
            (_("Ouvert"), _("tout le contenu de l’espace")),
            (_("Jusqu’au"), date_format(timezone.localtime(access.ends_at), _("j F Y à H:i"))),
        ]


def waiting_for_review(most: int = 100) -> list[ToReview]:
    """The accesses that nobody has reviewed yet: contested ones first, then the oldest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM emergencies_to_review(%s)", [most])
        return [ToReview(*row) for row in cursor.fetchall()]


def reviewed(access_id: UUID, by: AbstractBaseUser, words: str) -> bool:
    """Record what the auditor found; the person reads it in their history. False when it was reviewed already.

    Raises `EmergencyAccess.DoesNotExist`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT emergency_person(%s)", [access_id])
        person_id = cursor.fetchone()[0]
    with opened(person_id):
        access = EmergencyAccess.objects.select_for_update().get(pk=access_id)
        if access.reviewed_at is not None:
            return False
        access.reviewed_at, access.reviewed_by, access.review = timezone.now(), by.pk, words
        access.save(update_fields=["reviewed_at", "reviewed_by", "review"])
        auditor = Basis(Via.SERVICE, person_id, Actor(ActorKind.AUDITOR, by.pk))
        with override("fr"):
            started = date_format(timezone.localtime(access.started_at), _("j F Y à H:i"))
            facts = [(_("Accès d’urgence du"), started), (_("Ce que le contrôle a trouvé"), words)]
        journal.write_event(auditor, "emergency.reviewed", facts, person_id=person_id)
    return True
