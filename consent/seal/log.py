"""What the log can tell: places, proofs, roots and checkpoints, from its stored tiles."""

from collections.abc import Iterable
from uuid import UUID

from consent import merkle
from consent.models.seal import SealCheckpoint, SealPlace
from consent.seal import keys, note, tiles
from consent.seal.note import Checkpoint


class NotInLog(Exception):
    """The log is not that long, or its tiles do not say so."""


def latest() -> Checkpoint | None:
    """The newest checkpoint; None before the first entry is sealed. Raises `NoteRefused` if no known key signed it."""
    row = SealCheckpoint.objects.order_by("-size").first()
    return note.open(row.note, keys.public_keys()) if row else None


def place_of(entry_id: UUID) -> int | None:
    """The place of an entry; None while it waits."""
    return SealPlace.objects.filter(entry_id=entry_id).values_list("place", flat=True).first()


def size() -> int:
    """How many entries have a place."""
    last = SealPlace.objects.order_by("-place").values_list("place", flat=True).first()
    return 0 if last is None else last + 1


def inclusion(place: int, size: int) -> list[bytes]:
    """The proof that the leaf at `place` is in the log of `size`. Raises `NotInLog`."""
    try:
        return _roots(merkle.inclusion_ranges(place, size))
    except ValueError as error:
        raise NotInLog(str(error)) from error


def consistency(old: int, new: int) -> list[bytes]:
    """The proof that the log of `new` begins with that of `old`. Raises `NotInLog`."""
    try:
        return _roots(merkle.consistency_ranges(old, new))
    except ValueError as error:
        raise NotInLog(str(error)) from error


def root_at(size: int) -> bytes:
    """The root of the log when it had this size. Raises `NotInLog`."""
    return _roots([(0, size)])[0] if size else merkle.EMPTY_ROOT


def _roots(ranges: list[merkle.Range]) -> list[bytes]:
    """The roots of these ranges of leaves, all from one look into the tiles."""
    parts = [list(_subtrees(start, end)) for start, end in ranges]
    found = tiles.fetch({_tile_of(height, index) for part in parts for height, index in part})
    try:
        return [_joined([_subtree(found, height, index) for height, index in part]) for part in parts]
    except KeyError as error:
        raise NotInLog("the tiles of the log do not reach that far") from error


def _subtrees(start: int, end: int) -> Iterable[tuple[int, int]]:
    """The whole subtrees that make up a range, from the left, each by height and index. `start` is where one begins."""
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height


def _joined(roots: list[bytes]) -> bytes:
    """The root over whole subtrees that shrink to the right."""
    reached = roots.pop()
    while roots:
        reached = merkle.node_hash(roots.pop(), reached)
    return reached


def _tile_of(height: int, index: int) -> tiles.Name:
    """The tile whose hashes a subtree is made of."""
    level, above = divmod(height, tiles.HEIGHT)
    return level, (index << above) // tiles.WIDTH


def _subtree(found: tiles.Tiles, height: int, index: int) -> bytes:
    above = height % tiles.HEIGHT
    first = (index << above) % tiles.WIDTH * tiles.HASH
    hashes = found[_tile_of(height, index)][first : first + (tiles.HASH << above)]
    if len(hashes) != tiles.HASH << above:
        raise KeyError(height, index)
    return merkle.root(tiles.cut(hashes))
