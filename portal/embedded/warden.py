"""Stops the embedded servers when the last process that used them was killed before it could.

Run as `python -m portal.embedded.warden`, by whoever starts the servers. It waits for the lock that every
user of the servers shares, in a process of its own, so that even SIGKILL leaves no server behind.
"""

import fcntl
import sys

from portal.embedded import life, postgres


def main() -> int:
    """Wait until nobody uses the servers, stop them, end. A second warden ends at once."""
    data = life.VAR / "postgres"
    pid = postgres.pid_of(data)
    with life.open_file("warden.lock") as only, life.open_file("servers.lock") as users:
        try:
            fcntl.flock(only, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        fcntl.flock(users, fcntl.LOCK_EX)
        life.stop()
        if pid and not data.exists():  # var/ was removed under the servers' feet
            postgres.end(pid, data)
        # Free the place before anybody can start new servers: they will bring a warden of their own.
        fcntl.flock(only, fcntl.LOCK_UN)
    return 0


if __name__ == "__main__":
    sys.exit(main())
