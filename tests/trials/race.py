"""One race between readers and an end, and the clock by which it is judged.

Readers and the person who ends their right run in threads with connections of their own. Each notes the
server's `clock_timestamp()` on a third connection, in autocommit, so that all times come from one clock:

- whoever ends it notes E *after* `perform` returned: the end is committed and acknowledged at E or before;
- a reader notes R *before* it calls `read`: a read that begins after the end was acknowledged has R > E.

A read that began before E may well finish after it: nobody was told yet that it had ended, or it holds the
right's row FOR SHARE, for which the end waits. What must not be is a read with R > E that is answered. The
journal says the same from the other side: an entry of a read is written while the row is held, so its `at`
(taken inside, after the lock) cannot be later than E. Both are checked; the second would catch a read that
began in time, lost the lock, and was answered all the same.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event
from typing import Any
from uuid import UUID

from django.db import connections

from consent.bases import BasisRefused
from consent.models import JournalEntry
from consent.models.journal_entry import Nature, Outcome
from consent.wall import opened
from tests import database

READERS = 4


def raced(
    person_id: UUID, read: Callable[[], Any], end: Callable[[], Any], reads_before_the_end: int, **traces: Any
) -> dict[str, int]:
    """One race: how many reads were answered, refused, and answered after the end.

    `traces` tell the reads of this race from others in the person's journal.
    """
    answered: list[datetime] = []
    refused: list[datetime] = []
    enough, over = Event(), Event()

    def reader(_number: int) -> None:
        with database.as_owner(database.CLONE) as clock:
            after_the_end = 0
            while after_the_end < 5:
                after_the_end += over.is_set()
                begun = now(clock)
                try:
                    read()
                    answered.append(begun)
                except BasisRefused:
                    refused.append(begun)
                if len(answered) >= reads_before_the_end:
                    enough.set()
        connections.close_all()

    def ender() -> datetime:
        enough.wait(60)
        with database.as_owner(database.CLONE) as clock:
            end()
            acknowledged = now(clock)
        over.set()
        connections.close_all()
        return acknowledged

    with ThreadPoolExecutor(READERS + 1) as threads:
        ending = threads.submit(ender)
        for done in [threads.submit(reader, number) for number in range(READERS)]:
            done.result()
        ended_at = ending.result()
    with opened(person_id):
        reads = JournalEntry.objects.filter(nature=Nature.READ, outcome=Outcome.DONE)
        late = reads.filter(at__gt=ended_at).count()
        assert reads.filter(**traces).count() == len(answered), "a read without its trace"
    return {
        "answered": len(answered),
        "refused": len(refused),
        "answered after the end": sum(begun > ended_at for begun in answered),
        "traced after the end": late,
    }


def now(clock: Any) -> datetime:
    """The server's clock."""
    return clock.execute("SELECT clock_timestamp()").fetchone()[0]


def assert_none_after(result: dict[str, int]) -> None:
    """No read followed the end, and readers went on long enough to be refused."""
    assert result["answered after the end"] == result["traced after the end"] == 0, result
    assert result["refused"] >= READERS * 4, "the readers stopped before the end"
