"""Sheets printed one after the other, a separator page before each: what a hand finds when it sorts the stack."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import override
from weasyprint import HTML
from weasyprint.document import Document

from assistance.paper.html import TEMPLATES
from assistance.paper.press import FONT_SCHEME, fetcher, font_configuration, lay_out, style
from assistance.paper.sheets import Sheet

STYLES = ("paper.css", "separator.css")


@dataclass(frozen=True)
class Separator:
    """What a separator says: its place in the batch, the sheet's reference, for whom, and its pages."""

    place: int
    reference: str
    address: tuple[str, ...]
    pages: int


def print_chunk(chunk: list[tuple[int, Sheet]]) -> bytes:
    """One untagged PDF of these sheets, each after its separator."""
    laid_out = [(place, sheet, lay_out(sheet)) for place, sheet in chunk]
    separators = _separators([_separator(place, sheet, len(document.pages)) for place, sheet, document in laid_out])
    pages = []
    for separator, (_place, _sheet, document) in zip(separators.pages, laid_out, strict=True):
        pages += [separator, *document.pages]
    return separators.copy(pages).write_pdf()


def _separator(place: int, sheet: Sheet, pages: int) -> Separator:
    # Only letters go to someone; other sheets are told by their reference alone.
    return Separator(place, str(getattr(sheet, "reference", "")), tuple(getattr(sheet, "address", ())), pages)


def _separators(separators: list[Separator]) -> Document:
    # Separators are for the people who print: in French, whatever the language of the letters.
    with override("fr"):
        html = render_to_string(TEMPLATES + "separator.html", {"separators": separators})
    return HTML(string=html, base_url=FONT_SCHEME, url_fetcher=fetcher()).render(
        stylesheets=[style(name) for name in STYLES], font_config=font_configuration()
    )
