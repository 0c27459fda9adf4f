"""A million entries that wait, sealed by one process with one batch after the other; its memory is in the note.

The reference is the goal in seconds: 60, on two cores. Filling the journal is not counted, nor starting the process.
BENCH_ENTRIES makes it smaller while something is being tried; the goal shrinks with it.
"""

import json
import os
import subprocess
import sys
import time

from bench._database import environment, own_database
from bench._journal import journal_lines
from bench._memory import most_megabytes
from bench.line import Line

ENTRIES = int(os.environ.get("BENCH_ENTRIES") or 1_000_000)
SECONDS = 60.0
MEGABYTES = 300


def measure() -> Line:
    """Seconds for all of them. More memory than the goal is a miss too: then the measure fails."""
    with own_database() as owner:
        owner.execute(journal_lines(ENTRIES))
        owner.execute("VACUUM ANALYZE")
        done = subprocess.run(
            [sys.executable, "-m", "bench.seal_million"], env=environment(), check=True, capture_output=True
        )
        found = json.loads(done.stdout)
        placed, tiles, size = owner.execute(
            "SELECT (SELECT count(*) FROM consent_sealplace), (SELECT sum(octet_length(hashes)) FROM consent_sealtile), "
            "pg_total_relation_size('consent_sealplace') + pg_total_relation_size('consent_sealtile')"
        ).fetchone()
    if (found["sealed"], placed) != (ENTRIES, ENTRIES):
        raise AssertionError(f"{found['sealed']} sealed, {placed} placed")
    if found["megabytes"] > MEGABYTES:
        raise AssertionError(f"{found['megabytes']:.0f} MB of memory: the goal is {MEGABYTES}")
    note = f"{found['megabytes']:.0f} MB of memory; {tiles / 1e6:.1f} MB of hashes, {size / 1e6:.0f} MB on disk"
    return Line("seal_million", found["seconds"], SECONDS * ENTRIES / 1_000_000, goal=1, unit="s", note=note)


def _alone() -> None:
    """In a process of its own, whose memory is the sealer's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from consent.seal.sealer import seal

    start = time.perf_counter()
    sealed = seal(most_seconds=3600)
    seconds = time.perf_counter() - start
    megabytes = most_megabytes()
    print(json.dumps({"sealed": sealed, "seconds": seconds, "megabytes": megabytes}))


if __name__ == "__main__":
    _alone()
