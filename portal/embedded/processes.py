"""Finding and ending the processes of this checkout, and tying a child's life to its parent's."""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def working_in(folder: Path, name: str) -> list[int]:
    """The ids of the processes whose working directory is `folder` and whose program's name contains `name`."""
    wanted = str(folder.resolve())
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            here = str((entry / "cwd").readlink()).removesuffix(" (deleted)")
            if here == wanted and name in (entry / "comm").read_text() and not _is_dead(entry):
                found.append(int(entry.name))
        except OSError:  # ended meanwhile, or somebody else's
            continue
    return found


def _is_dead(entry: Path) -> bool:
    """True for a process that ended and that its parent has not yet mourned."""
    return (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Look every 20 ms until `done`; False if it was not within `seconds`."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def die_with(parent: int, number: int = signal.SIGTERM) -> None:
    """Ask the kernel to send this process `number` when its parent, the process `parent`, ends however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), number)
