"""When the embedded servers start and stop: with the first process that needs them, and after the last.

Each process that uses them holds a shared lock on var/servers.lock until it ends, however it ends; whoever
obtains that lock alone stops the servers: the last process when it leaves, or the warden when that one was
killed. Starting is done by one process at a time. What is written is written whole, so that a start that
was cut short is done again by the next.
"""

import atexit
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from portal.embedded import postgres, valkey

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
PORT_TRIES = 5
_held: list[IO[str]] = []


class CannotStart(Exception):
    """An embedded server could not be started; the message says which and where its log is."""


def join() -> dict[str, str]:
    """The environment of the service on its embedded servers, which run from now on while this process does."""
    VAR.mkdir(parents=True, exist_ok=True)
    with _lock("starting.lock", fcntl.LOCK_EX):
        if not _held:
            _held.append(_lock("servers.lock", fcntl.LOCK_SH))
            atexit.register(leave, os.getpid())
        _end_by_exit(signal.SIGTERM)
        secrets = _secrets()
        ports = _running_ports() or _start(secrets)
    return _environment(secrets, ports)


def leave(pid: int | None = None) -> None:
    """Stop using the servers; stop them when nobody else uses them.

    `pid` is the process that joined: what it forked inherits its exit hooks, and must not use them.
    """
    if not _held or pid not in (None, os.getpid()):
        return
    _held.pop().close()
    if not VAR.exists():
        return
    with _lock("starting.lock", fcntl.LOCK_EX), open_file("servers.lock") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Others use them still, and share the lock at once; or the warden was faster: wait until it has stopped them.
            fcntl.flock(users, fcntl.LOCK_SH)
            return
        stop()


def stop() -> None:
    """Stop both servers of this checkout, whoever uses them."""
    valkey.stop(VAR / "valkey")
    postgres.stop(VAR / "postgres")


def open_file(name: str) -> IO[str]:
    """The lock file of this name in var/, open and not locked; children that run another program do not get it."""
    return (VAR / name).open("a")


def _end_by_exit(number: int) -> None:
    # The default action of SIGTERM would skip what atexit has to do.
    if threading.current_thread() is threading.main_thread() and signal.getsignal(number) is signal.SIG_DFL:
        signal.signal(number, lambda *_: (_ for _ in ()).throw(SystemExit(143)))


def _start(secrets: dict[str, str]) -> dict[str, int]:
    data = VAR / "postgres"
    try:
        if not (data / "PG_VERSION").exists():
            postgres.create(data, secrets["PASSWORD_POSTGRES"])
        ports = {"postgres": _on_free_port(lambda port: postgres.start(data, port))}
        if not (VAR / "bootstrapped").exists():
            passwords = {role: secrets[f"PASSWORD_{role.upper()}"] for role in ("postgres", "owner", "app")}
            postgres.bootstrap(ports["postgres"], passwords)
            (VAR / "bootstrapped").touch()
    except subprocess.CalledProcessError as error:
        words = (error.stderr or b"").decode(errors="replace").strip()
        raise CannotStart(f"PostgreSQL did not start ({words or 'see ' + str(data / 'log')}).") from error
    try:
        password = secrets["PASSWORD_VALKEY"]
        ports["valkey"] = _on_free_port(lambda port: valkey.start(VAR / "valkey", port, password))
    except TimeoutError as error:
        raise CannotStart(str(error)) from error
    _write("ports.json", json.dumps(ports))
    _start_warden()
    return ports


def _on_free_port(start: Callable[[int], None]) -> int:
    """Start on a port that is free now; another process may take it first, then try another."""
    for attempt in range(PORT_TRIES):
        port = _free_port()
        try:
            start(port)
        except (subprocess.CalledProcessError, TimeoutError):
            if attempt == PORT_TRIES - 1 or not _is_taken(port):
                raise
        else:
            return port
    raise AssertionError("unreachable")


def _start_warden() -> None:
    subprocess.Popen(
        [sys.executable, "-m", "portal.embedded.warden"],
        cwd=ROOT, env={**os.environ, "VAR_DIR": str(VAR)}, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ).returncode = 0  # fmt: skip
    # Its end is nobody's to wait for: with a return code, Python does not mourn the handle.


def _running_ports() -> dict[str, int] | None:
    """The ports of the servers when both run; when one is missing the other is stopped, to start afresh."""
    if postgres.is_running(VAR / "postgres") and valkey.is_running(VAR / "valkey") and (VAR / "ports.json").exists():
        return json.loads((VAR / "ports.json").read_text())
    stop()
    (VAR / "ports.json").unlink(missing_ok=True)
    return None


def _secrets() -> dict[str, str]:
    """The passwords and the secret key of this checkout, made once, readable by its owner only."""
    path = VAR / "secrets.json"
    if not path.exists():
        names = ["PASSWORD_POSTGRES", "PASSWORD_OWNER", "PASSWORD_APP", "PASSWORD_VALKEY", "SECRET_KEY"]
        _write("secrets.json", json.dumps({name: postgres.new_password() for name in names}))
    if not (VAR / "master-keyset.json").exists():
        from consent.crypto.master import create_keyset

        _write("master-keyset.json", create_keyset())
    if not (VAR / "seal-keys.txt").exists():
        from consent.seal import EXAMPLE_ORIGIN, keys

        _write("seal-keys.txt", keys.create(os.environ.get("SEAL_ORIGIN") or EXAMPLE_ORIGIN).line() + "\n")
    return json.loads(path.read_text())


def _write(name: str, text: str) -> None:
    """Write a file of var/ for its owner only, whole or not at all."""
    half = VAR / f"{name}.half"
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    half.write_text(text)
    half.replace(VAR / name)


def _environment(secrets: dict[str, str], ports: dict[str, int]) -> dict[str, str]:
    database = f"127.0.0.1:{ports['postgres']}/pleingre"
    named = {
        "DATABASE_URL": f"postgres://app:{secrets['PASSWORD_APP']}@{database}",
        "OWNER_DATABASE_URL": f"postgres://owner:{secrets['PASSWORD_OWNER']}@{database}",
        "REDIS_URL": f"redis://:{secrets['PASSWORD_VALKEY']}@127.0.0.1:{ports['valkey']}/0",
        "SECRET_KEY": secrets["SECRET_KEY"],
        "MASTER_KEYSET_FILE": str(VAR / "master-keyset.json"),
        "SEAL_KEYS_FILE": str(VAR / "seal-keys.txt"),
    }
    return {name: value for name, value in named.items() if name not in os.environ}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _lock(name: str, how: int) -> IO[str]:
    file = open_file(name)
    fcntl.flock(file, how)
    return file
