"""How much memory a process took."""

import re
from pathlib import Path


def most_megabytes() -> float:
    """The most that this process held at once since its program began, in MB (2²⁰ bytes).

    Not `ru_maxrss`: that one begins at what its parent held when it was started.
    """
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
