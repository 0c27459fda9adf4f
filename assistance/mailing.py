"""Letters on their way: printed, posted, returned, or handed over at a counter (design §6)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistance import printing
from assistance.counted_rows import CountedRows, rows_of
from assistance.letter_places import fit_for_signer, settle
from assistance.models import Letter, LetterBatch, LetterState, Printout, PrintoutKind, WrongStep
from consent import journal, outbox
from consent.bases import Basis, Via, lock_basis
from consent.crypto import files
from consent.models import JournalEntry, OutboxItem
from consent.models.journal_entry import Outcome
from consent.reading import read
from consent.wall import opened

MOST_IN_A_BATCH = 1000
BATCHES_SHOWN = 10


@dataclass(frozen=True)
class Row:
    """One letter of the list: a reference and dates, no name, no content."""

    id: UUID
    reference: str
    created_at: datetime
    printed_at: datetime | None
    posted_at: datetime | None
    returned_at: datetime | None
    batch_id: UUID | None


@dataclass(frozen=True)
class Batch:
    """One batch of the list: how many letters, and how many of them are still to be posted."""

    id: UUID
    made_at: datetime
    many: int
    to_post: int


def letters_in(state: LetterState, many: int) -> CountedRows[Row]:
    """The letters in this state, `many` of them."""
    query = (
        "SELECT letter_id, reference, created_at, printed_at, posted_at, returned_at, batch_id "
        "FROM letters_in(%s, %s, %s)"
    )
    return rows_of(query, Row, [state], many)


def counts() -> dict[str, int]:
    """How many letters are in each state."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, many FROM letter_counts()")
        return dict.fromkeys(LetterState.values, 0) | dict(cursor.fetchall())


def batches() -> list[Batch]:
    """The latest batches, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT batch_id, made_at, many, to_post FROM letter_batches(%s)", [BATCHES_SHOWN])
        return [Batch(*row) for row in cursor.fetchall()]


def letter_person(letter_id: UUID) -> tuple[UUID | None, str] | None:
    """The person (or None) and the state of a letter; None when there is no such letter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, state FROM letter_person(%s)", [letter_id])
        return cursor.fetchone()


def advance(letter_id: UUID, person_id: UUID | None, to: LetterState) -> Letter:
    """Bring one letter to its next state; one that may go home no more is held instead of printed.

    Raises `WrongStep`, `Letter.DoesNotExist`.
    """
    with opened(person_id):
        letter = Letter.objects.select_for_update().get(pk=letter_id)
        if to is LetterState.PRINTED and letter.state == LetterState.PREPARED and not settle(letter):
            return letter
        letter.advance(to)
        if to is LetterState.POSTED and person_id is None:
            _forget_pdf(PrintoutKind.LETTER, letter.pk)
        if to is LetterState.RETURNED and person_id is not None:
            basis = Basis(Via.SERVICE, person_id, journal.machine(), reference=letter.reference)
            journal.write_event(basis, "letter.returned", [(_("Courrier"), letter.reference)], person_id=person_id)
        return letter


# -- Batches --------------------------------------------------------------------------------------


@transaction.atomic
def make_batch(user: AbstractBaseUser) -> LetterBatch | None:
    """Put the oldest letters to print together, 1,000 at most; None when there is none.

    Two clerks at once never take the same letter.
    """
    batch = LetterBatch.objects.create(made_by=user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM letters_take(%s, %s, %s)", [batch.pk, timezone.now(), MOST_IN_A_BATCH])
        taken = cursor.fetchone()[0]
    if not taken:
        batch.delete()
        return None
    with opened(None):
        outbox.put("batch-made", batch.pk, None)
    return batch


@outbox.handles("batch-made", queue="letters")
def tell_batch(item: OutboxItem) -> None:
    """Each person's journal says that a machine printed their letter and that nobody read it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, reference FROM letters_of_batch(%s)", [item.subject_id])
        found = cursor.fetchall()
    for person_id, reference in found:
        if person_id is not None:
            basis = Basis(Via.SERVICE, person_id, journal.machine(), reference=reference)
            with opened(person_id):
                journal.write_event(basis, "letter.printed", [(_("Courrier"), reference)], person_id=person_id)


@transaction.atomic
def post_batch(batch_id: UUID) -> int:
    """The letters of the batch were posted; how many were not yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM letters_post(%s, %s)", [batch_id, timezone.now()])
        posted = cursor.fetchone()[0]
    with opened(None):
        _forget_pdf(PrintoutKind.BATCH, batch_id)
    return posted


def _forget_pdf(kind: PrintoutKind, subject_id: UUID) -> None:
    """What was posted is not kept as a PDF. The wall is open for whom the printout is about."""
    for printout in Printout.objects.select_for_update().filter(kind=kind, subject_id=subject_id):
        path = printout.path
        printout.delete()
        transaction.on_commit(lambda path=path: files.delete(path))


# -- At the counter -------------------------------------------------------------------------------


@dataclass(frozen=True)
class AtCounter:
    """What a counter must know of a person's letters: those that wait for them, and those that came back.

    A letter that came back says that the address is to be checked, until the person changes it.
    """

    held: list[Letter]
    returned: list[Letter]


def at_counter(person_id: UUID, *, signed_for: bool = False) -> AtCounter:
    """Oldest first, in one statement where the person signs for themselves; `signed_for`: whoever signed their mandate
    for them is there, and is given nothing of what is hidden from them. The wall is open for the person.
    """
    moved = JournalEntry.objects.filter(
        person_id=person_id, code="contact.change", outcome=Outcome.DONE, at__gt=OuterRef("returned_at")
    )
    mine = Letter.objects.filter(person_id=person_id).order_by("created_at")
    mine = mine if signed_for else mine.defer("content")
    found = list(mine.filter(Q(state=LetterState.HELD) | Q(state=LetterState.RETURNED) & ~Exists(moved)))
    held = [letter for letter in found if letter.state == LetterState.HELD]
    return AtCounter(
        fit_for_signer(person_id, held) if signed_for else held,
        [letter for letter in found if letter.state == LetterState.RETURNED],
    )


def copy_of(letter: Letter, basis: Basis) -> Printout:
    """The letter as a PDF, for whoever may print it: a read that its person sees, once in ten minutes.

    Raises `BasisRefused`, which is journaled too, and `WrongStep` for one that may go home no more.
    """

    def ask() -> Printout:
        mine = Letter.objects.select_for_update().get(pk=letter.pk)
        if mine.state == LetterState.PREPARED and not settle(mine):
            raise WrongStep("it waits at the counter now")
        return printing.ask(PrintoutKind.LETTER, person_id=letter.person_id, subject_id=letter.pk)

    return read(basis, "letter.read", [(_("Courrier"), letter.reference)], ask, once=True)


def hand_over(letter_id: UUID, basis: Basis) -> Letter:
    """A letter that waited was printed and given to the person, in a visit.

    Raises `BasisRefused` when the visit no longer stands, `WrongStep` if the letter did not wait,
    `Letter.DoesNotExist` if it is not that person's.
    """
    with opened(basis.person_id):
        lock_basis(basis, "letter.handed")
        letter = Letter.objects.select_for_update().get(pk=letter_id, person_id=basis.person_id)
        letter.advance(LetterState.HANDED)
        facts = [(_("Courrier"), letter.reference)]
        journal.write_event(basis, "letter.handed", facts, person_id=basis.person_id)
        return letter
