"""From a sheet to the HTML that WeasyPrint lays out: which template, which styles."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import override

from assistance.paper import sheets

TEMPLATES = "assistance/paper/"


@dataclass(frozen=True)
class Kind:
    """How one kind of sheet is laid out: its template and its stylesheets, the common one first."""

    template: str
    styles: tuple[str, ...]


KINDS = {
    sheets.MandateSheet: Kind("mandate.html", ("paper.css", "mandate.css")),
    sheets.FormSheet: Kind("form.html", ("paper.css", "form.css")),
    sheets.LetterSheet: Kind("letter.html", ("paper.css", "form.css", "letter.css")),
    sheets.ReceiptSheet: Kind("receipt.html", ("paper.css", "receipt.css")),
    sheets.VisitSheet: Kind("visit.html", ("paper.css", "receipt.css")),
    sheets.TraceSheet: Kind("trace.html", ("paper.css", "receipt.css", "trace.css")),
    sheets.NoticeSheet: Kind("notice.html", ("paper.css", "notice.css")),
}


def html_of(sheet: sheets.Sheet) -> str:
    """The whole page of a sheet, in the sheet's language."""
    with override(sheet.language):
        return render_to_string(TEMPLATES + KINDS[type(sheet)].template, {"sheet": sheet})


def styles_of(sheet: sheets.Sheet) -> tuple[str, ...]:
    """The names of the stylesheets of a sheet, in order."""
    return KINDS[type(sheet)].styles
