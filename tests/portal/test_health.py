"""`/healthz` and `/readyz`: what watches the service learns what fails, and nothing about anybody."""

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client, override_settings

from portal import health
from portal.tasks import heartbeat

ALL_WELL = {"database": "ok", "broker": "ok", "worker": "ok", "storage": "ok"}
CLOSED_PORT = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def storage_not_asked_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(health.PROBES, "storage", health._Storage())


@pytest.fixture
def worker_alive() -> None:
    heartbeat.run()


def failed(client: Client) -> set[str]:
    """The names that /readyz calls failed; its status says the same."""
    answer = client.get("/readyz")
    names = {name for name, state in answer.json().items() if state == "failed"}
    assert answer.status_code == (503 if names else 200)
    return names


@pytest.mark.django_db
def test_ready_when_all_answer(client: Client, worker_alive: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, ALL_WELL)


@pytest.mark.django_db
def test_a_worker_that_never_spoke_or_fell_silent_is_failed(client: Client) -> None:
    assert failed(client) == {"worker"}
    heartbeat.run()
    assert failed(client) == set()
    assert 45 <= cache._cache.get_client().ttl(cache.make_key(health.HEARTBEAT_KEY)) <= health.HEARTBEAT_LASTS


@pytest.mark.django_db
def test_a_broker_that_does_not_answer_is_failed(client: Client, worker_alive: None) -> None:
    with override_settings(CELERY_BROKER_URL=CLOSED_PORT):
        assert failed(client) == {"broker"}


@pytest.mark.django_db
def test_a_storage_that_cannot_be_written_is_failed(client: Client, worker_alive: None, settings, tmp_path) -> None:
    place = tmp_path / "a file where the folder should be"
    place.write_text("")
    storages = {**settings.STORAGES}
    storages["default"] = {**storages["default"], "OPTIONS": {"location": str(place)}}
    settings.STORAGES = storages
    assert failed(client) == {"storage"}


@pytest.mark.django_db
def test_the_probe_of_the_storage_leaves_nothing_and_is_not_repeated_at_once(
    client: Client, worker_alive: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    probes = []
    probe = health._Storage._probe
    monkeypatch.setattr(health._Storage, "_probe", lambda self: probes.append(1) or probe(self))
    client.get("/readyz")
    client.get("/readyz")
    assert len(probes) == 1
    assert default_storage.listdir("health")[1] == []


def test_a_database_that_does_not_answer_is_failed(client: Client, worker_alive: None, monkeypatch) -> None:
    # Without the mark, the test session refuses every use of the database: as good as one that is down.
    assert failed(client) == {"database"}


def test_alive_asks_nothing_of_anything(client: Client) -> None:
    with override_settings(CELERY_BROKER_URL=CLOSED_PORT):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_neither_makes_a_session_nor_may_be_kept(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.cookies == {}
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_readiness_costs_one_statement(client: Client, worker_alive: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        client.get("/readyz")
    assert connection.vendor == "postgresql"
