"""An inclusion proof in a log of ten million leaves, from stored tiles; the reference is the goal of 5 ms.

The note has the same of pymerkle, whose tree is kept in memory (it reads hashes that are there) or in SQLite (it
computes them from the leaves); its cache is emptied each time, for a service meets another entry each time. In memory
ten million leaves take it 10 GB, from SQLite minutes: its tree is of PYMERKLE_LEAVES. Where pymerkle is not installed,
the note has a plain recomputation from all leaf hashes. BENCH_LEAVES makes ours smaller while something is tried.
"""

import importlib.util
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench._database import own_database
from bench.line import Line
from consent import merkle
from consent.seal import log, tiles

LEAVES = int(os.environ.get("BENCH_LEAVES") or 10_000_000)
PYMERKLE_LEAVES = min(LEAVES, 200_000)
PROOFS = 300
MILLISECONDS = 5.0
STEP = 65_536


def measure() -> Line:
    """Milliseconds for one proof, in the middle of PROOFS at places drawn by chance; some are checked."""
    draw = random.Random(6962)
    places = [draw.randrange(LEAVES) for _number in range(PROOFS)]
    with own_database():
        root = _fill()
        ours = _median(lambda place: log.inclusion(place, LEAVES), places)
        for place in places[:20]:
            path = log.inclusion(place, LEAVES)
            if merkle.root_from_path(_leaf(place), place, LEAVES, path) != root:
                raise AssertionError(f"the proof of place {place} is wrong")
    theirs = ", ".join(f"{name} {taken:.3g} ms ({ours / taken:.3g} ×)" for name, taken in _others(places))
    note = f"{LEAVES} leaves; of {PYMERKLE_LEAVES}: {theirs}"
    return Line("inclusion_proof", ours, MILLISECONDS, goal=1, unit="ms", note=note)


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


def _others(places: list[int]) -> Iterator[tuple[str, float]]:
    places = [place % PYMERKLE_LEAVES for place in places]
    if importlib.util.find_spec("pymerkle") is None:
        hashes = [_leaf(place) for place in range(PYMERKLE_LEAVES)]
        yield "recomputed from leaf hashes", _median(lambda place: merkle.inclusion_path(place, hashes), places[:5])
        return
    from pymerkle import InmemoryTree, SqliteTree

    with tempfile.TemporaryDirectory() as folder:
        kept = SqliteTree(f"{folder}/tree.db", algorithm="sha256")
        for name, tree, sample in (
            ("pymerkle in memory", InmemoryTree(algorithm="sha256"), places),
            ("in SQLite", kept, places[:5]),
        ):
            tree.append_entries(place.to_bytes(8, "big") for place in range(PYMERKLE_LEAVES))

            def prove(place: int, tree: Any = tree) -> object:
                tree.cache_clear()
                return tree.prove_inclusion(place + 1, PYMERKLE_LEAVES)

            yield name, _median(prove, sample)
        kept.con.close()
