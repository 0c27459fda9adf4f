"""What cannot serve as a scan is refused in words; the process that was asked lives on, no bigger than before.

A hostile file more is a line more in `HOSTILE`.
"""

import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assistance.paper.codes import read_code
from assistance.scans import ScanRefused, recognise, sandbox
from tests.assistance.scans.papers import (
    MANDATE,
    empty_pages,
    image_bomb,
    jpeg,
    nested_forms,
    page_saying,
    pdf,
    pdf_with,
    png,
    png_bomb,
    sheet,
)  # fmt: skip

MEGABYTE = 1024 * 1024


def with_javascript(document: pikepdf.Pdf) -> None:
    document.add_blank_page()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["x", script]))


def with_attachment(document: pikepdf.Pdf) -> None:
    document.add_blank_page()
    document.attachments["x.exe"] = b"MZ"


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "an empty file": (lambda: b"", {"empty"}),
    "21 megabytes": (lambda: b"%PDF-1.7\n" + bytes(21 * MEGABYTE), {"large"}),
    "a text called PDF": (lambda: b"Bonjour, ceci est un mandat.", {"type"}),
    "a web page": (lambda: b"<html><script>alert(1)</script></html>", {"type"}),
    "a program": (lambda: b"\x7fELF" + bytes(200), {"type"}),
    "a PDF behind something else": (lambda: b"GIF89a" + pdf(sheet(MANDATE)), {"type"}),
    "400 pages": (lambda: pdf_with(empty_pages(400)), {"pages"}),
    "21 pages": (lambda: pdf_with(empty_pages(21)), {"pages"}),
    "a PDF cut in the middle": (lambda: pdf(sheet(MANDATE))[:-3000], {"damaged"}),
    "a PDF that is only a beginning": (lambda: b"%PDF-1.7\n%%EOF", {"damaged"}),
    "a PDF of noise": (lambda: b"%PDF-1.7\n" + os.urandom(100_000) + b"%%EOF", {"damaged"}),
    "a locked PDF": (
        lambda: pdf_with(empty_pages(1), encryption=pikepdf.Encryption(owner="a", user="b")), {"locked"},
    ),
    "a PDF with a program": (lambda: pdf_with(with_javascript), {"active"}),
    "a PDF with a file in it": (lambda: pdf_with(with_attachment), {"active"}),
    "a PNG of 20000 by 20000": (lambda: png_bomb(20_000), {"pixels"}),
    "a PNG cut in the middle": (lambda: png(sheet(MANDATE))[:-2000], {"damaged"}),
    "a JPEG cut in the middle": (lambda: jpeg(sheet(MANDATE))[:2000], {"damaged"}),
    "a JPEG of noise": (lambda: b"\xff\xd8\xff\xe0" + os.urandom(5000), {"damaged"}),
    "a page that draws for ever": (lambda: pdf_with(nested_forms()), {"heavy"}),
}  # fmt: skip

# What may be read or refused, as long as nothing breaks.
HARMLESS: dict[str, Callable[[], bytes]] = {
    "a page as large as a field": lambda: pdf_with(page_saying(b"0 0 9 9 re f", size=(14_400, 14_400))),
    "a page with 64 megabytes of nothing": lambda: pdf_with(image_bomb(8_000)),
    "a page with a very long drawing": lambda: pdf_with(page_saying(b"0 0 m 500 800 l S " * 20_000)),
    "a PDF whose pages are in a ring": lambda: pdf_with(empty_pages(2)).replace(b"/Count 2", b"/Count 9"),
}


@pytest.fixture(autouse=True)
def little_patience(monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS", 6)


def memory() -> float:
    """Megabytes that this process holds now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / MEGABYTE


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(name: str):
    make, reasons = HOSTILE[name]
    upload = SimpleUploadedFile("odette.pdf", make())
    before, begun = memory(), time.monotonic()
    with pytest.raises(ScanRefused) as refused:
        recognise(upload)
    assert refused.value.reason in reasons
    assert str(refused.value.message).endswith(".")
    assert refused.value.status == (413 if "large" in reasons else 422)
    assert memory() - before < 20
    assert time.monotonic() - begun < 9


@pytest.mark.parametrize("name", HARMLESS)
def test_a_strange_file_breaks_nothing(name: str):
    upload = SimpleUploadedFile("odette.pdf", HARMLESS[name]())
    before = memory()
    with contextlib.suppress(ScanRefused):
        assert recognise(upload).codes == ()
    assert memory() - before < 20


def test_a_reader_that_dies_is_a_refusal(monkeypatch, tmp_path):
    for program in ("import os; os.abort()", "raise SystemExit(3)", "print('no sense')", "print('[1]')", ""):
        broken = tmp_path / "child.py"
        broken.write_text(program)
        monkeypatch.setattr(sandbox, "CHILD", broken)
        with pytest.raises(ScanRefused) as refused:
            recognise(SimpleUploadedFile("scan", png(sheet(MANDATE))))
        assert refused.value.reason == "heavy"


def test_a_reader_that_never_answers_is_killed_with_all_that_it_started(monkeypatch, tmp_path):
    sleeper = tmp_path / "child.py"
    noted = tmp_path / "pid"
    sleeper.write_text(
        "import os, subprocess, time\n"
        f"child = subprocess.Popen(['/bin/sleep', '60'])\nopen({str(noted)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    monkeypatch.setattr(sandbox, "CHILD", sleeper)
    monkeypatch.setattr(sandbox, "SECONDS", 2)
    with pytest.raises(ScanRefused):
        recognise(SimpleUploadedFile("scan", png(sheet(MANDATE))))
    time.sleep(0.2)
    status = Path(f"/proc/{noted.read_text()}/stat")
    assert not status.exists() or status.read_text().split()[2] == "Z"


def test_the_reader_is_given_nothing_of_ours(monkeypatch, tmp_path):
    spy = tmp_path / "child.py"
    told = tmp_path / "told"
    spy.write_text(
        "import json, os\n"
        "held = sorted(int(fd) for fd in os.listdir('/proc/self/fd'))\n"
        f"json.dump([dict(os.environ), held, os.getcwd(), os.getsid(0) == os.getpid()], open({str(told)!r}, 'w'))\n"
        'print(\'{"pages": 1, "texts": []}\')\n'
    )
    monkeypatch.setattr(sandbox, "CHILD", spy)
    recognise(SimpleUploadedFile("scan", png(sheet(MANDATE))))
    environment, held, place, own_session = json.loads(told.read_text())
    assert not {"SECRET_KEY", "MASTER_KEYSET", "DATABASE_URL", "REDIS_URL"} & set(environment)
    assert set(environment) <= {"LC_CTYPE"}
    # 0, 1, 2, and the folder being listed.
    assert len(held) <= 4
    assert (place, own_session) == ("/", True)


def test_the_reader_has_no_right_to_more_than_it_needs():
    program = (
        f"import sys, resource; sys.path.insert(0, {str(sandbox.CHILD.parent)!r}); import child; child.limit();"
        "print([resource.getrlimit(each)[1] for each in (resource.RLIMIT_AS, resource.RLIMIT_CPU,"
        " resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)])"
    )
    limits = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True).stdout
    assert limits.strip() == str([1024 * MEGABYTE, 20, 32, 256 * 1024, 0])


def test_what_is_made_to_pass_for_ours_is_checked_by_its_key():
    assert read_code(MANDATE).reference == "MD-7K2P-9QXA"
