"""Printing with real transactions: several at once, a fault in the middle, and a web process that stays small."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from assistance import printing
from assistance.models import Printout, PrintoutKind
from assistance.printed import form_name
from consent import outbox
from consent.acts.registry import get_act
from consent.models import OutboxItem

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def nobody_else_delivers(monkeypatch):
    monkeypatch.setattr(outbox, "_nudge", lambda *item: None)


def at_once(work, count: int) -> list:
    def alone(number: int):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(alone, range(count)))


def ask():
    return printing.ask(PrintoutKind.FORM, person_id=None, name=form_name(get_act("space.open")))


def test_twenty_clicks_at_once_ask_for_one_printout():
    asked = at_once(lambda _number: ask().pk, 20)
    assert len(set(asked)) == 1
    assert Printout.objects.count() == OutboxItem.objects.count() == 1


def test_workers_at_once_make_it_once(monkeypatch):
    from assistance.paper import render

    made = []

    def slow(sheet):
        made.append(sheet)
        time.sleep(0.5)
        return b"%PDF-"

    monkeypatch.setattr(render, "render", slow)
    printout = ask()
    item = OutboxItem.objects.get()
    together = Barrier(6)

    def deliver(_number):
        connection.ensure_connection()
        together.wait(30)
        return outbox.deliver(item.pk, None)

    delivered = at_once(deliver, 6)
    assert sorted(delivered) == [False] * 5 + [True]
    assert len(made) == 1
    assert printing.find(printout.pk, None).ready_at
    item.refresh_from_db()
    assert item.attempts == 1, "whoever comes while one makes it has tried nothing"


def test_a_failed_try_is_counted_and_leaves_nothing_else(monkeypatch):
    from assistance.paper import render

    def broken(sheet):
        raise ValueError(sheet.title)

    monkeypatch.setattr(render, "render", broken)
    before = {path for path in settings.STORAGE_ROOT.rglob("*") if path.is_file()}
    printout = ask()
    item = OutboxItem.objects.get()
    with pytest.raises(ValueError, match="Ouvrir"):
        outbox.deliver(item.pk, None)
    item.refresh_from_db()
    assert (item.attempts, item.delivered_at) == (1, None)
    found = printing.find(printout.pk, None)
    assert (found.path, found.ready_at, found.failed_at) == ("", None, None)
    assert {path for path in settings.STORAGE_ROOT.rglob("*") if path.is_file()} == before


def test_a_full_disk_is_tried_again_and_leaves_nothing(monkeypatch):
    from django.core.files.storage import default_storage

    def full(*_a, **_k):
        raise OSError(28, "No space left on device")

    before = {path for path in settings.STORAGE_ROOT.rglob("*") if path.is_file()}
    printout = ask()
    item = OutboxItem.objects.get()
    with monkeypatch.context() as patched:
        patched.setattr(type(default_storage._wrapped), "_save", full)
        with pytest.raises(OSError, match="No space"):
            outbox.deliver(item.pk, None)
    assert {path for path in settings.STORAGE_ROOT.rglob("*") if path.is_file()} == before
    assert outbox.deliver(item.pk, None)
    assert printing.find(printout.pk, None).ready_at


def test_a_web_process_never_loads_the_engine_of_pdf():
    program = (
        "import sys, django; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "from django.test import RequestFactory; from assistance.pages.paper_forms import paper_form;"
        "import django.conf; django.conf.settings.PRINTOUT_WAIT_SECONDS = 0;"
        f"print(paper_form(RequestFactory().get('/', REMOTE_ADDR='192.0.2.{uuid4().int % 250}'), 'space.close')"
        ".status_code, *[name for name in ('weasyprint', 'pypdfium2', 'zxingcpp') if name in sys.modules])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    environment["DATABASE_URL"] = environment["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.stdout.split() == ["202"], done.stderr[-2000:]
