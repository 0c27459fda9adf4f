"""How a mandate comes into force and ends, whoever asks (design §6)."""

from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.models import Counter, EndReason, Mandate, MandateState
from consent import journal, outbox
from consent.acts.base import BusinessError
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, Via
from consent.models import Person
from consent.models.journal_entry import ActorKind
from consent.wall import opened

EVIDENCE = {
    "scan": gettext_lazy("le mandat signé, numérisé"),
    "attested": gettext_lazy("l’original signé, vu par deux agents"),
}


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
        facts.append((_("Jusqu’au"), date_format(timezone.localtime(mandate.ends_at), "j F Y")))
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


def sign(mandate_id: UUID, person_id: UUID, basis: Basis, *, evidence: str, scan: str = "") -> Mandate:
    """The signed paper was matched or attested: the mandate comes into force, with its trace.

    Signing twice gives the same mandate. Raises `BusinessError` if it can no longer be signed.
    """
    with transaction.atomic(), opened(person_id):
        Person.objects.select_for_update(no_key=True).get(pk=person_id)
        mandate = Mandate.objects.select_for_update(of=("self",)).select_related("counter").get(pk=mandate_id)
        if mandate.state == MandateState.IN_FORCE:
            return mandate
        if not Mandate.objects.to_sign().filter(pk=mandate.pk).exists():
            raise BusinessError(
                _("Ce mandat ne peut plus être signé : il est terminé, ou a plus de 7 jours. Préparez-en un nouveau.")
            )
        mandate.scan = scan
        put_in_force(mandate, evidence)
        facts = [*mandate_facts(mandate), (_("Preuve"), str(EVIDENCE[evidence]))]
        journal.write_event(basis, "mandate.signed", facts, person_id=person_id)
        return mandate


def signing_basis(user: AbstractBaseUser, counter: Counter, mandate_reference: str, visit_id: UUID | None) -> Basis:
    """The basis of a signature recognised at a counter: the signed paper itself."""
    actor = Actor(ActorKind.AGENT, user.pk, counter.number)
    return Basis(Via.PAPER, None, actor, reference=mandate_reference, visit_id=visit_id)


def forget_unsigned() -> int:
    """End the drafts that nobody signed within 7 days, and erase the persons kept for them alone; their number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mandate_id, person_id FROM mandates_unsigned(%s)", [timezone.now()])
        due = cursor.fetchall()
    for mandate_id, person_id in due:
        with transaction.atomic(), opened(person_id):
            mandate = Mandate.objects.select_for_update().get(pk=mandate_id)
            if mandate.state in (MandateState.DRAFT, MandateState.PRINTED):
                mandate.advance(MandateState.ENDED, reason=EndReason.UNSIGNED)
                basis = Basis(Via.PAPER, person_id, journal.machine(), reference=mandate.reference)
                journal.write_event(basis, "mandate.unsigned", [(_("Mandat"), mandate.reference)], person_id=person_id)
                outbox.put("unneeded", person_id, person_id)
    return len(due)
