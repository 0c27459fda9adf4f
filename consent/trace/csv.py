"""A person's history as CSV, for a spreadsheet: sent part by part, so that its length costs no memory.

UTF-8 with its mark and semicolons, as French spreadsheets open it. Each part is read in a transaction of its own:
none stays open while a slow line takes what it was sent.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from consent.bases import Basis, BasisRefused, Via, lock_basis
from consent.models import JournalEntry
from consent.trace import history
from consent.trace.pages import after
from consent.trace.seen import HISTORY, lines_seen, seen_among
from consent.wall import opened

A_PART = 500
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def response(basis: Basis, condition: Q) -> StreamingHttpResponse:
    """The traces that fulfil the condition and may be read on this basis, the newest first."""
    headers = {"Content-Disposition": 'attachment; filename="qui-a-fait-quoi.csv"'}
    return StreamingHttpResponse(_parts(basis, condition), content_type="text/csv; charset=utf-8", headers=headers)


def _parts(basis: Basis, condition: Q) -> Iterator[bytes]:
    yield "\ufeff".encode() + _written([_heads()])
    rest = Q()
    while True:
        try:
            part, rows = _part(basis, condition & rest)
        except BasisRefused as refused:
            # A file that stops short says so: nothing follows an end that was acknowledged.
            yield _written([[_("Ce tableau s’arrête ici."), str(refused.reason)]])
            return
        if not part:
            return
        yield rows
        rest = after(part[-1].at, part[-1].pk)


def _part(basis: Basis, condition: Q) -> tuple[list[JournalEntry], bytes]:
    """The next entries, and the rows of those that may be read. Raises `BasisRefused` once somebody's right ended."""
    with opened(basis.person_id):
        if basis.via is not Via.SELF:
            lock_basis(basis, HISTORY)
        entries = JournalEntry.objects.filter(condition, person_id=basis.person_id).order_by("-at", "id")
        part = list(history.with_counters(entries)[:A_PART])
        return part, _written([_row(line) for line in lines_seen(basis, seen_among(basis, part))])


def _heads() -> list[str]:
    return [
        _("Date"), _("Heure"), _("Quoi"), _("Lecture"), _("Qui"), _("De quel droit"), _("Résultat"),
        _("Raison du refus"), _("En détail"), _("Numéro de la trace"),
    ]  # fmt: skip


def _row(line: history.Line) -> list[str]:
    return [
        line.at.strftime("%d/%m/%Y"),
        line.at.strftime("%H:%M:%S"),
        line.what,
        _("oui") if line.is_read else _("non"),
        line.who,
        line.how,
        _("refusé") if line.refused else _("fait"),
        line.reason,
        " · ".join(_("%(label)s : %(value)s") % {"label": label, "value": value} for label, value in line.facts),
        str(line.id),
    ]


def _written(rows: list[list[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([safe(str(cell)) for cell in row] for row in rows)
    return out.getvalue().encode()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
