"""The log as whoever is outside sees it: checkpoints and tiles over HTTP, with nothing taken on trust.

A tile that lies only makes a proof fail: what is proved is compared with signed roots.
"""

from collections.abc import Callable, Iterable
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
        except (URLError, OSError, ValueError) as error:
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
    except (URLError, OSError, ValueError) as error:
        raise OutOfReach(f"{path}: {error}") from error


def _require_http(url: str) -> None:
    if urlsplit(url).scheme not in ("http", "https"):
        raise OutOfReach("an address begins with http:// or https://")


class RemoteLog:
    """The tiles of a log at one size. Each tile is asked for once."""

    def __init__(self, get: Get, size: int) -> None:
        self.get = get
        self.size = size
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def hashes(self, level: int, index: int) -> list[bytes]:
        """The hashes of a tile. Raises `OutOfReach`."""
        if (level, index) not in self._tiles:
            width = min(WIDTH, (self.size >> HEIGHT * level) - index * WIDTH)
            data = self.get(tile_path(level, index, width), HASH * WIDTH)
            # A tile that has grown meanwhile begins with what was asked.
            if width <= 0 or len(data) < width * HASH or len(data) % HASH:
                raise OutOfReach(f"the tile {level}/{index} has {len(data)} bytes")
            self._tiles[level, index] = [data[at : at + HASH] for at in range(0, width * HASH, HASH)]
        return self._tiles[level, index]

    def root(self) -> bytes:
        """The root of the whole, as the tiles say it. Raises `OutOfReach`."""
        return self._root(0, self.size)

    def inclusion(self, place: int) -> list[bytes]:
        """The path of a leaf, as the tiles say it. Raises `OutOfReach`."""
        return [self._root(*each) for each in merkle.inclusion_ranges(place, self.size)]

    def consistency(self, old: int) -> list[bytes]:
        """The proof from an older size, as the tiles say it; empty from nothing. Raises `OutOfReach`."""
        return [self._root(*each) for each in merkle.consistency_ranges(old, self.size)] if old else []

    def leaves(self, first: int) -> Iterable[tuple[int, bytes]]:
        """Each place from `first` on, with the hash of its leaf. Raises `OutOfReach`."""
        for index in range(first // WIDTH, -(-self.size // WIDTH)):
            for offset, leaf_hash in enumerate(self.hashes(0, index)):
                if index * WIDTH + offset >= first:
                    yield index * WIDTH + offset, leaf_hash
            # Leaves are gone through once, and may be many.
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
