"""Verifying the journal: every entry, every leaf, every tile, every checkpoint; what is wrong in one line.

A fault of one entry ends nothing: what comes after it is verified too. One of the log itself ends it.

What it can see by itself: any change, removal, addition or reordering of what was sealed, by whoever has not both
the persons' keys and the seal's key. What only an outside copy can show (everything recomputed and signed again, or
all put back to an older state), it finds when it is given what the log was before: a checkpoint that was published
(`known`), or what the last verification found well.

It looks across persons by ids and dates alone, then opens the wall for one person after the other. An erased person's
entries cannot be opened by anyone: all that stands in their rows in the clear is still compared, without a key.
What it cannot see: docs/decisions/0030-verifying.md.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import tink
from django.conf import settings
from django.db import connection
from django.db.models import Subquery
from django.utils import timezone

from consent import merkle
from consent.crypto.person_key import KeyDestroyed
from consent.models.journal_entry import JournalEntry
from consent.models.seal import SealCheckpoint, SealPlace
from consent.models.tombstone import Tombstone
from consent.models.verification import Broken
from consent.seal import keys, log, note, tiles
from consent.seal.bookmark import Bookmark
from consent.seal.entry import commitment_of, hour_of, imprint, leaf, outline_of
from consent.seal.fault import Fault
from consent.wall import opened

BATCH = 4096  # entries opened at a time; whole tiles
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SEALED_WITHIN = timedelta(minutes=1)  # what a promise says
# An entry may be dated so much before one that has its place already: its transaction was long, or the clocks of two
# machines differ. The database lets the service write no other date (migration 0023).
OUT_OF_TURN = timedelta(minutes=10)


@dataclass(frozen=True)
class Known:
    """What the log was once, and by whom that is said: how many entries, and their root."""

    size: int
    root: bytes
    by: str
    at: datetime | None = None


@dataclass(frozen=True)
class Sealed:
    """An entry as the log has it, and where the journal has it. `at` is None when the journal has it no more."""

    place: int
    entry_id: UUID
    person_id: UUID | None
    at: datetime | None
    hour: int
    imprint: bytes

    def __str__(self) -> str:
        return f"entry {self.entry_id} (place {self.place})"


@dataclass(frozen=True)
class Verified:
    """What was found well: how many entries were opened, how many could only be compared, and up to where."""

    entries: int
    erased: int
    start: int
    size: int
    root: bytes


def verify(
    since: Known | None = None,
    bookmark: Path | None = None,
    told: Callable[[int, int], None] = lambda done, end: None,
    *,
    remembered: Known | None = None,
) -> Verified:
    """Verify the journal, whole or after what the log was known to be (`since`). `told` is called after each batch.

    It must also begin with what is `remembered` of it. Raises `Fault`.
    """
    mark = Bookmark(bookmark, since.size if since else 0)
    try:
        found = _walk(since, remembered, mark, told)
    except Fault as fault:
        mark.remove()
        raise (mark.found.fault(fault) or fault) from fault
    mark.remove()
    if fault := mark.found.fault():
        raise fault
    return found


def _walk(since: Known | None, remembered: Known | None, mark: Bookmark, told: Callable[[int, int], None]) -> Verified:
    """From where the bookmark is to the end of the log; the faults of single entries are gathered in the bookmark."""
    end = _end()
    if remembered:
        _agreed(remembered, end)
    edge = _agreed(since, end) if since else tiles.Edge()
    start = edge.size
    edge = mark.read() or edge
    before, erased = edge.size, 0
    newest = _dated_before(edge.size)
    while edge.size < end:
        sealed = _sealed(edge.size, min(BATCH - edge.size % BATCH, end - edge.size))
        gone, wrong = _check_entries(sealed)
        erased += gone
        try:
            _check_tree(edge, sealed)
            newest = _check_dates(sealed, newest, wrong)
        finally:
            mark.found.add(sorted(wrong.items()))
        mark.write(edge)
        told(edge.size, end)
    _check_nothing_beside(since.at if since else None)
    return Verified(edge.size - before - erased, erased, start, end, edge.root())


def known(checkpoint: str) -> Known:
    """What a signed checkpoint that was kept elsewhere says.

    Raises `NoteRefused` for what is none, or was signed by none of our keys: that says nothing of the log.
    """
    given = note.open(checkpoint, keys.public_keys())
    return Known(given.size, given.root, "the checkpoint given")


def _end() -> int:
    """The size up to which there is something to verify: that of the last checkpoint, which covers every place."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT max(size) FROM consent_sealcheckpoint), 0), "
            "coalesce((SELECT max(place) + 1 FROM consent_sealplace), 0)"
        )
        signed, placed = cursor.fetchone()
    if placed != signed:
        raise Fault(f"places go up to {placed}, and the last checkpoint to {signed}: one of them was cut or added to")
    return signed


def _agreed(was: Known, end: int) -> tiles.Edge:
    """The edge of the log as it was known, once it is found to begin so."""
    if was.size > end:
        raise Fault(f"rolled back: {was.by} is of {was.size} entries, the log has {end}", Broken.PAST)
    try:
        edge = tiles.Edge.stored(was.size)
    except KeyError as error:
        raise Fault(f"tiles before place {was.size} are missing") from error
    if edge.root() != was.root:
        raise Fault(f"rewritten: the first {was.size} entries are not those of {was.by}", Broken.PAST)
    return edge


def _sealed(since: int, most: int) -> list[Sealed]:
    """The places from `since` on, with where the journal has their entries. Raises `Fault` where a place is missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, entry_id, person_id, at FROM sealed_entries(%s, %s)", [since, most])
        found = cursor.fetchall()
    told = SealPlace.objects.filter(place__gte=since, place__lt=since + most).in_bulk()
    for wanted, (place, *_entry) in enumerate(found, since):
        if place != wanted:
            raise Fault(f"place {wanted} is missing" if place > wanted else f"place {place} is there twice")
    if len(found) < most:
        raise Fault(f"place {since + len(found)} is missing")
    return [Sealed(*row, told[row[0]].hour, bytes(told[row[0]].imprint)) for row in found]


def _check_entries(sealed: list[Sealed]) -> tuple[int, dict[int, Fault]]:
    """Open these entries person by person and compare.

    How many belong to persons who were erased, and what is wrong with which place.
    """
    by_person: dict[UUID | None, list[Sealed]] = {}
    wrong: dict[int, Fault] = {}
    for one in sealed:
        if one.at is None:
            wrong[one.place] = Fault(f"{one} is missing from the journal", Broken.ENTRY)
        elif one.hour != hour_of(one.at):
            wrong[one.place] = Fault(f"{one} has another hour than when it was sealed", Broken.ENTRY)
        else:
            by_person.setdefault(one.person_id, []).append(one)
    return sum(_check_person(person_id, theirs, wrong) for person_id, theirs in by_person.items()), wrong


def _check_person(person_id: UUID | None, sealed: list[Sealed], wrong: dict[int, Fault]) -> int:
    """Open a person's entries; their number when the person was erased and nothing opens any more, else 0."""
    is_erased = False
    with opened(person_id):
        entries = JournalEntry.objects.in_bulk([one.entry_id for one in sealed])
        for one in sealed:
            try:
                entry = _there(entries.get(one.entry_id), one)
                _check_columns(entry, one)
                if not is_erased:
                    _check_words(entry, one)
            except KeyDestroyed:
                is_erased = True
            except Fault as fault:
                wrong[one.place] = fault
    if is_erased:
        _check_erased(person_id, sealed, wrong)
    return len(sealed) if is_erased else 0


def _check_erased(person_id: UUID | None, sealed: list[Sealed], wrong: dict[int, Fault]) -> None:
    """The key is gone: then the service erased this person, and nothing of theirs came afterwards."""
    erased_at = _erased_at(person_id)
    for one in sealed:
        if erased_at is None:
            says = f"{one} cannot be opened: its person's key is gone, and no erasure is on record"
            wrong.setdefault(one.place, Fault(says, Broken.ENTRY))
        elif one.at > erased_at + OUT_OF_TURN:
            dates = f"it is dated {one.at:%Y-%m-%d %H:%M}, and its person was erased {erased_at:%Y-%m-%d %H:%M}"
            wrong.setdefault(one.place, Fault(f"{one} was slipped in: {dates}", Broken.LATE))


def _there(entry: JournalEntry | None, one: Sealed) -> JournalEntry:
    if entry is None:
        raise Fault(f"{one} is missing from the journal", Broken.ENTRY)
    return entry


def _check_words(entry: JournalEntry, one: Sealed) -> None:
    """What lies under the person's key. Raises `KeyDestroyed` after an erasure."""
    try:
        bound = commitment_of(entry)
    except (tink.TinkError, ValueError) as error:
        says = f"{one} does not open: its words, nonce or ids, or its person's key, changed"
        raise Fault(says, Broken.ENTRY) from error
    if bound != bytes(entry.commitment):
        raise Fault(f"{one} was changed: its words are not what was committed to", Broken.ENTRY)


def _check_columns(entry: JournalEntry, one: Sealed) -> None:
    """What needs no key, and so holds for the erased too: the columns in the clear, salt and commitment among them."""
    if bytes(entry.imprint) != one.imprint:
        raise Fault(f"{one} has another imprint than when it was sealed", Broken.ENTRY)
    if imprint(bytes(entry.commitment), outline_of(entry)) != one.imprint:
        raise Fault(f"{one} was changed: its columns are not those that were sealed", Broken.ENTRY)


def _erased_at(person_id: UUID | None) -> datetime | None:
    """When this person was erased, by an entry and by a tombstone that the service stamped; None if they were not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT erased_at FROM erasure_of(%s)", [person_id])
        if cursor.fetchone() is None:
            return None
    tombstone = Tombstone.objects.get(person_id=person_id)
    return tombstone.erased_at if tombstone.is_stamped else None


def _dated_before(place: int) -> datetime:
    """The date of the entry before this place: where its turn was."""
    before = _sealed(place - 1, 1) if place else []
    return _check_dates(before, EPOCH, {})


def _check_dates(sealed: list[Sealed], newest: datetime, wrong: dict[int, Fault]) -> datetime:
    """Each is dated when its turn came: not long before those sealed earlier, nor after its checkpoint was signed.

    `newest` is the latest date of those sealed before; the answer is that of these too. Not the time of the checkpoint
    before is what counts: a sealer that was stopped signs many at once, of entries that had waited.
    """
    if not sealed:
        return newest
    covering = SealCheckpoint.objects.filter(size__gt=sealed[-1].place).order_by("size").values("size")[:1]
    checkpoints = SealCheckpoint.objects.filter(size__gt=sealed[0].place, size__lte=Subquery(covering))
    sizes, times = zip(*checkpoints.order_by("size").values_list("size", "signed_at"), strict=True)
    for one in sealed:
        if one.at is None:
            continue
        signed = times[bisect_right(sizes, one.place)]
        if not newest - OUT_OF_TURN <= one.at <= signed + OUT_OF_TURN:
            says = f"{one} was slipped in: it is dated {one.at:%Y-%m-%d %H:%M}, and was sealed {signed:%Y-%m-%d %H:%M}"
            wrong.setdefault(one.place, Fault(says, Broken.LATE))
        # Capped: one with a date to come does not put all that follow out of turn.
        newest = max(newest, min(one.at, signed))
    return newest


def _check_tree(edge: tiles.Edge, sealed: list[Sealed]) -> None:
    """Add these leaves, and compare the tiles and every checkpoint on the way."""
    hashes = [merkle.leaf_hash(leaf(one.place, one.hour, one.imprint)) for one in sealed]
    first, last = edge.size, edge.size + len(sealed)
    changed: tiles.Tiles = {}
    rows = []
    previous = _size_before(first)
    for row in SealCheckpoint.objects.filter(size__gt=first, size__lte=last).order_by("size").iterator():
        changed |= edge.add(hashes[edge.size - first : row.size - first])
        rows.append((row, edge.root()))
    changed |= edge.add(hashes[edge.size - first :])
    _check_tiles(changed)
    # Afterwards: a leaf that was changed is told by its tile, which says where.
    for row, root in rows:
        _check_checkpoint(row, root, previous)
        previous = row.size


def _check_tiles(changed: tiles.Tiles) -> None:
    stored = tiles.fetch(changed)
    for (level, index), hashes in sorted(changed.items()):
        # The sealer may have added to the last ones meanwhile.
        there = stored.get((level, index), b"")[: len(hashes)]
        if there != hashes:
            pairs = zip(tiles.cut(hashes), tiles.cut(there), strict=False)
            at = next((number for number, (ours, kept) in enumerate(pairs) if ours != kept), len(there) // tiles.HASH)
            place = (index * tiles.WIDTH + at) << tiles.HEIGHT * level
            raise Fault(f"the leaf of place {place} is not the one that was sealed (tile {level}/{index}, hash {at})")


def _size_before(place: int) -> int:
    """The size of the last checkpoint up to here; 0 when there is none."""
    last = SealCheckpoint.objects.filter(size__lte=place).order_by("-size").values_list("size", flat=True).first()
    return last or 0


def _check_checkpoint(row: SealCheckpoint, root: bytes, previous: int) -> None:
    """This checkpoint is of these entries, and says of which size the one before it was."""
    try:
        said = note.open(row.note, keys.public_keys())
    except note.NoteRefused as error:
        raise Fault(f"the checkpoint of {row.size} entries does not open: {error}") from error
    as_kept = (settings.SEAL_ORIGIN, row.size, bytes(row.root), int(row.signed_at.timestamp()))
    if (said.origin, said.size, said.root, said.time) != as_kept:
        raise Fault(f"the checkpoint of {row.size} entries says something else than what is kept of it")
    if said.root != root:
        raise Fault(f"the checkpoint of {row.size} entries has another root than these entries")
    if said.previous != previous:
        raise Fault(
            f"a checkpoint is missing: that of {row.size} entries follows that of {said.previous}, and {previous} is kept"
        )


def _check_nothing_beside(since: datetime | None) -> None:
    """No entry without a place for longer than promised, nor with a date to come; no tile beyond the log.

    Of `since` or later: a whole verification looks at all of them.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry_id, at FROM entries_without_place(%s, %s, %s)",
            [since or EPOCH, now - SEALED_WITHIN, now + SEALED_WITHIN],
        )
        if row := cursor.fetchone():
            raise Fault(
                f"entry {row[0]} of {row[1]:%Y-%m-%d %H:%M} has no place: the sealer is late, or it was slipped in",
                Broken.LATE,
            )
    _check_ends_of_tiles()


def _check_ends_of_tiles() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT DISTINCT ON (level) level, "index", octet_length(hashes) / 32 FROM consent_sealtile '
            'ORDER BY level, "index" DESC'
        )
        last = cursor.fetchall()
    # Read after the tiles: the log may have grown in between, it never shrinks.
    size = log.size()
    for level, index, hashes in last:
        if index * tiles.WIDTH + hashes > size >> tiles.HEIGHT * level:
            raise Fault(f"tile {level}/{index} goes beyond the end of the log, which has {size} entries")
