"""The sealer: gives the entries that wait their places in the log, and signs a checkpoint (design §8).

It works alone, under an advisory lock, by batches: one transaction each, which takes entries from the queue, gives
them places, grows the tiles and signs. Killed at any point, it leaves whole batches only. Whoever acts waits for
none of this: an act adds a row to the queue, and the sealer takes rows that are committed. It needs no look into
the journal: what a leaf says was put beside the entry's id when the entry was written.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from consent import merkle
from consent.models.seal import SealCheckpoint
from consent.seal import keys, log, note, tiles
from consent.seal.entry import leaf
from consent.seal.note import Checkpoint

BATCH = 20_000  # entries in one transaction: about 20 MB of memory
LOCK = 0x5EA1  # the number of the advisory lock
# The moments of a batch, in order; a trial may stop the process at each (see tests/consent/test_sealer.py).
POINTS = ("locked", "placed", "tiled", "signed", "committed")
on_point: Callable[[str], None] | None = None

_TAKE = """
WITH taken AS (
  DELETE FROM consent_sealwaiting
  WHERE id <= (SELECT max(id) FROM (SELECT id FROM consent_sealwaiting ORDER BY id LIMIT %s) AS first)
  RETURNING id, entry_id, hour, imprint
)
INSERT INTO consent_sealplace (place, entry_id, hour, imprint)
  SELECT %s - 1 + row_number() OVER (ORDER BY id), entry_id, hour, imprint FROM {fresh}
RETURNING place, hour, imprint
"""
# Slower: what is in the queue twice, or has its place already, is left out. Nothing of ours puts it there.
_FRESH = """(
  SELECT DISTINCT ON (entry_id) id, entry_id, hour, imprint FROM taken
  WHERE NOT EXISTS (SELECT 1 FROM consent_sealplace p WHERE p.entry_id = taken.entry_id)
  ORDER BY entry_id, id
) AS fresh"""


class LogBroken(Exception):
    """Places, tiles and the last checkpoint do not agree: nothing more is sealed on top of that.

    Entries go on waiting; `manage.py verify_journal` says what is wrong.
    """


def _reached(point: str) -> None:
    if on_point is not None:
        on_point(point)


def seal(batch: int = BATCH, most_seconds: float = 120) -> int:
    """Seal what waits, or as much of it as this time allows; how many entries. Does nothing while another seals.

    Raises `LogBroken`.
    """
    until = time.monotonic() + most_seconds
    sealed = 0
    while True:
        now = _seal_batch(batch)
        if now:
            _reached("committed")
        sealed += now
        if now < batch or time.monotonic() > until:
            return sealed


@transaction.atomic
def _seal_batch(most: int) -> int:
    if not _alone():
        return 0
    _reached("locked")
    edge = _edge()
    previous = edge.size
    placed = _place(most, previous)
    if not placed:
        return 0
    _reached("placed")
    tiles.store(edge.add([merkle.leaf_hash(leaf(place, hour, bytes(bound))) for place, hour, bound in placed]))
    _reached("tiled")
    _sign(edge, previous)
    _reached("signed")
    return len(placed)


def _place(most: int, size: int) -> list[tuple[int, int, bytes]]:
    """Move entries from the queue to the next places; place, hour and imprint of each, in order."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TAKE.format(fresh="taken"), [most, size])
            return sorted(cursor.fetchall())
    except IntegrityError:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE.format(fresh=_FRESH), [most, size])
            return sorted(cursor.fetchall())


def _alone() -> bool:
    """Whether this transaction is the only one that seals; until it ends if it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def _edge() -> tiles.Edge:
    """Where the log goes on, once places, tiles and the last checkpoint were found to agree."""
    last = SealCheckpoint.objects.order_by("-size").first()
    size = log.size()
    if size != (last.size if last else 0):
        raise LogBroken(f"{size} entries have a place, and the last checkpoint is of {last.size if last else 0}")
    try:
        edge = tiles.Edge.stored(size) if last else tiles.Edge()
    except KeyError as error:
        raise LogBroken("a tile at the end of the log is missing") from error
    if last and edge.root() != bytes(last.root):
        raise LogBroken("the tiles at the end of the log are not those of the last checkpoint")
    return edge


def _sign(edge: tiles.Edge, previous: int) -> None:
    root, now = edge.root(), int(time.time())
    text = note.sign(Checkpoint(settings.SEAL_ORIGIN, edge.size, root, now, previous), keys.signing_keys())
    SealCheckpoint.objects.create(size=edge.size, root=root, signed_at=datetime.fromtimestamp(now, UTC), note=text)
