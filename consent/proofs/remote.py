"""The log as whoever is outside sees it: checkpoints and tiles over HTTP, with nothing taken on trust.

A tile is used once it leads to the signed root: a download that went wrong proves nothing, and accuses nobody.
"""

from collections.abc import Callable, Iterable
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from consent import merkle

HASH, WIDTH, HEIGHT = 32, 256, 8
LONGEST_NOTE = 16 * 1024
SECONDS = 20

Get = Callable[[str, int], bytes]


class OutOfReach(Exception):
    """The log does not answer, or not as it should: nothing is known, and nothing is proved against it."""


def http_get(url: str) -> Get:
    """What asks a log at this address for a path, up to so many bytes; only over HTTP or HTTPS."""
    _require_http(url)

    def get(path: str, most: int) -> bytes:
        try:
            with urlopen(Request(url.rstrip("/") + path), timeout=SECONDS) as answer:  # noqa: S310 - scheme checked above
                data = answer.read(most + 1)
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise OutOfReach(f"{path}: {error}") from error
        if len(data) > most:
            raise OutOfReach(f"{path}: more than {most} bytes")
        return data

    return get


def http_post(url: str, path: str, body: str) -> None:
    """Send a text to the log. Raises `OutOfReach` when it is not accepted."""
    _require_http(url)
    request = Request(url.rstrip("/") + path, body.encode(), {"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310
    try:
        with urlopen(request, timeout=SECONDS):  # noqa: S310 - scheme checked above
            return
    except HTTPError as error:
        raise OutOfReach(f"{path}: {error.code}, {error.read(200).decode(errors='replace').strip()}") from error
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise OutOfReach(f"{path}: {error}") from error


def _require_http(url: str) -> None:
    if urlsplit(url).scheme not in ("http", "https"):
        raise OutOfReach("an address begins with http:// or https://")


class RemoteLog:
    """The tiles of a log at one size, under its signed root. Each tile is asked for once.

    Raises `OutOfReach`, as its methods do, for a tile that does not come, or does not lead to that root.
    """

    def __init__(self, get: Get, size: int, root: bytes) -> None:
        self.get = get
        self.size = size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}
        # This takes every tile that is not whole; each whole one is compared with the tile above it.
        if self._root(0, size) != root:
            raise OutOfReach("the tiles of the log do not lead to its signed root")

    def hashes(self, level: int, index: int) -> list[bytes]:
        """The hashes of a tile."""
        if (level, index) not in self._tiles:
            width = min(WIDTH, (self.size >> HEIGHT * level) - index * WIDTH)
            data = self.get(tile_path(level, index, width), HASH * WIDTH)
            # A tile that has grown meanwhile begins with what was asked.
            if width <= 0 or len(data) < width * HASH or len(data) % HASH:
                raise OutOfReach(f"the tile {level}/{index} has {len(data)} bytes")
            found = [data[at : at + HASH] for at in range(0, width * HASH, HASH)]
            if width == WIDTH and merkle.root(found) != self.hashes(level + 1, index // WIDTH)[index % WIDTH]:
                raise OutOfReach(f"the tile {level}/{index} does not lead to the signed root")
            self._tiles[level, index] = found
        return self._tiles[level, index]

    def beginning(self, old: int) -> bytes:
        """The root of the first `old` leaves."""
        return self._root(0, old)

    def inclusion(self, place: int) -> list[bytes]:
        """The path of a leaf."""
        return [self._root(*each) for each in merkle.inclusion_ranges(place, self.size)]

    def consistency(self, old: int) -> list[bytes]:
        """The proof from an older size; empty from nothing."""
        return [self._root(*each) for each in merkle.consistency_ranges(old, self.size)] if old else []

    def leaves(self, first: int) -> Iterable[tuple[int, bytes]]:
        """Each place from `first` on, with the hash of its leaf."""
        for index in range(first // WIDTH, -(-self.size // WIDTH)):
            for offset, leaf_hash in enumerate(self.hashes(0, index)):
                if index * WIDTH + offset >= first:
                    yield index * WIDTH + offset, leaf_hash
            # Leaves are gone through once, and may be many. The last tile stays: nothing above would vouch for it again.
            if index < self.size // WIDTH:
                self._tiles.pop((0, index), None)

    def _root(self, start: int, end: int) -> bytes:
        if start == end:
            return merkle.EMPTY_ROOT
        width = end - start
        if width & (width - 1) == 0:
            return self._whole(start, width.bit_length() - 1)
        middle = start + merkle.split(width)
        return merkle.node_hash(self._root(start, middle), self._root(middle, end))

    def _whole(self, start: int, height: int) -> bytes:
        """The root of a whole subtree of 2**height leaves: one hash of a tile, or a few of them."""
        level, above = divmod(height, HEIGHT)
        first = start >> HEIGHT * level
        index, offset = divmod(first, WIDTH)
        found = self.hashes(level, index)[offset : offset + (1 << above)]
        if len(found) != 1 << above:
            raise OutOfReach(f"the tile {level}/{index} is too short")
        return merkle.root(found)


def tile_path(level: int, index: int, width: int) -> str:
    """Where a tile is: `/journal/tile/0/x001/067`, with `.p/17` when it holds 17 hashes only (C2SP tlog-tiles)."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return f"/journal/tile/{level}/" + "/".join(groups) + ("" if width == WIDTH else f".p/{width}")
