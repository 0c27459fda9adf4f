"""What one writes on or cuts along, drawn as inline SVG: boxes, grids for letters, scissors.

Each has a name for those who hear the page; sizes are in millimetres, strokes thick enough for a fax.
"""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

BOX = '<rect x="1" y="1" width="14" height="14" fill="#fff" stroke="#000" stroke-width="1.2"/>'
TICK = '<path d="M3.5 8.5l3 3.5L13 3.5" fill="none" stroke="#000" stroke-width="2.4"/>'
SCISSORS = (
    '<g fill="none" stroke="#000" stroke-width="1.3"><circle cx="3" cy="3" r="2.2"/><circle cx="3" cy="11" r="2.2"/>'
    '<path d="M4.8 4.3L17 12M4.8 9.7L17 2"/></g>'
)
WIDEST = 30  # boxes on one row of a grid: 180 mm, the width between the margins
CELL = 6  # millimetres: wide enough for a hand that trembles
HEIGHT = 8


def box(state: str, alt: str) -> SafeString:
    """A box to tick: "empty", or "ticked" (as chosen)."""
    inside = {"empty": "", "ticked": TICK}[state]
    return _svg("0 0 16 16", BOX + inside, alt, css="box")


def scissors(alt: str) -> SafeString:
    """The mark at the start of a line to cut along."""
    return _svg("0 0 18 14", SCISSORS, alt, css="scissors")


def grid_rows(count: int) -> list[int]:
    """How many boxes on each row: rows as equal as can be, none wider than the page."""
    rows = -(-count // WIDEST)
    return [count // rows + (row < count % rows) for row in range(rows)]


def grid(count: int, alt: str) -> SafeString:
    """Boxes for `count` letters, side by side, on as many rows as the page needs."""
    rows = grid_rows(count)
    cells = "".join(_cells(0, row * (HEIGHT + 2), length) for row, length in enumerate(rows))
    return _drawing(max(rows) * CELL, len(rows) * (HEIGHT + 2) - 2, cells, alt)


def date_boxes(alt: str) -> SafeString:
    """Boxes for a day, a month and a year: 2, 2 and 4."""
    cells = _cells(0, 0, 2) + _cells(CELL * 2 + 4, 0, 2) + _cells(CELL * 4 + 8, 0, 4)
    return _drawing(CELL * 8 + 8, HEIGHT, cells, alt)


def _cells(x: int, y: int, count: int) -> str:
    """One row of boxes: an outline, and short bars between letters so that writing stays readable by machines."""
    outline = f"M{x} {y}h{count * CELL}v{HEIGHT}h-{count * CELL}z"
    bars = "".join(f"M{x + place * CELL} {y}v{HEIGHT}" for place in range(1, count))
    return f'<path d="{outline}{bars}" fill="none" stroke="#000" stroke-width=".3"/>'


def _drawing(width: int, height: int, inside: str, alt: str) -> SafeString:
    size = f'width="{width + 0.4}mm" height="{height + 0.4}mm" '
    return _svg(f"-.2 -.2 {width + 0.4} {height + 0.4}", inside, alt, css="cells", size=size)


def _svg(view: str, inside: str, alt: str, *, css: str, size: str = "") -> SafeString:
    return format_html(
        '<svg class="{}" {}viewBox="{}"><title>{}</title>{}</svg>',
        css, mark_safe(size), view, alt, mark_safe(inside),  # noqa: S308 numbers and the constants above
    )  # fmt: skip
