"""Start everything, say where it is, watch over it, stop everything."""

import io
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command

from portal.health import HEARTBEAT_KEY
from portal.serving import children
from portal.serving.before import SERVED, CannotServe, require_free

READY_WITHIN = 120.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(host: str, port: int, announce: Callable[[], None]) -> int:
    """Serve until a signal comes, or until one of the processes ends by itself; the exit status.

    `announce` is called once everything answers. Raises `CannotServe`.
    """
    stopping = threading.Event()
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: stopping.set())
    require_free(host, port)
    var = Path(settings.VAR_DIR)
    team = [children.web(host, port), children.worker(), children.clock(var / "beat-schedule")]
    try:
        _set_up(stopping)
        cache.delete(HEARTBEAT_KEY)  # of an earlier worker
        for child in team:
            child.start(settings.BASE_DIR)
        _wait_until_ready(_address(host, port), team, stopping)
        if not stopping.is_set():
            (var / SERVED).write_text(json.dumps({"url": settings.SITE_URL, "pid": os.getpid()}))
            announce()
        return _watch(team, stopping)
    finally:
        (var / SERVED).unlink(missing_ok=True)
        children.stop(team)


def _set_up(stopping: threading.Event) -> None:
    """Everything that a first start needs and a later one finds done: tables, styles, counters, notices."""
    steps: list[tuple[str, dict[str, object]]] = [
        ("migrate", {"verbosity": 0}),
        ("collectstatic", {"verbosity": 0, "interactive": False}),
        ("load_counters", {"verbosity": 0}),
        ("load_notices", {"verbosity": 0}),
    ]
    if settings.DEMO:
        steps.append(("demo", {"verbosity": 0}))
    for command, options in steps:
        if not stopping.is_set():
            call_command(command, stdout=io.StringIO(), **options)


def _address(host: str, port: int) -> str:
    near = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{near}:{port}/readyz"


def _wait_until_ready(address: str, team: Sequence[children.Child], stopping: threading.Event) -> None:
    end = time.monotonic() + READY_WITHIN
    said = "nothing"
    while not stopping.wait(0.1):
        if child := children.dead(team):
            raise CannotServe(f"{child.name.capitalize()} ended at once, with status {child.status}: see above.")
        ready, said = _ask(address)
        if ready:
            return
        if time.monotonic() > end:
            raise CannotServe(f"The service did not get ready within {READY_WITHIN:.0f} s; /readyz says: {said}")


def _ask(address: str) -> tuple[bool, str]:
    try:
        with urlopen(address, timeout=5) as answer:  # noqa: S310
            return True, answer.read().decode()
    except HTTPError as error:
        return False, error.read().decode(errors="replace")
    except (URLError, OSError) as error:
        return False, type(error).__name__


def _watch(team: Sequence[children.Child], stopping: threading.Event) -> int:
    while not stopping.wait(0.5):
        if child := children.dead(team):
            print(f"{child.name.capitalize()} ended with status {child.status}: stopping.", file=sys.stderr)
            return 1
    with suppress(BrokenPipeError, OSError):
        print("Stopping.", flush=True)
    return 0
