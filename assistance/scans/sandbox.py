"""Runs the reader of scans in a process of its own: what a hostile file breaks, it breaks there.

The process begins with no variable of the environment, no open file but the scan and its answer, in a session
of its own; it limits itself before it imports anything that reads files (see child.py).
"""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

from assistance.paper.codes import LONGEST
from assistance.scans.check import MOST_PAGES, REFUSALS, ScanRefused

log = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("child.py")
SECONDS = 30
LONGEST_ANSWER = 256 * 1024


@dataclass(frozen=True)
class Most:
    """What one reading may take at most: pages, seconds, and characters of a text, of which the beginning comes back."""

    pages: int = MOST_PAGES
    seconds: int | None = None
    text: int = LONGEST


def examine(upload: UploadedFile, content_type: str, most: Most = Most()) -> tuple[int, list[str]]:
    """The number of pages and the texts of all QR on them, in order. Raises `ScanRefused`, whatever happens."""
    with _on_disk(upload) as scan, tempfile.TemporaryFile() as answer:
        status = _run([content_type, str(most.pages), str(most.text)], scan, answer, most.seconds or SECONDS)
        answer.seek(0)
        said = answer.read(LONGEST_ANSWER)
    if status != 0:
        log.warning("a scan stopped its reader (status %s)", status)
        raise ScanRefused("heavy")
    return _understood(said)


def _run(arguments: list[str], scan: BinaryIO, answer: BinaryIO, seconds: int) -> int:
    """The exit status of the child: negative when a signal ended it, ours included when its time was over."""
    child = subprocess.Popen(  # noqa: S603 - our own program, without any word of the upload
        [sys.executable, "-I", str(CHILD), *arguments],
        stdin=scan,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        close_fds=True,
        start_new_session=True,
    )
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _understood(said: bytes) -> tuple[int, list[str]]:
    try:
        answer: dict[str, Any] = json.loads(said)
        if reason := answer.get("refused"):
            raise ScanRefused(reason if reason in REFUSALS else "damaged")
        return int(answer["pages"]), [str(text) for text in answer["texts"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("the reader of a scan gave no sense (%s)", type(error).__name__)
        raise ScanRefused("heavy") from error


@contextmanager
def _on_disk(upload: UploadedFile) -> Iterator[BinaryIO]:
    """The upload as an open file of the system, at its beginning, without holding it in memory once more."""
    if isinstance(upload, TemporaryUploadedFile):
        with open(upload.temporary_file_path(), "rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.seek(0)
        upload.seek(0)
        yield file
