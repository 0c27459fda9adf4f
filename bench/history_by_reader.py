"""The same histories by reader: a dozen readers with 10,000 lines against a dozen with 100, both pages."""

from collections.abc import Callable

from django.test import Client

from bench.history_page import PAGE, compared, get
from bench.line import Line


def measure() -> Line:
    """Seconds for the two pages of readers."""
    ours, reference = compared(_pages)
    return Line("history_by_reader", ours, reference, goal=1.2, unit="s")


def _pages(client: Client, _lines: int) -> Callable[[], None]:
    def go() -> None:
        get(client, f"{PAGE}?par=lecteur")
        get(client, f"{PAGE}?par=lecteur&page=2")

    return go
