"""When the embedded servers start and stop: with the first process that needs them, and after the last.

Each process that uses them holds a shared lock on var/servers.lock until it ends, however it ends; whoever
obtains that lock alone when leaving stops the servers. Starting is done by one process at a time.
"""

import atexit
import fcntl
import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import IO

from portal.embedded import postgres, valkey

VAR = Path(__file__).resolve().parent.parent.parent / "var"
_held: list[IO[str]] = []


class CannotStart(Exception):
    """An embedded server could not be started; the message says which and where its log is."""


def join() -> dict[str, str]:
    """The environment of the service on its embedded servers, which run from now on while this process does."""
    VAR.mkdir(exist_ok=True)
    with _lock("starting.lock", fcntl.LOCK_EX):
        if not _held:
            _held.append(_open_locked("servers.lock", fcntl.LOCK_SH))
            atexit.register(leave)
        _end_by_exit(signal.SIGTERM)
        secrets = _secrets()
        ports = _running_ports(secrets) or _start(secrets)
    return _environment(secrets, ports)


def leave() -> None:
    """Stop using the servers; stop them when nobody else uses them."""
    if not _held:
        return
    _held.pop().close()
    if not VAR.exists():
        return
    with _lock("starting.lock", fcntl.LOCK_EX), (VAR / "servers.lock").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        stop()


def stop() -> None:
    """Stop both servers of this checkout, whoever uses them."""
    valkey.stop(VAR / "valkey")
    postgres.stop(VAR / "postgres")


def _end_by_exit(number: int) -> None:
    # The default action of SIGTERM would skip what atexit has to do.
    import threading

    if threading.current_thread() is threading.main_thread() and signal.getsignal(number) is signal.SIG_DFL:
        signal.signal(number, lambda *_: (_ for _ in ()).throw(SystemExit(143)))


def _start(secrets: dict[str, str]) -> dict[str, int]:
    ports = {"postgres": _free_port(), "valkey": _free_port()}
    data = VAR / "postgres"
    try:
        if not (data / "PG_VERSION").exists():
            postgres.create(data, secrets["PASSWORD_POSTGRES"])
        if not postgres.is_running(data):
            (data / "postmaster.pid").unlink(missing_ok=True)
            postgres.start(data, ports["postgres"])
        if not (VAR / "bootstrapped").exists():
            passwords = {role: secrets[f"PASSWORD_{role.upper()}"] for role in ("postgres", "owner", "app")}
            postgres.bootstrap(ports["postgres"], passwords)
            (VAR / "bootstrapped").touch()
    except subprocess.CalledProcessError as error:
        words = (error.stderr or b"").decode(errors="replace").strip()
        raise CannotStart(f"PostgreSQL did not start ({words or 'see ' + str(data / 'log')}).") from error
    valkey.stop(VAR / "valkey")
    valkey.start(VAR / "valkey", ports["valkey"], secrets["PASSWORD_VALKEY"])
    (VAR / "ports.json").write_text(json.dumps(ports))
    return ports


def _running_ports(secrets: dict[str, str]) -> dict[str, int] | None:
    if postgres.is_running(VAR / "postgres") and valkey.is_running(VAR / "valkey") and (VAR / "ports.json").exists():
        return json.loads((VAR / "ports.json").read_text())
    postgres.stop(VAR / "postgres")
    valkey.stop(VAR / "valkey")
    return None


def _secrets() -> dict[str, str]:
    """The passwords and the secret key of this checkout, made once, readable by its owner only."""
    path = VAR / "secrets.json"
    if not path.exists():
        names = ["PASSWORD_POSTGRES", "PASSWORD_OWNER", "PASSWORD_APP", "PASSWORD_VALKEY", "SECRET_KEY"]
        path.touch(mode=0o600)
        path.write_text(json.dumps({name: postgres.new_password() for name in names}))
    keyset = VAR / "master-keyset.json"
    if not keyset.exists():
        from consent.crypto.master import create_keyset

        keyset.touch(mode=0o600)
        keyset.write_text(create_keyset())
    return json.loads(path.read_text())


def _environment(secrets: dict[str, str], ports: dict[str, int]) -> dict[str, str]:
    database = f"127.0.0.1:{ports['postgres']}/pleingre"
    named = {
        "DATABASE_URL": f"postgres://app:{secrets['PASSWORD_APP']}@{database}",
        "OWNER_DATABASE_URL": f"postgres://owner:{secrets['PASSWORD_OWNER']}@{database}",
        "REDIS_URL": f"redis://:{secrets['PASSWORD_VALKEY']}@127.0.0.1:{ports['valkey']}/0",
        "SECRET_KEY": secrets["SECRET_KEY"],
        "MASTER_KEYSET_FILE": str(VAR / "master-keyset.json"),
    }
    return {name: value for name, value in named.items() if name not in os.environ}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _open_locked(name: str, how: int) -> IO[str]:
    file = (VAR / name).open("a")
    fcntl.flock(file, how)
    return file


_lock = _open_locked
