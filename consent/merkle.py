"""The Merkle tree of RFC 6962 (section 2.1), as pure functions on SHA-256 hashes.

A proof is a list of roots of ranges of leaves. Which ranges is arithmetic (`inclusion_ranges`,
`consistency_ranges`); where their roots come from, a list in memory or stored tiles, is the caller's matter.
Places are counted from 0; `size` is the number of leaves.
"""

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256().digest()
Range = tuple[int, int]


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours; never that of a leaf, whose first byte differs."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaf hashes. One that has no neighbour rises as it is."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)
        row = [node_hash(left, right) for left, right in pairs] + (row[-1:] if len(row) % 2 else [])
    return row[0]


def split(width: int) -> int:
    """Where a tree of this many leaves divides: the largest power of two below it."""
    return 1 << ((width - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove that leaf `index` is in the tree of `size`, from the leaf up.

    Raises `ValueError` when it is not.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} among {size}")
    start, end, found = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def inclusion_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """The proof that leaf `index` is among these leaf hashes."""
    return [root(hashes[start:end]) for start, end in inclusion_ranges(index, len(hashes))]


def root_from_path(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that this proof leads to; the caller compares it with the one that was published.

    Raises `ValueError` when the proof has not the length that the place and the size demand.
    """
    ranges = inclusion_ranges(index, size)
    if len(ranges) != len(path):
        raise ValueError(f"a path of {len(path)} hashes instead of {len(ranges)}")
    reached = leaf_hash
    for (start, _end), sibling in zip(ranges, path, strict=True):
        reached = node_hash(sibling, reached) if start < index else node_hash(reached, sibling)
    return reached


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose roots prove that the tree of `new` leaves begins with that of `old`.

    Raises `ValueError` unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"from {old} to {new} leaves there is nothing to prove")
    start, end, found = 0, new, []
    while old < end:
        middle = start + split(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    if start > 0:
        found.append((start, end))
    return found[::-1]


def consistency_path(old: int, hashes: Sequence[bytes]) -> list[bytes]:
    """The proof that the tree of these leaf hashes begins with that of the first `old` of them."""
    return [root(hashes[start:end]) for start, end in consistency_ranges(old, len(hashes))]


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether this proof shows that the tree of `new` leaves only added to that of `old`. Never raises for a bad one."""
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if not 0 < old <= new:
        return False
    ranges = consistency_ranges(old, new)
    if len(ranges) != len(path):
        return False
    # Without a range that ends at `old`, the old root itself is where both begin.
    pairs = list(zip(ranges, path, strict=True))
    if ranges and ranges[0][1] == old:
        (_range, first), *pairs = pairs
    else:
        first = old_root
    reached_old = reached_new = first
    for (start, _end), sibling in pairs:
        if start < old:
            reached_old = node_hash(sibling, reached_old)
            reached_new = node_hash(sibling, reached_new)
        else:
            reached_new = node_hash(reached_new, sibling)
    return reached_old == old_root and reached_new == new_root
