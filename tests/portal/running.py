"""The real thing in a process of its own, with a `var/` of its own: for tests that look at it from outside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from django.conf import settings

# What the test session put in the environment, and what an operator may have: a clone on a fresh machine has none.
OURS = {
    "DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MASTER_KEYSET", "MASTER_KEYSET_FILE",
    "STORAGE_ROOT", "STATIC_ROOT", "EMAIL_URL", "DEMO", "ALLOWED_HOSTS", "CONN_MAX_AGE", "SITE_URL", "HOST", "PORT",
    "LOG_LEVEL", "VAR_DIR", "SEAL_KEYS", "SEAL_KEYS_FILE", "SEAL_ORIGIN",
}  # fmt: skip


def environment(var: Path, **more: str) -> dict[str, str]:
    """The environment of a fresh machine, with its own `var/`."""
    return {**{k: v for k, v in os.environ.items() if k not in OURS}, "VAR_DIR": str(var), **more}


def manage(var: Path, *arguments: str, timeout: float = 180, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py <arguments>` to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=environment(var, **more),
        capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip


def start(var: Path, *arguments: str, **more: str) -> "subprocess.Popen[str]":
    """Start `manage.py <arguments>`; what it says goes to `said.txt` beside its var/."""
    with (var.parent / "said.txt").open("a") as said:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=environment(var, **more),
            stdout=said, stderr=said, text=True,
        )  # fmt: skip


def processes_of(var: Path) -> list[str]:
    """The command lines of the processes that live in this `var/` or were told of it."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                continue
            told = str(var).encode() in (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            if told or str((entry / "cwd").readlink()).startswith(str(var)):
                found.append((entry / "cmdline").read_bytes().decode().replace("\0", " ") or entry.name)
        except OSError:
            continue
    return found


def none_left(var: Path, seconds: float = 15) -> list[str]:
    """What is still there after at most this long; empty when all have gone."""
    end = time.monotonic() + seconds
    while (left := processes_of(var)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Service:
    """`manage.py serve`, running."""

    var: Path
    port: int
    process: "subprocess.Popen[str]"

    @property
    def said(self) -> str:
        """What it wrote in the terminal."""
        return (self.var.parent / "said.txt").read_text()

    def get(self, path: str) -> tuple[int, str]:
        """The status and the body of a page."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()

    def wait_ready(self, seconds: float = 180) -> None:
        """Wait until it announced itself."""
        end = time.monotonic() + seconds
        while "Ctrl-C stops everything" not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.05)


@contextmanager
def served(var: Path) -> Iterator[Service]:
    """The whole service on a free port, ready; killed afterwards if the test did not stop it."""
    port = free_port()
    (var.parent / "said.txt").unlink(missing_ok=True)
    service = Service(var, port, start(var, "serve", "--port", str(port)))
    try:
        service.wait_ready()
        yield service
    finally:
        if service.process.poll() is None:
            service.process.send_signal(signal.SIGTERM)
            service.process.wait(30)
