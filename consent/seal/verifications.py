"""Verifications of the journal: each run is kept, well or not; by the clock they go on in slices.

What the last run found well is remembered: a log that does not begin with it was rewritten or rolled back. Whoever
can rewrite the journal can change what is remembered too; only what is kept elsewhere is out of their reach.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from consent import outbox
from consent.models.seal import SealCheckpoint
from consent.models.verification import Reach, Verification
from consent.seal.fault import Fault
from consent.seal.verify import Known, Verified, known, verify

log = logging.getLogger(__name__)
SLICE = 60.0  # seconds of one task; then the next one goes on, so that no worker is held
ALONE = 300  # seconds after which a task that was killed stops no other
# An entry may be dated a little before the run that did not see it yet: its transaction committed afterwards.
LATE_COMMIT = timedelta(minutes=10)
# A whole verification is made each night: without one for so long, something is wrong with the clock or the worker.
WHOLE_EVERY = timedelta(days=2)
BROKEN = "journal-broken"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class _CutShort(Exception):
    """The slice is over; the bookmark says where the next one goes on."""


@dataclass(frozen=True)
class Standing:
    """Where verifying stands: the last run, the last whole one that found nothing wrong, and the fault that stands."""

    last: Verification | None
    whole: Verification | None
    fault: Verification | None

    @property
    def is_late(self) -> bool:
        """Whether the last whole verification is too long ago, or the first one too long in coming."""
        since = self.whole.at if self.whole else _began()
        return since is not None and timezone.now() - since > WHOLE_EVERY


def standing() -> Standing:
    """Where it stands now, in three statements."""
    runs = Verification.objects.order_by("-at", "id")
    return Standing(runs.first(), _well(Reach.WHOLE).first(), _standing_faults().first())


def _began() -> datetime | None:
    """When there was something to verify for the first time."""
    return SealCheckpoint.objects.order_by("size").values_list("signed_at", flat=True).first()


def _standing_faults() -> QuerySet[Verification]:
    """Each stands until a run that could have found it finds nothing. The newest first."""
    by_given = Q(reach=Reach.GIVEN)
    bad = Verification.objects.exclude(broken="").order_by("-at", "id")
    return bad.filter((~by_given & _later(Reach.WHOLE)) | (by_given & _later(Reach.GIVEN)))


def _well(reach: Reach) -> QuerySet[Verification]:
    return Verification.objects.filter(broken="", reach=reach).order_by("-at", "id")


def _later(than: Reach) -> Q:
    last = Subquery(_well(than).values("at")[:1])
    return Q(at__gt=Coalesce(last, NEVER))


def run(
    reach: Reach,
    *,
    checkpoint: str = "",
    bookmark: Path | None = None,
    told: Callable[[int, int], None] = lambda done, end: None,
) -> tuple[Verification, Verified | None]:
    """Verify, keep what was found, and tell the operator; the run, and what was found well.

    `checkpoint` is the signed note of a run of what came since it (`Reach.GIVEN`). Raises `NoteRefused`, and keeps no
    run, when it is no checkpoint of ours.
    """
    remembered = _remembered()
    since = known(checkpoint) if reach is Reach.GIVEN else remembered if reach is Reach.NEW else None
    try:
        found = verify(since, bookmark, told, remembered=remembered)
    except Fault as fault:
        return _keep_fault(reach, since.size if since else 0, fault), None
    kept = Verification.objects.create(reach=reach, start=found.start, size=found.size, root=found.root)
    log.info("journal verified: well from %s to %s entries (%s)", found.start, found.size, reach)
    return kept, found


def _keep_fault(reach: Reach, start: int, fault: Fault) -> Verification:
    """In one transaction with the message to the auditor, who is told once of each fault that stands."""
    log.error("journal: %s", fault)
    with transaction.atomic():
        is_new = not _standing_faults().filter(broken=fault.broken, says=str(fault)).exists()
        kept = Verification.objects.create(reach=reach, start=start, broken=fault.broken, says=str(fault))
        if is_new:
            outbox.put(BROKEN, kept.pk, None)
    return kept


def _remembered() -> Known | None:
    """What the last run that found nothing wrong saw of the log."""
    last = Verification.objects.filter(broken="").order_by("-at", "id").first()
    if last is None:
        return None
    return Known(last.size, bytes(last.root), "the last verification", last.at - LATE_COMMIT)


# -- By the clock -----------------------------------------------------------------------------------


def bookmark_of(reach: Reach) -> Path:
    """The file that keeps the place which a run by the clock has reached."""
    return Path(settings.VAR_DIR) / f"verify-journal-{reach}.json"


def is_cut_short(reach: Reach) -> bool:
    """Whether a run by the clock on this machine waits to be gone on with."""
    return bookmark_of(reach).exists()


def go_on(reach: Reach, seconds: float = SLICE) -> bool:
    """Verify for so long, from where the last slice ended; whether the run came to its end.

    True also while another process verifies: it will go on by itself.
    """
    if not cache.add("verify-journal", 1, ALONE):
        return True
    until = time.monotonic() + seconds

    def told(done: int, end: int) -> None:
        if done < end and time.monotonic() > until:
            raise _CutShort

    try:
        run(reach, bookmark=bookmark_of(reach), told=told)
    except _CutShort:
        return False
    finally:
        cache.delete("verify-journal")
    return True
