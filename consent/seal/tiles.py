"""The tree as tiles: 256 hashes side by side, a level of tiles for every 8 levels of the tree (C2SP tlog-tiles).

A tile at level 0 holds the hashes of 256 leaves; at level 1 the roots of 256 whole tiles of level 0; and so on.
Where the log ends, the last tile of each level is partial: it grows, and what it held never changes.
"""

from collections.abc import Iterable, Sequence

from django.db import connection

from consent import merkle

WIDTH = 256
HEIGHT = 8
HASH = 32
Name = tuple[int, int]
Tiles = dict[Name, bytes]


def path_of(index: int) -> str:
    """A tile's number as addresses write it: groups of three digits, an x before all but the last."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *first, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    return "".join(f"x{group}/" for group in first) + last


def cut(hashes: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


def fetch(names: Iterable[Name]) -> Tiles:
    """These tiles, by level and index, as far as they exist."""
    names = list(names)
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT t.level, t.index, t.hashes FROM unnest(%s::smallint[], %s::bigint[]) AS asked (level, "index") '
            'JOIN consent_sealtile t ON t.level = asked.level AND t."index" = asked."index"',
            [[level for level, _index in names], [index for _level, index in names]],
        )
        return {(level, index): bytes(hashes) for level, index, hashes in cursor.fetchall()}


def store(tiles: Tiles) -> None:
    """Keep these tiles. The database refuses a tile that does not begin with what was kept of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO consent_sealtile (level, "index", hashes) '
            "SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[]) "
            'ON CONFLICT (level, "index") DO UPDATE SET hashes = excluded.hashes',
            [[level for level, _index in tiles], [index for _level, index in tiles], list(tiles.values())],
        )


def edge(size: int) -> list[Name]:
    """The names of the partial tiles, one a level, of a log of this size."""
    return [(level, size >> HEIGHT * (level + 1)) for level in range(levels(size))]


def levels(size: int) -> int:
    """How many levels of tiles a log of this size has."""
    return max(1, -(-size.bit_length() // HEIGHT))


class Edge:
    """The right edge of the tree: what is needed to add leaves, and the root. At most 255 hashes a level."""

    def __init__(self, size: int = 0, rows: Sequence[Sequence[bytes]] = ()) -> None:
        self.size = size
        self.rows = [list(row) for row in rows]

    @classmethod
    def stored(cls, size: int) -> "Edge":
        """The edge of the stored tree as it was at `size`. Raises `KeyError` when a tile is missing or too short."""
        names = edge(size)
        found = fetch(names)
        rows = []
        for name in names:
            wanted = size >> HEIGHT * name[0] & WIDTH - 1
            hashes = cut(found[name])[:wanted] if wanted else []
            if len(hashes) != wanted:
                raise KeyError(name)
            rows.append(hashes)
        return cls(size, rows)

    def add(self, leaves: Sequence[bytes]) -> Tiles:
        """Add these leaf hashes; the tiles that came or grew by that."""
        changed: Tiles = {}
        more, level = list(leaves), 0
        while more:
            if level == len(self.rows):
                self.rows.append([])
            row = self.rows[level] + more
            index = self.size >> HEIGHT * (level + 1)
            more = []
            while len(row) >= WIDTH:
                whole, row = row[:WIDTH], row[WIDTH:]
                changed[level, index] = b"".join(whole)
                more.append(merkle.root(whole))
                index += 1
            if row:
                changed[level, index] = b"".join(row)
            self.rows[level] = row
            level += 1
        self.size += len(leaves)
        return changed

    def root(self) -> bytes:
        """The root of the tree."""
        reached: list[bytes] = []
        for row in self.rows:
            if row or reached:
                reached = [merkle.root(row + reached)]
        return merkle.root(reached)
