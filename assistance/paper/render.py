"""From a sheet to its PDF: one that everyone can read (PDF/UA-1), or a batch to print and post."""

from assistance.paper.batch import render_many
from assistance.paper.press import ACCESSIBLE, lay_out
from assistance.paper.sheets import Sheet

__all__ = ["render", "render_many"]


def render(sheet: Sheet) -> bytes:
    """One tagged PDF/UA-1 document, with its typeface embedded. No file and no address is read but the typeface."""
    return lay_out(sheet, **ACCESSIBLE).write_pdf(**ACCESSIBLE)
