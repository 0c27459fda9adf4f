"""The processes that `serve` starts: the web server, the worker and its clock. None outlives it, however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded.processes import die_with, wait_until

# The worker ends the task in hand first; a task may not last longer than this when the service is stopped.
PATIENCE = 20.0


@dataclass
class Child:
    """A process of the service. It leads a process group of its own, so that Ctrl-C reaches `serve` alone."""

    name: str
    arguments: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self, folder: Path) -> None:
        """Start it in `folder`. The kernel ends it when this process ends without a word."""
        self.process = subprocess.Popen(  # noqa: S603
            self.arguments, cwd=folder, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
            process_group=0, preexec_fn=_tied_to(os.getpid()),
        )  # fmt: skip

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self.process.poll() if self.process else None


def _tied_to(parent: int) -> Callable[[], None]:
    return lambda: die_with(parent, signal.SIGTERM)


def web(host: str, port: int) -> Child:
    """gunicorn with threads: pages wait on the database more than they compute."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    arguments = ["--bind", address, "--threads", os.environ.get("WEB_THREADS", "8")]
    program = [sys.executable, "-m", "gunicorn", "--config", "python:portal.serving.gunicorn_config"]
    return Child("the web server", [*program, *arguments, "portal.wsgi:application"])


def worker() -> Child:
    """Celery, for every queue."""
    queues = "receipts,letters,scans,seal,verify,celery"
    return Child("the worker", _celery("worker", "--queues", queues, "--without-mingle", "--without-gossip"))


def clock(schedule: Path) -> Child:
    """Celery's clock. Inside the worker it could end alone, and nothing would be sealed any more without a word.

    Exactly one: no file of its id, which one that was killed would leave behind.
    """
    return Child("the clock", _celery("beat", "--schedule", str(schedule), "--pidfile", ""))


def _celery(command: str, *options: str) -> list[str]:
    # On the embedded servers one may well be root; who hosts the service reads docs/operating.md.
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser"]
    level = os.environ.get("LOG_LEVEL", "WARNING")
    return [*python, "-m", "celery", "--app", "portal", "--quiet", command, *options, "--loglevel", level]


def dead(children: Sequence[Child]) -> Child | None:
    """The first of them that no longer runs, if any."""
    return next((child for child in children if child.status is not None), None)


def stop(children: Sequence[Child]) -> None:
    """Ask all to end, wait, then make sure that nothing of their process groups is left."""
    running = [child for child in children if child.process]
    for child in running:
        _signal_leader(child, signal.SIGTERM)
    wait_until(lambda: all(child.status is not None for child in running), PATIENCE)
    for child in running:
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()


def _signal_leader(child: Child, number: int) -> None:
    if child.status is None:
        child.process.send_signal(number)
