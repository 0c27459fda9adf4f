"""Letters by the thousand: one file, in order, each after its separator."""

import io
from dataclasses import replace

import pytest

from assistance.paper import batch
from assistance.paper.batch import WorkerFailed
from assistance.paper.render import render_many
from assistance.paper.sheets import Line, Sheet, Table
from tests.assistance import sheets
from tests.assistance.pdf import codes_on_pages, page_texts, squeezed


def printed(these: list[Sheet], **options: int) -> list[str]:
    """The text of each page of the batch."""
    out = io.BytesIO()
    pages = render_many(iter(these), out, **options)
    texts = page_texts(out.getvalue())
    assert pages == len(texts)
    return texts


def test_thirty_letters_come_in_order_each_after_a_separator(monkeypatch):
    # Chunks of 4 on 2 workers, letters of uneven length: the order must not depend on who finishes first.
    monkeypatch.setattr(batch, "CHUNK", 4)
    table = Table("Un tableau", tuple(Line("Quoi", f"ligne {place}") for place in range(60)))
    letters = [sheets.letter(number, tables=(table,) * (number % 3)) for number in range(1, 31)]
    texts = printed(letters, processes=2)
    separators = [place for place, text in enumerate(texts) if "Séparateur" in text]
    assert len(separators) == 30
    for number, (start, end) in enumerate(zip(separators, [*separators[1:], len(texts)], strict=True), start=1):
        assert texts[start].startswith(f"{number}\n")
        assert f"LT-{number:04d}-AAAA" in texts[start]
        following = end - start - 1
        assert squeezed(f"{following} page") in squeezed(texts[start])
        for page, text in enumerate(texts[start + 1 : end], start=1):
            assert f"page {page} sur {following}" in text
        assert all(f"LT-{number:04d}-AAAA" in text for text in texts[start + 1 : end - 1])


def test_the_codes_of_a_batch_can_be_read_as_those_of_a_single_letter():
    out = io.BytesIO()
    render_many([sheets.letter()], out, processes=1)
    separator, first, last = codes_on_pages(out.getvalue())
    assert (len(separator), len(first), len(last)) == (0, 1, 1)


def test_a_separator_says_for_whom_the_letter_is():
    assert "Odette Marie Garnier\n4 rue du Château\n23600 Boussac" in printed([sheets.letter()], processes=1)[0]


def test_no_letter_makes_no_file():
    out = io.BytesIO()
    assert render_many([], out) == 0
    assert out.getvalue() == b""


def test_a_letter_that_cannot_be_printed_stops_the_batch_without_telling_whose_it_is(capfd):
    out = io.BytesIO()
    broken = replace(sheets.letter(2), dated="Odette Garnier")  # not a date
    with pytest.raises(WorkerFailed) as caught:
        render_many([sheets.letter(1), broken], out, processes=1)
    assert "between 1 and 2" in str(caught.value)
    assert "Odette" not in str(caught.value)
    assert "Odette" not in "".join(capfd.readouterr())
    assert out.getvalue() == b""


def test_no_more_is_read_ahead_than_what_the_workers_hold(monkeypatch):
    monkeypatch.setattr(batch, "CHUNK", 2)
    monkeypatch.setattr(batch, "Worker", IdleWorker)
    read = []
    chunks = batch._chunks(read.append(number) or sheets.receipt() for number in range(100))
    printed_chunks = batch._printed(chunks, 2)
    next(printed_chunks)
    assert len(read) <= 2 * 2 * 2  # two workers, two chunks each, two sheets a chunk
    assert sum(1 for _ in printed_chunks) == 49


class IdleWorker(batch.Worker):
    """A worker without a process: what is counted is what it is given."""

    def __init__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def print(self, chunk: batch.Numbered) -> bytes:
        return b""
