"""How a mandate comes into force and ends, whoever asks (design §6)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from assistance.bases import lock_visit
from assistance.models import Counter, Duration, EndReason, Mandate, MandateState, Signer, Visit
from assistance.models.mandate import SIGN_WITHIN
from consent import journal, outbox
from consent.acts.base import BusinessError
from consent.acts.registry import get_act
from consent.ages import MAJORITY, reaches
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.days import day_words
from consent.endings import BEFORE
from consent.models import Person
from consent.models.journal_entry import ActorKind
from consent.wall import opened

EVIDENCE = {
    "scan": gettext_lazy("le mandat signé, numérisé"),
    "attested": gettext_lazy("l’original signé, vu par deux agents"),
}


@dataclass(frozen=True)
class Waiting:
    """A mandate that waits for its signature, as the agents of its counter see it."""

    reference: str
    drafted_at: datetime
    drafted_by: UUID | None


def find_by_reference(reference: str) -> tuple[UUID, UUID, int] | None:
    """The id, person id and counter number of the mandate with this reference, whatever its state; or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mandate_id, person_id, counter_number FROM mandate_of_reference(%s)", [reference])
        return cursor.fetchone()


def scope_words(scopes: list[str]) -> str:
    """The acts of a mandate, in words."""
    return ", ".join(str(act.label).lower() if (act := get_act(code)) else code for code in scopes)


def mandate_facts(mandate: Mandate) -> list[tuple[str, str]]:
    """A mandate in words."""
    facts = [
        (_("Mandat"), mandate.reference),
        (_("Donné à"), str(mandate.counter)),
        (_("Pour"), scope_words(mandate.scopes)),
        (_("Durée"), str(mandate.get_duration_display())),
    ]
    if mandate.ends_at:
        facts.append((_("Jusqu’au"), day_words(mandate.ends_at)))
    return facts


def put_in_force(mandate: Mandate, evidence: str) -> None:
    """The mandate is signed: it stands from now on, in place of an older one to the same counter.

    The caller holds the locks on person and mandate.
    """
    older = Mandate.objects.select_for_update().filter(
        person_id=mandate.person_id, counter_id=mandate.counter_id, state=MandateState.IN_FORCE
    )
    for other in older.exclude(pk=mandate.pk):
        expired = other.ends_at <= timezone.now()
        other.advance(MandateState.ENDED, reason=EndReason.EXPIRED if expired else EndReason.REPLACED)
    mandate.evidence = evidence
    mandate.advance(MandateState.IN_FORCE)
    if mandate.signer == Signer.PARENT and (of_age := reaches(mandate.person.birth_date, MAJORITY)) < mandate.ends_at:
        mandate.ends_at = of_age
        mandate.save(update_fields=["ends_at"])


def print_once(mandate_id: UUID, person_id: UUID) -> None:
    """The mandate goes to the printer: a draft becomes printed, anything else stays what it is."""
    with transaction.atomic(), opened(person_id):
        mandate = Mandate.objects.select_for_update().get(pk=mandate_id)
        if mandate.state == MandateState.DRAFT:
            mandate.advance(MandateState.PRINTED)


def sign(
    mandate_id: UUID, person_id: UUID, basis: Basis, *, evidence: str, scan: str = "", attested_by: UUID | None = None
) -> Mandate:
    """The signed paper was matched or attested: the mandate comes into force, with its trace.

    Signing twice gives the same mandate. Raises `BusinessError` if it can no longer be signed, `BasisRefused`
    when the visit in which a scan was made is over.
    """
    with transaction.atomic(), opened(person_id):
        Person.objects.select_for_update(no_key=True).get(pk=person_id)
        mandate = Mandate.objects.select_for_update(of=("self",)).select_related("counter").get(pk=mandate_id)
        if mandate.state == MandateState.IN_FORCE:
            return mandate
        if evidence == "scan" and basis.visit_id:
            lock_visit(replace(basis, person_id=person_id))
        if reason := why_not_signable(mandate):
            raise BusinessError(reason)
        mandate.scan, mandate.attested_by_id = scan, attested_by
        put_in_force(mandate, evidence)
        with override("fr"):
            facts = [*mandate_facts(mandate), (_("Preuve"), str(EVIDENCE[evidence]))]
        entry = journal.write_event(basis, "mandate.signed", facts, person_id=person_id)
        if basis.visit_id is None:
            # What is signed during a visit is told with the visit; the rest by itself.
            outbox.put("told", entry.pk, person_id)
        return mandate


def why_not_signable(mandate: Mandate) -> str:
    """Why a mandate cannot come into force by a signature, in words; empty when it can. The wall is open."""
    if mandate.state == MandateState.IN_FORCE:
        return _("Ce mandat est déjà en vigueur.")
    if mandate.state == MandateState.ENDED or mandate.drafted_at <= timezone.now() - SIGN_WITHIN:
        return _("Ce mandat ne peut plus être signé : il est terminé, ou a plus de 7 jours. Préparez-en un nouveau.")
    if mandate.duration == Duration.VISIT and visit_going_on(mandate) is None:
        return _("Ce mandat valait pour une visite, qui est terminée. Préparez-en un nouveau.")
    return ""


def visit_going_on(mandate: Mandate) -> UUID | None:
    """The visit in which this mandate was prepared at its counter, if it is not over. The wall is open."""
    visits = Visit.objects.filter(
        person_id=mandate.person_id, counter_id=mandate.counter_id, opened_at__lte=mandate.drafted_at
    )
    return visits.filter(ended_at__isnull=True).order_by("opened_at").values_list("pk", flat=True).last()


def attest(mandate_id: UUID, person_id: UUID, user: AbstractBaseUser, counter: Counter) -> Mandate:
    """A second agent of the counter saw the signed original: the mandate comes into force.

    The caller checked their right to assist at this counter. Raises `BasisRefused`, kept in the journal, for the
    agent who prepared it and for the person themselves; `BusinessError` if it can no longer be signed.
    """
    with opened(person_id):
        mandate = Mandate.objects.get(pk=mandate_id)
        basis = signing_basis(user, counter, mandate.reference, visit_going_on(mandate))
    if reason := why_not_attest(mandate, user):
        refused = BasisRefused(reason)
        journal.write_refused(replace(basis, person_id=person_id), "mandate.signed", refused)
        raise refused
    return sign(mandate_id, person_id, basis, evidence="attested", attested_by=user.pk)


def why_not_attest(mandate: Mandate, user: AbstractBaseUser) -> str | Promise:
    """Why this agent may not be the one who attests; empty when they may."""
    if mandate.drafted_by_id == user.pk:
        return gettext_lazy("Vous avez préparé ce mandat : c’est à un collègue du même guichet de l’attester.")
    if user.person_id is not None and user.person_id == mandate.person_id:
        return gettext_lazy("Ce mandat est le vôtre : on n’atteste pas pour soi-même. Un collègue le fera.")
    return ""


def end_with_visit(person_id: UUID | None, visit: QuerySet[Visit]) -> list[str]:
    """End the mandates in force that were given for this visit alone; their references.

    `visit` finds it while it goes on. The caller holds the lock on the person.
    """
    if person_id is None:
        return []
    given = Mandate.objects.select_for_update().filter(
        person_id=person_id, counter_id__in=visit.values("counter_id"),
        state=MandateState.IN_FORCE, duration=Duration.VISIT,
    )  # fmt: skip
    ended = list(given)
    for mandate in ended:
        mandate.advance(MandateState.ENDED, reason=EndReason.EXPIRED)
    return [mandate.reference for mandate in ended]


def to_sign(numbers: list[int]) -> dict[int, list[Waiting]]:
    """The mandates that wait for a signature at these counters, the latest first, in one query."""
    since = timezone.now() - SIGN_WITHIN
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.number, m.reference, m.drafted_at, m.drafted_by FROM unnest(%s::int[]) AS c(number), "
            "mandates_to_sign(c.number, %s) m ORDER BY m.drafted_at DESC",
            [numbers, since],
        )
        found: dict[int, list[Waiting]] = {number: [] for number in numbers}
        for number, *row in cursor.fetchall():
            found[number].append(Waiting(*row))
    return found


def ending_soon(numbers: list[int]) -> dict[int, list[tuple[str, datetime]]]:
    """The mandates of these counters that end within two weeks, by reference and end alone, in one query."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.number, m.reference, m.ends_at FROM unnest(%s::int[]) AS c(number), "
            "mandates_ending_at(c.number, %s, %s) m ORDER BY m.ends_at, m.reference",
            [numbers, now, now + BEFORE],
        )
        found: dict[int, list[tuple[str, datetime]]] = {number: [] for number in numbers}
        for number, *row in cursor.fetchall():
            found[number].append(tuple(row))
    return found


def signing_basis(user: AbstractBaseUser, counter: Counter, mandate_reference: str, visit_id: UUID | None) -> Basis:
    """The basis of a signature recognised at a counter: the signed paper itself."""
    actor = Actor(ActorKind.AGENT, user.pk, counter.number)
    return Basis(Via.PAPER, None, actor, reference=mandate_reference, visit_id=visit_id)


def forget_draft(mandate_id: UUID) -> bool:
    """End a draft that nobody signed in time, and erase its person if they were kept for it alone.

    The wall is open for the person, and their row locked, as a rule of retention does.
    """
    mandate = Mandate.objects.select_for_update().get(pk=mandate_id)
    if mandate.state not in (MandateState.DRAFT, MandateState.PRINTED):
        return False
    mandate.advance(MandateState.ENDED, reason=EndReason.UNSIGNED)
    basis = Basis(Via.PAPER, mandate.person_id, journal.machine(), reference=mandate.reference)
    journal.write_event(basis, "mandate.unsigned", [(_("Mandat"), mandate.reference)], person_id=mandate.person_id)
    outbox.put("unneeded", mandate.person_id, mandate.person_id)
    return True
