"""Letters by the thousand: one PDF to print, a separator before each, made on every core in bounded memory.

The PDF of a batch goes to a printer, not to a reader: it carries no tags. Workers are fresh processes (a Celery
worker may start those, when it may not fork), so that no connection and no lock of the caller is shared. Each lays
out a handful of sheets and writes them as one file with one set of fonts; the files are joined in the order of the
sheets, and no more than two handfuls a worker are under way at a time.
"""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from queue import SimpleQueue
from types import TracebackType
from typing import BinaryIO, Self

import pypdfium2
from django.conf import settings

from assistance.paper import pipe
from assistance.paper.sheets import Sheet

CHUNK = 20  # sheets laid out together: enough to share fonts, few enough to keep memory low

Numbered = list[tuple[int, Sheet]]


class WorkerFailed(RuntimeError):
    """A sheet of the batch could not be laid out, or a worker died. Says which kind of error, never whose sheet."""


class Worker:
    """One process that lays out sheets: a chunk in, a PDF out."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "assistance.paper.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=settings.BASE_DIR,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            self.process.kill()
        self.process.stdin.close()  # it ends by itself when there is nothing left to read
        self.process.stdout.close()
        self.process.wait()

    def print(self, chunk: Numbered) -> bytes:
        """The PDF of these sheets, a separator before each. Raises `WorkerFailed`."""
        try:
            pipe.send(self.process.stdin, chunk)
            answer = pipe.receive(self.process.stdout)
        except (OSError, EOFError) as error:
            raise WorkerFailed("a worker ended before it had answered") from error
        if isinstance(answer, str):
            raise WorkerFailed(answer)
        return answer


def render_many(sheets: Iterable[Sheet], out: BinaryIO, *, processes: int | None = None) -> int:
    """Write all the sheets to `out` as one PDF, in their order, a separator page before each; the pages written.

    `processes`: as many workers, by default one a core. Nothing is written, and 0 returned, when there is no
    sheet. Raises `WorkerFailed`; `out` is then untouched.
    """
    whole = pypdfium2.PdfDocument.new()
    try:
        for pdf in _printed(_chunks(sheets), processes or os.cpu_count() or 1):
            part = pypdfium2.PdfDocument(pdf)
            whole.import_pages(part)
            part.close()
        if pages := len(whole):
            whole.save(out)
        return pages
    finally:
        whole.close()


def _chunks(sheets: Iterable[Sheet]) -> Iterator[Numbered]:
    numbered = enumerate(sheets, start=1)
    while chunk := list(islice(numbered, CHUNK)):
        yield chunk


def _printed(chunks: Iterator[Numbered], processes: int) -> Iterator[bytes]:
    """The PDF of each chunk, in order, as workers finish them; at most two chunks a worker are waiting."""
    # The first chunks say how many workers are worth starting.
    ahead = list(islice(chunks, processes))
    idle: SimpleQueue[Worker] = SimpleQueue()

    def run(chunk: Numbered) -> bytes:
        worker = idle.get()
        pdf = worker.print(chunk)
        idle.put(worker)
        return pdf

    with ExitStack() as stack:
        # The threads are joined before the workers end: entered after them, they leave first.
        for _chunk in ahead:
            idle.put(stack.enter_context(Worker()))
        threads = stack.enter_context(ThreadPoolExecutor(max(len(ahead), 1)))
        under_way: deque[Future[bytes]] = deque(threads.submit(run, chunk) for chunk in ahead)
        while under_way:
            under_way.extend(threads.submit(run, chunk) for chunk in islice(chunks, 2 * len(ahead) - len(under_way)))
            yield under_way.popleft().result()
