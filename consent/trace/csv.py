"""A person's history as CSV, for a spreadsheet: sent part by part, so that its length costs no memory.

UTF-8 with its mark and semicolons, as French spreadsheets open it. Each part is read in a transaction of its own:
none stays open while a slow line takes what it was sent.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from consent.models import JournalEntry
from consent.trace import history
from consent.trace.pages import after
from consent.wall import opened

A_PART = 500
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def response(person_id: UUID, condition: Q) -> StreamingHttpResponse:
    """The traces that fulfil the condition, the newest first."""
    headers = {"Content-Disposition": 'attachment; filename="qui-a-fait-quoi.csv"'}
    return StreamingHttpResponse(_parts(person_id, condition), content_type="text/csv; charset=utf-8", headers=headers)


def _parts(person_id: UUID, condition: Q) -> Iterator[bytes]:
    yield "\ufeff".encode() + _written([_heads()])
    rest = Q()
    while True:
        with opened(person_id):
            entries = JournalEntry.objects.filter(condition, rest, person_id=person_id).order_by("-at", "id")
            part = list(history.with_counters(entries)[:A_PART])
            rows = _written([_row(line) for line in history.lines_of(part)])
        if not part:
            return
        yield rows
        rest = after(part[-1].at, part[-1].pk)


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
