"""An inclusion proof from stored tiles, against that of pymerkle's tree in memory, on the same leaves.

The leaves are a million, which take pymerkle half a gigabyte; `python -m bench inclusion_proof --leaves 10000000` does
ten million, for a machine that has the memory (docs/proofs.md keeps what it said). The goal is 5 ms for ours. In memory
every inner hash is at hand, where ours come from the database; its cache is emptied each time, for a service meets
another entry each time. The note has pymerkle's other tree, which is kept in SQLite and computes hashes from the leaves,
and the memory that all of this took. Without pymerkle the reference is a plain recomputation from leaf hashes.
"""

import importlib.util
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

from bench._database import own_database
from bench._memory import most_megabytes
from bench.line import Line
from consent import merkle
from consent.seal import log, tiles

LEAVES = int(os.environ.get("BENCH_LEAVES") or 1_000_000)
IN_SQLITE = min(LEAVES, 200_000)
PROOFS = 300
MILLISECONDS = 5.0
STEP = 65_536
MOST_MEMORY = 16 * 2**30  # bytes: beyond, the measure gives up before the machine does


def measure() -> Line:
    """Milliseconds for one proof, in the middle of PROOFS at places drawn by chance; some are checked."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    draw = random.Random(6962)
    places = [draw.randrange(LEAVES) for _number in range(PROOFS)]
    with own_database():
        root = _fill()
        ours = _median(lambda place: log.inclusion(place, LEAVES), places)
        for place in places[:20]:
            path = log.inclusion(place, LEAVES)
            if merkle.root_from_path(_leaf(place), place, LEAVES, path) != root:
                raise AssertionError(f"the proof of place {place} is wrong")
    theirs, note = _in_memory(places, root) if importlib.util.find_spec("pymerkle") else _recomputed(places)
    memory = most_megabytes() / 1024
    # What 5 ms are to theirs.
    goal = round(MILLISECONDS / theirs, 1)
    return Line(f"inclusion_proof_{LEAVES}", ours, theirs, goal, unit="ms", note=f"{note}; {memory:.2g} GB at most")


def _leaf(place: int) -> bytes:
    return merkle.leaf_hash(place.to_bytes(8, "big"))


def _fill() -> bytes:
    """The tiles of all the leaves; the root."""
    edge = tiles.Edge()
    for first in range(0, LEAVES, STEP):
        tiles.store(edge.add([_leaf(place) for place in range(first, min(first + STEP, LEAVES))]))
    return edge.root()


def _median(prove: Callable[[int], object], places: list[int]) -> float:
    """Milliseconds, in the middle of all."""
    prove(places[0])
    taken = []
    for place in places:
        start = time.perf_counter()
        prove(place)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def _in_memory(places: list[int], root: bytes) -> tuple[float, str]:
    """Milliseconds of pymerkle in memory, whose root must be ours; in words, those of its tree in SQLite."""
    from pymerkle import InmemoryTree, SqliteTree

    tree = InmemoryTree(algorithm="sha256")
    theirs = _filled(tree, LEAVES, places)
    if tree.get_state() != root:
        raise AssertionError("pymerkle has another root of the same leaves")
    with tempfile.TemporaryDirectory() as folder:
        kept = SqliteTree(f"{folder}/tree.db", algorithm="sha256")
        in_sqlite = _filled(kept, IN_SQLITE, places[:5])
        kept.con.close()
    return theirs, f"pymerkle in SQLite, of {IN_SQLITE}: {in_sqlite:.3g} ms"


def _filled(tree: Any, leaves: int, places: list[int]) -> float:
    """Fill this tree; the milliseconds of its proofs."""
    tree.append_entries(place.to_bytes(8, "big") for place in range(leaves))

    def prove(place: int) -> object:
        tree.cache_clear()
        return tree.prove_inclusion(place % leaves + 1, leaves)

    return _median(prove, places)


def _recomputed(places: list[int]) -> tuple[float, str]:
    hashes = [_leaf(place) for place in range(IN_SQLITE)]
    taken = _median(lambda place: merkle.inclusion_path(place % IN_SQLITE, hashes), places[:5])
    return taken, f"the reference is recomputed from {IN_SQLITE} leaf hashes"
