"""Valkey stopped, or silent: acts still commit within seconds, nothing is lost, pages say so in plain words."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.conf import settings as site
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from kombu import pools

from assistance.models import Letter
from consent import outbox
from consent.acts.registry import get_act
from consent.bases import Via
from consent.models import OutboxItem
from consent.tasks import deliver_item
from consent.wall import opened
from portal.celery import app as celery
from tests.examples import Case
from tests.trials.world import World

ONLINE = Case(get_act("grant.give"), Via.SELF, known=True)
PATIENCE = 6  # seconds that a person may wait for an act while the broker does not answer


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port on which someone accepts, and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        kept, stop = [], threading.Event()

        def accept() -> None:
            server.settimeout(0.1)
            while not stop.is_set():
                try:
                    kept.append(server.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        thread.join()
        for one in kept:
            one.close()


@pytest.fixture
def broker_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Point Celery at another broker; the one of the tests is left alone."""

    def forget() -> None:
        pools.reset()
        celery._pool = None
        celery.amqp._producer_pool = None
        celery.amqp.__dict__.pop("producer_pool", None)
        outbox._quiet_until = 0.0

    def point(port: int) -> None:
        monkeypatch.setattr(celery.conf, "broker_url", f"redis://127.0.0.1:{port}/0")
        monkeypatch.setattr(celery.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
        forget()

    yield point
    monkeypatch.undo()
    forget()


def test_every_process_asks_the_broker_of_the_settings(settings):
    assert deliver_item.app is celery
    assert celery.conf.broker_url == settings.REDIS_URL


def test_an_act_asks_the_worker_for_its_letter(committed: None, caplog: pytest.LogCaptureFixture):
    ready = World().ready(ONLINE)
    with celery.connection_for_read() as broker:
        queue = broker.SimpleQueue("receipts")
        queue.clear()
        receipt = ready.do()
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    with opened(receipt.person_id):
        item = OutboxItem.objects.get(subject_id=receipt.entry_id)
    assert message.payload[0] == [str(item.pk), str(receipt.person_id)]
    assert "does not answer" not in caplog.text


@pytest.mark.parametrize("how", ["stopped", "silent"])
def test_an_act_stands_while_the_broker_is_down(committed: None, broker_at, silent_port: int, how: str):
    ready = World().ready(Case(get_act("grant.give"), Via.SELF, known=True))
    broker_at(closed_port() if how == "stopped" else silent_port)
    begun = time.monotonic()
    receipt = ready.do()
    assert time.monotonic() - begun < PATIENCE
    with opened(receipt.person_id):
        item = OutboxItem.objects.get(subject_id=receipt.entry_id)
        assert item.delivered_at is None
    assert outbox.sweep(older_than=outbox.timedelta(0)) >= 1
    with opened(receipt.person_id):
        assert OutboxItem.objects.get(pk=item.pk).delivered_at is not None
        assert Letter.objects.filter(subject_id=item.pk).count() == 1


def test_several_letters_wait_no_longer_than_one(committed: None, broker_at, silent_port: int, caplog):
    person_id = World().odette.id
    broker_at(silent_port)
    begun = time.monotonic()
    with transaction.atomic(), opened(person_id):
        for _number in range(5):
            outbox.put("told", person_id, person_id)
    assert time.monotonic() - begun < PATIENCE
    assert caplog.text.count("does not answer") == 1


@pytest.fixture
def no_valkey(settings) -> None:
    """The cache, and so the sessions, at a port where nobody listens."""
    broken = {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{closed_port()}/0"}
    settings.CACHES = {"default": broken}
    assert caches.settings["default"]["LOCATION"] == broken["LOCATION"]


def browser(cookie: str | None = None) -> Client:
    client = Client(raise_request_exception=False)
    if cookie:
        client.cookies[site.SESSION_COOKIE_NAME] = cookie
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/information/", "/guichets/", "/droits/"])
@pytest.mark.parametrize("cookie", [None, "x" * 32], ids=["a newcomer", "someone signed in"])
def test_public_pages_stand_without_valkey(no_valkey: None, world_notice: None, path: str, cookie: str | None):
    answer = browser(cookie).get(path)
    assert answer.status_code == 200, path
    assert not cookie or answer.client.cookies[site.SESSION_COOKIE_NAME].value == cookie, "the outage signed them out"


@pytest.fixture
def world_notice(db: None) -> None:
    World()


@pytest.mark.django_db
def test_pages_that_need_to_know_who_one_is_say_plainly_that_they_cannot(no_valkey: None):
    answer = browser("x" * 32).get("/bienvenue/")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Que faire ?" in page
    assert answer.headers["Retry-After"].isdigit()
    assert "redis" not in page.lower()
    assert "127.0.0.1" not in page


@pytest.mark.django_db
def test_nobody_signs_in_past_the_limit_while_it_cannot_be_counted(no_valkey: None):
    answer = browser().post("/compte/login/", {"login": "odette@exemple.fr", "password": "une phrase"})
    assert answer.status_code == 503
