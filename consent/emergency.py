"""Emergency access: opened by a professional for someone who allowed it, told to them, then reviewed (design §5)."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from consent import explanations, journal, outbox
from consent.acts.base import Fact
from consent.bases import Actor, Basis, BasisRefused, Via, lock_basis
from consent.days import moment_words
from consent.models import EmergencyAccess, EmergencyConsent
from consent.models.emergency import Finding
from consent.models.journal_entry import ActorKind
from consent.models.person import find_confirmed
from consent.readers import SHEET, lock_space, reader
from consent.same_time import same_time
from consent.telling import told_otherwise
from consent.traits import Traits
from consent.wall import opened

OPEN, REVIEWED = "emergency.opened", "emergency.reviewed"
NOT_ALLOWED = gettext_lazy(
    "L’accès d’urgence n’est pas possible : cette personne ne l’a pas autorisé, ou n’a pas d’espace ici."
)


class ToReview(NamedTuple):
    """An emergency access that nobody has reviewed: numbers and hours, no content."""

    access_id: UUID
    person_id: UUID
    started_at: datetime
    contested_at: datetime | None
    finding: str
    explained_at: datetime | None


class ReviewCounts(NamedTuple):
    """How many accesses wait for the auditor; of these, how many are contested, have an explanation to come, have it."""

    waiting: int
    contested: int
    to_explain: int
    explained: int


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
    told_otherwise(basis, access.pk)
    return access.pk


def access_facts(access: EmergencyAccess, reason: str) -> list[Fact]:
    """An emergency access in words, in French: it is kept."""
    with override("fr"):
        return [
            (_("Raison écrite par le professionnel"), reason),
            (_("Ouvert"), _("tout le contenu de l’espace")),
            (_("Jusqu’au"), moment_words(access.ends_at)),
        ]


def waiting_for_review(most: int = 100, past: int = 0) -> list[ToReview]:
    """The accesses that nobody has done reviewing: contested ones first, then the oldest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM emergencies_to_review(%s, %s)", [most, past])
        return [ToReview(*row) for row in cursor.fetchall()]


def review_counts() -> ReviewCounts:
    """The figures of that queue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM emergency_counts()")
        return ReviewCounts(*cursor.fetchone())


def person_of(access_id: UUID) -> UUID:
    """Whose emergency access this is. Raises `EmergencyAccess.DoesNotExist`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT emergency_person(%s)", [access_id])
        person_id = cursor.fetchone()[0]
    if person_id is None:
        raise EmergencyAccess.DoesNotExist
    return person_id


def review_basis(access_id: UUID, by: AbstractBaseUser) -> Basis:
    """The basis on which the auditor looks at one access. Raises `EmergencyAccess.DoesNotExist`."""
    return Basis(Via.SERVICE, person_of(access_id), Actor(ActorKind.AUDITOR, by.pk), right_id=access_id)


def reviewed(access_id: UUID, by: AbstractBaseUser, finding: Finding, words: str, question: str = "") -> bool:
    """Record what the auditor found; the person reads it in their history, and is told by their channel.

    What is to be explained stays in the queue, and the professional is asked the question.
    False when it was reviewed already, or just so.
    Raises `EmergencyAccess.DoesNotExist`, and `BasisRefused`, which is journaled.
    """
    basis = review_basis(access_id, by)
    try:
        with opened(basis.person_id), transaction.atomic():
            lock_basis(basis, REVIEWED)
            return _review(basis, finding, words, question)
    except BasisRefused as refused:
        journal.write_refused(basis, REVIEWED, refused)
        raise


def _review(basis: Basis, finding: Finding, words: str, question: str) -> bool:
    access = EmergencyAccess.objects.select_for_update().get(pk=basis.right_id)
    # A contest since the last review asks for one more, be it in the same words.
    asked_already = access.finding == Finding.EXPLAIN and _just_so(access, basis, finding, words, question)
    if access.reviewed_at is not None or asked_already:
        return False
    if finding is Finding.EXPLAIN:
        explanations.ask_of_access(basis, access, question)
    access.reviewed_at = None if finding is Finding.EXPLAIN else timezone.now()
    access.reviewed_by, access.finding, access.review = basis.actor.id, finding, words
    access.save(update_fields=["reviewed_at", "reviewed_by", "finding", "review"])
    with override("fr"):
        started = moment_words(access.started_at)
        facts = [
            (_("Accès d’urgence du"), started),
            (_("Ce que le contrôle a trouvé"), str(finding.label)),
            (_("Ce que le délégué en dit"), words),
        ]
    journal.write_event(basis, REVIEWED, facts, person_id=basis.person_id)
    outbox.put("emergency-reviewed", access.pk, basis.person_id)
    return True


def _just_so(access: EmergencyAccess, basis: Basis, finding: Finding, words: str, question: str) -> bool:
    """Whether this is the last review again: the same form sent twice."""
    if (access.finding, access.review, access.reviewed_by) != (finding, words, basis.actor.id):
        return False
    return [one.question for one in explanations.of_access(access.pk)][:1] == [question]
