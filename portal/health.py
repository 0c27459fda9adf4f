"""Whether the service is alive, and whether each thing that it stands on answers."""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from redis import Redis

from consent.crypto import files

HEARTBEAT_KEY = "heartbeat"
HEARTBEAT_EVERY = 15.0  # seconds
HEARTBEAT_LASTS = 50  # seconds: three beats may be late before the worker counts as failed
PROBE_LASTS = 10.0  # seconds for which a probe of the storage is believed: each writes a file
log = logging.getLogger(__name__)


def beat() -> None:
    """Leave the sign that a worker and its clock are alive. Called by a task."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=HEARTBEAT_LASTS)


def report() -> dict[str, bool]:
    """Each thing by name, and whether it answers now. Never raises."""
    return {name: _answers(name, probe) for name, probe in PROBES.items()}


def _answers(name: str, probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    except Exception as error:  # whatever is wrong with it, it does not answer
        log.warning("readiness: %s failed (%s)", name, type(error).__name__)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _broker() -> bool:
    client = Redis.from_url(settings.CELERY_BROKER_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    finally:
        client.close()


def _worker() -> bool:
    return cache.get(HEARTBEAT_KEY) is not None


class _Storage:
    """Encrypts, stores, reads back and deletes a small file, at most once in `PROBE_LASTS` seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: tuple[float, bool] = (float("-inf"), False)

    def __call__(self) -> bool:
        with self._lock:
            when, well = self._last
            if not well or time.monotonic() - when > PROBE_LASTS:
                self._last = (time.monotonic(), False)
                self._last = (time.monotonic(), self._probe())
            return self._last[1]

    def _probe(self) -> bool:
        files.check_writable()
        return True


PROBES: dict[str, Callable[[], bool]] = {
    "database": _database,
    "broker": _broker,
    "worker": _worker,
    "storage": _Storage(),
}
