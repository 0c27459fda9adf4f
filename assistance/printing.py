"""Printing: a printout is asked for here, made by the worker, and forgotten after a day.

A web process never makes a PDF: it asks (`ask`), waits a little and sends what the worker stored
(`assistance/pages/printout.py`).
"""

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import override

from assistance.models import Printout, PrintoutKind
from assistance.printed import NothingToPrint, letters_of_batch, sheet_of
from consent import outbox
from consent.acts.perform import advisory_lock
from consent.crypto import files
from consent.models import OutboxItem
from consent.wall import opened

log = logging.getLogger(__name__)

# What is printed again under these kinds says the same: the printout of another hour serves.
SETTLED = {PrintoutKind.RECEIPT, PrintoutKind.LETTER, PrintoutKind.BATCH, PrintoutKind.NOTICE, PrintoutKind.FORM}
DOUBLE_CLICK = timedelta(minutes=1)
KEPT = timedelta(hours=24)
SERVES = timedelta(hours=23)
MOST_TRIES = 4
FOLDER = "printouts"


def ask(
    kind: PrintoutKind,
    *,
    person_id: UUID | None,
    subject_id: UUID | None = None,
    name: str = "",
    large_print: bool = False,
) -> Printout:
    """Ask the worker for a PDF; its row, perhaps ready already. Asking twice gives the same row.

    The caller has checked that this may be printed for whoever asks: nothing here does.
    """
    wanted = {
        "kind": kind, "person_id": person_id, "subject_id": subject_id, "name": name, "large_print": large_print,
    }  # fmt: skip
    with opened(person_id):
        advisory_lock("print", "|".join(map(str, wanted.values())))
        if standing := _standing(wanted):
            return standing
        printout = Printout.objects.create(**wanted)
        outbox.put("print", printout.pk, person_id)
        return printout


def _standing(wanted: dict[str, object]) -> Printout | None:
    """The printout that already answers this, if any: being made, or made and still true."""
    now = timezone.now()
    newest = (
        Printout.objects.filter(**wanted, failed_at__isnull=True, asked_at__gt=now - SERVES).order_by("asked_at").last()
    )
    if newest is None or newest.ready_at is None or newest.kind in SETTLED:
        return newest
    return newest if newest.ready_at > now - DOUBLE_CLICK else None


def find(printout_id: UUID, person_id: UUID | None) -> Printout | None:
    """The printout as it is now, or None once it was purged."""
    with opened(person_id):
        return Printout.objects.filter(pk=printout_id).first()


@outbox.handles("print", queue="letters")
def make(item: OutboxItem) -> None:
    """Make one PDF and keep it. What goes wrong leads to another try, four in all; then the printout failed."""
    printout = Printout.objects.select_for_update().filter(pk=item.subject_id, ready_at__isnull=True).first()
    if printout is None:
        return
    if item.attempts > MOST_TRIES:
        _fail(printout, "the worker was killed")
        return
    try:
        with transaction.atomic(), override("fr"):
            printout.path = files.store(_pdf(printout), person_id=printout.person_id, folder=FOLDER)
            printout.ready_at = timezone.now()
            printout.save(update_fields=["path", "ready_at"])
    except Exception as error:
        files.delete(printout.path)
        if item.attempts < MOST_TRIES:
            raise
        # The text of the error may name the person: its kind alone is kept.
        _fail(printout, type(error).__name__)


def _fail(printout: Printout, why: str) -> None:
    log.error("printout %s (%s) failed for good: %s", printout.pk, printout.kind, why)
    Printout.objects.filter(pk=printout.pk).update(failed_at=timezone.now())


def _pdf(printout: Printout) -> Iterator[bytes]:
    # Here, and not above: web processes import this module, and have no use for the engine and its memory.
    from assistance.paper import render as press

    if printout.kind != PrintoutKind.BATCH:
        yield press.render(sheet_of(printout))
        return
    # Letters in clear never touch the disk.
    out = io.BytesIO()
    if press.render_many(letters_of_batch(printout.subject_id), out) == 0:
        raise NothingToPrint("a batch without a page")
    with out.getbuffer() as pdf:
        for at in range(0, len(pdf), files.CHUNK):
            yield bytes(pdf[at : at + files.CHUNK])


def purge() -> int:
    """Forget the printouts asked for more than 24 hours ago, rows and files; their number.

    So are the files without row that a killed worker left.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT printout_id, person_id FROM printouts_before(%s, 1000)", [timezone.now() - KEPT])
        due = cursor.fetchall()
    for printout_id, person_id in due:
        with opened(person_id):
            forget(printout_id)
    for folder in (FOLDER, files.WAITING):
        files.delete_older(folder, KEPT + timedelta(hours=1))
    return len(due)


def forget(printout_id: UUID) -> bool:
    """Forget one printout, row and file; False while it is being made. The wall is open for its person."""
    printout = Printout.objects.select_for_update(skip_locked=True).filter(pk=printout_id).first()
    if printout is None:
        return False
    # The file first: a row whose file is gone is purged next time, a file without row never would be.
    files.delete(printout.path)
    printout.delete()
    return True


def wait_seconds() -> float:
    """How long a page waits for the worker, in seconds."""
    return settings.PRINTOUT_WAIT_SECONDS
