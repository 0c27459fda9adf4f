"""1,000 letters as one PDF on every core, against WeasyPrint alone in one process × the number of cores.

Ours counts everything: starting the workers, the templates, the separators, joining the files. The reference
counts nothing but WeasyPrint on ready HTML, with styles parsed and fonts loaded, on a sample of the same letters,
half of it before ours and half after.
"""

import os
import tempfile
import time

from weasyprint import HTML

from assistance.paper.html import html_of
from assistance.paper.press import fetcher, options_of
from assistance.paper.render import render_many
from assistance.paper.sheets import LetterSheet
from bench._sheets import letter
from bench.line import Line

LETTERS = 1_000
SAMPLE = 80


def measure() -> Line:
    """Letters a second."""
    letters = [letter(number) for number in range(1, LETTERS + 1)]
    sample = letters[:: LETTERS // SAMPLE][:SAMPLE]
    _bare(sample[:2])  # fonts and styles are ready before the first measure
    before = _bare(sample[: SAMPLE // 2])
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        pages = render_many(letters, out)
        ours = time.perf_counter() - start
        size = out.tell()
    after = _bare(sample[SAMPLE // 2 :])
    cores = os.cpu_count() or 1
    note = f"{pages} pages, {size / 1e6:.1f} MB, {cores} cores"
    reference = SAMPLE / (before + after) * cores
    return Line("thousand_letters", LETTERS / ours, reference, goal=0.9, unit="/s", more_is_better=True, note=note)


def _bare(letters: list[LetterSheet]) -> float:
    """Seconds that WeasyPrint alone takes to write each of these letters."""
    ready = [(html_of(sheet), options_of(sheet)) for sheet in letters]
    start = time.perf_counter()
    for html, options in ready:
        HTML(string=html, url_fetcher=fetcher()).write_pdf(**options)
    return time.perf_counter() - start
