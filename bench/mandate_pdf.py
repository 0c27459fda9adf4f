"""A mandate as PDF/UA, from its sheet, against WeasyPrint alone on the very same HTML, styles, fonts and options."""

from weasyprint import HTML

from assistance.paper.html import html_of
from assistance.paper.press import ACCESSIBLE, fetcher, options_of
from assistance.paper.render import render
from bench._sheets import mandate
from bench.line import Line, interleaved

ROUNDS = 25


def measure() -> Line:
    """Seconds for one mandate. The reference gets its styles parsed and its fonts loaded beforehand, as ours does."""
    sheet = mandate()
    html, options = html_of(sheet), options_of(sheet)

    def bare() -> bytes:
        return HTML(string=html, url_fetcher=fetcher()).write_pdf(**options, **ACCESSIBLE)

    ours, reference = interleaved(lambda: render(sheet), bare, ROUNDS)
    return Line("mandate_pdf", ours, reference, goal=1.15, unit="s")
