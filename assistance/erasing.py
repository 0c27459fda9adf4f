"""What assistance keeps of a person, when the person is erased, and for what it still needs an identity."""

from uuid import UUID

from django.db.models import Q

from assistance.models import Letter, LetterState, Mail, MailState, Mandate, PersonalForm, Printout, PrintoutKind, Visit
from consent.erasure import keeps_identity, on_erase, postpones_erasure


@on_erase
def erase(person_id: UUID) -> list[str]:
    """Letters, forms, mandates, mails and printouts go; of a visit stays that it took place.

    So do the PDFs of the batches that held a letter: they are about nobody, and made anew without it.
    """
    mandates = Mandate.objects.filter(person_id=person_id)
    mails = Mail.objects.filter(person_id=person_id)
    batches = Letter.objects.filter(person_id=person_id, batch__isnull=False).values_list("batch_id", flat=True)
    # Their ids: the letters are gone when the printouts are.
    in_batch = Q(person_id=None, kind=PrintoutKind.BATCH, subject_id__in=list(batches))
    printouts = Printout.objects.filter(Q(person_id=person_id) | in_batch)
    # One that is being made is waited for: it has no path before.
    list(printouts.select_for_update())
    names = [
        *mandates.values_list("scan", flat=True),
        *mails.values_list("scan", flat=True),
        *printouts.values_list("path", flat=True),
    ]
    unsent = [LetterState.PREPARED, LetterState.HELD]
    Letter.objects.filter(person_id=person_id, state__in=unsent).delete()
    Letter.objects.filter(person_id=person_id).update(content=None)
    PersonalForm.objects.filter(person_id=person_id).delete()
    Visit.objects.filter(person_id=person_id).update(document_kind="", document_tail="")
    for rows in (mandates, mails, printouts):
        rows.delete()
    return [name for name in names if name]


@keeps_identity
def needs(person_id: UUID) -> bool:
    """A mandate that was or can be signed, a visit that goes on, a form to be keyed in."""
    mandates = Mandate.objects.filter(person_id=person_id)
    return (
        mandates.filter(Q(in_force_at__isnull=False) | Q(pk__in=mandates.to_sign().values("pk"))).exists()
        or Visit.objects.filter(person_id=person_id, ended_at__isnull=True).exists()
        or Mail.objects.filter(person_id=person_id, state=MailState.WAITING).exists()
    )


@postpones_erasure
def being_served(person_id: UUID) -> bool:
    """A visit that goes on ends first: its receipts are still to be printed."""
    return Visit.objects.filter(person_id=person_id, ended_at__isnull=True).exists()
