"""The mail room: what becomes of a posted form, from its scan to its end (design §6)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance import mandates
from assistance.counted_rows import CountedRows, rows_of
from assistance.letters import rejection, write_answer, write_letter
from assistance.models import SIGNED_MANDATE, Mail, MailFinding, MailState, Mandate
from assistance.paper.codes import Code, Kind, new_reference
from assistance.scans import Recognised, recognise, store_scan
from consent import journal, outbox
from consent.acts.base import BusinessError
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, Via
from consent.crypto import files
from consent.models import OutboxItem, Person
from consent.models.journal_entry import ActorKind
from consent.wall import opened

FOLDER = "mail"


@dataclass(frozen=True)
class Row:
    """One mail of the list, as seen by every clerk: no name, no content."""

    id: UUID
    reference: str
    received_on: date
    act_code: str
    done_at: datetime | None
    taken_by: UUID | None


def mails_in(state: MailState, many: int) -> CountedRows[Row]:
    """The mails in this state, `many` of them."""
    query = "SELECT mail_id, reference, received_on, act_code, done_at, taken_by FROM mail_in(%s, %s, %s)"
    return rows_of(query, Row, [state], many)


def counts() -> dict[str, int]:
    """How many mails are in each state."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, many FROM mail_counts()")
        return dict.fromkeys(MailState.values, 0) | dict(cursor.fetchall())


# -- Arriving -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What the codes of a scan say of it."""

    act_code: str = ""
    form_version: int | None = None
    person_id: UUID | None = None
    target_id: UUID | None = None
    personal_form_id: UUID | None = None
    finding: str = ""


def receive(upload: UploadedFile, received_on: date) -> Mail:
    """Keep one scan and what its code says. Raises `ScanRefused`."""
    read = recognise(upload)
    known = understand(read)
    scan = store_scan(upload, person_id=None, folder=FOLDER)
    try:
        with opened(known.person_id):
            return Mail.objects.create(
                reference=new_reference("CR"), received_on=received_on, scan=scan, scan_type=read.content_type,
                pages=read.pages, **vars(known),
            )  # fmt: skip
    except BaseException:
        files.delete(scan)
        raise


def understand(read: Recognised) -> Known:
    """The form that a scan shows, by its code. Several forms on one scan are left to the clerk."""
    mandate_references = {code.reference for code in read.codes if code.kind is Kind.MANDATE}
    # The slip of a mandate is printed on the mandate itself: there it says nothing more.
    told = [c for c in read.codes if not (c.kind is Kind.SLIP and c.reference in mandate_references)]
    if len(told) > 1:
        return Known(finding=MailFinding.SEVERAL)
    if not told:
        return Known(finding=MailFinding.FOREIGN if read.foreign else MailFinding.NO_CODE)
    return _READERS[told[0].kind](told[0])


def _blank_form(code: Code) -> Known:
    act = get_act(code.act_code)
    if act is None or Via.PAPER not in act.bases:
        return Known(finding=MailFinding.GONE)
    old = MailFinding.OLD_FORM if code.form_version != act.form_version else ""
    return Known(act.code, code.form_version, finding=old)


def _personal_form(code: Code) -> Known:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM personal_form_of_reference(%s)", [code.reference])
        found = cursor.fetchone()
    if found is None:
        return Known(finding=MailFinding.GONE)
    form_id, person_id, act_code, target_id, used_at = found
    used = MailFinding.USED if used_at else ""
    return Known(act_code, None, person_id, target_id, form_id, used)


def _mandate(act_code: str, reference: str) -> Known:
    found = mandates.find_by_reference(reference)
    if found is None:
        return Known(finding=MailFinding.GONE)
    return Known(act_code, None, found[1], found[0])


_READERS = {
    Kind.FORM: _blank_form,
    Kind.PERSONAL_FORM: _personal_form,
    Kind.SLIP: lambda code: _mandate("mandate.revoke", code.reference),
    Kind.MANDATE: lambda code: _mandate(SIGNED_MANDATE, code.reference),
}


# -- In a clerk's hands ---------------------------------------------------------------------------


def locked(mail: Mail, user: AbstractBaseUser) -> Mail:
    """The mail, locked, still waiting and in this clerk's hands. The wall is open for its person.

    Raises `BusinessError`.
    """
    fresh = Mail.objects.select_for_update().filter(pk=mail.pk, person_id=mail.person_id).first()
    if fresh is None or fresh.state != MailState.WAITING:
        raise BusinessError(_("Ce courrier a déjà été traité."))
    if fresh.taken_by_id != user.pk:
        raise BusinessError(_("Ce courrier est à un collègue : prenez-le d’abord."))
    if is_own(fresh, user):
        raise BusinessError(_("On ne traite pas son propre courrier : un collègue le fera."))
    return fresh


def is_own(mail: Mail, user: AbstractBaseUser) -> bool:
    """Whether the mail is that of the clerk themselves."""
    return mail.person_id is not None and mail.person_id == user.person_id


def take(mail: Mail, user: AbstractBaseUser) -> None:
    """This clerk deals with the mail from now on, and nobody else. Raises `BusinessError`."""
    if is_own(mail, user):
        raise BusinessError(_("On ne traite pas son propre courrier : un collègue le fera."))
    _hand(mail, user)


def put_back(mail: Mail, user: AbstractBaseUser) -> None:
    """The clerk lays the mail back on the pile. Raises `BusinessError`."""
    with opened(mail.person_id):
        locked(mail, user)
        _hand(mail, None)


def _hand(mail: Mail, user: AbstractBaseUser | None) -> None:
    with opened(mail.person_id):
        waiting = Mail.objects.filter(pk=mail.pk, state=MailState.WAITING)
        if not waiting.update(taken_by=user):
            raise BusinessError(_("Ce courrier a déjà été traité."))


def choose_act(mail: Mail, user: AbstractBaseUser, code: str) -> None:
    """The clerk read on the paper which act it asks for. Raises `BusinessError`."""
    with opened(mail.person_id):
        fresh = locked(mail, user)
        # What the code said no longer holds: only the person, if any, is still known.
        fresh.act_code, fresh.target_id, fresh.personal_form_id, fresh.form_version = code, None, None, None
        fresh.save(update_fields=["act_code", "target_id", "personal_form_id", "form_version"])


def identify(mail: Mail, user: AbstractBaseUser, person_id: UUID) -> None:
    """The person was found by exactly the traits on the paper. Raises `BusinessError`."""
    if person_id == user.person_id:
        raise BusinessError(_("On ne traite pas son propre courrier : un collègue le fera."))
    if mail.person_id is not None:
        raise BusinessError(_("On sait déjà de qui vient ce courrier."))
    with opened(person_id):
        fresh = locked(mail, user)
        fresh.person_id = person_id
        fresh.save(update_fields=["person_id"])
        basis = _basis(fresh, user)
        journal.write_event(basis, "mail.identified", [(_("Courrier"), fresh.reference)], person_id=person_id)


def _basis(mail: Mail, user: AbstractBaseUser) -> Basis:
    return Basis(
        Via.PAPER, mail.person_id, Actor(ActorKind.CLERK, user.pk), right_id=mail.pk, reference=mail.reference
    )  # fmt: skip


# -- Its end --------------------------------------------------------------------------------------


def sign_mandate(mail: Mail, user: AbstractBaseUser) -> None:
    """The clerk saw the signature on a posted mandate: it comes into force. Raises `BusinessError`."""
    if mail.act_code != SIGNED_MANDATE or mail.target_id is None or mail.person_id is None:
        raise BusinessError(_("Ce courrier n’est pas un mandat."))
    with transaction.atomic(), opened(mail.person_id):
        # The same order as everywhere: the person, then what gives the right, then the mandate.
        Person.objects.select_for_update(no_key=True).get(pk=mail.person_id)
        fresh = locked(mail, user)
        actor = Actor(ActorKind.CLERK, user.pk)
        reference = Mandate.objects.get(pk=fresh.target_id).reference
        basis = Basis(Via.PAPER, fresh.person_id, actor, right_id=fresh.pk, reference=reference)
        mandates.sign(fresh.target_id, fresh.person_id, basis, evidence="scan", scan=fresh.scan)
        _settle(fresh, MailState.DONE)


def reject(mail: Mail, user: AbstractBaseUser, reason: str, words: str, address: list[str]) -> None:
    """Nothing can be done of this mail: say so by letter, to the person if known, else to this address.

    With neither, nobody can be answered. `reason` is the kind of it, kept in clear; `words` are said in the
    letter and kept nowhere else but in the person's journal. Raises `BusinessError`.
    """
    with opened(mail.person_id):
        fresh = locked(mail, user)
        content = rejection(fresh.reference, fresh.received_on, words)
        if fresh.person_id:
            facts = [(_("Courrier"), fresh.reference), (_("Raison"), words)]
            journal.write_event(_basis(fresh, user), "mail.rejected", facts, person_id=fresh.person_id)
            write_letter(Person.objects.get(pk=fresh.person_id), fresh.pk, content)
        elif address:
            write_answer(fresh.pk, address, content)
        fresh.reason = reason
        _settle(fresh, MailState.REJECTED)


def _settle(mail: Mail, state: MailState) -> None:
    mail.state, mail.done_at = state, timezone.now()
    mail.save(update_fields=["state", "done_at", "reason"])
    outbox.put("mail-settled", mail.pk, mail.person_id)


@outbox.handles("mail-settled", queue="scans")
def file_scan(item: OutboxItem) -> None:
    """The scan of a mail that is settled goes under the person's key; it is destroyed when it is about nobody."""
    mail = Mail.objects.select_for_update().filter(pk=item.subject_id, filed_at__isnull=True).first()
    if mail is None or not mail.scan:
        return
    if mail.person_id is None:
        old, mail.scan = mail.scan, ""
        transaction.on_commit(lambda: files.delete(old))
    else:
        old, mail.scan = mail.scan, files.move(mail.scan, person_id=None, to=mail.person_id)
        mail.filed_at = timezone.now()
        Mandate.objects.filter(person_id=mail.person_id, scan=old).update(scan=mail.scan)
    mail.save(update_fields=["scan", "filed_at"])
