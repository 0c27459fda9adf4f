"""Who watches the log: declared witnesses, and the co-signatures that they sent."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from consent.models import Cosignature, SealCheckpoint, Witness
from consent.seal import keys, note
from consent.seal.keys import WITNESS, PublicKey
from consent.seal.note import NoteRefused

LONGEST = 16 * 1024
# How far ahead of ours the clock of a witness may be, in seconds.
CLOCKS = 24 * 3600
# How long after its last co-signature of the same checkpoint a witness is kept again.
AGAIN = timedelta(hours=1)


class CosignatureRefused(Exception):
    """This is no co-signature of a checkpoint of ours by a declared witness; the message says why, in English."""


@dataclass(frozen=True)
class Seen:
    """What a witness saw last: its name, when, and at which size of the log."""

    name: str
    at: datetime
    size: int


def declare(line: str) -> Witness:
    """Declare a witness by its verifier key; declared again, it counts again. Raises `ValueError` for another key."""
    key = keys.parse(line.strip())
    if not isinstance(key, PublicKey) or key.kind != WITNESS:
        raise ValueError("this is not the verifier key of a witness")
    found, _created = Witness.objects.update_or_create(key=str(key), defaults={"ended_at": None})
    return found


def end(line: str) -> bool:
    """A witness counts no more; whether it was declared. What it co-signed stays."""
    return bool(Witness.objects.filter(key=line.strip(), ended_at=None).update(ended_at=timezone.now()))


def accept(text: str) -> int:
    """Keep the co-signatures of declared witnesses in a signed note; how many there are.

    Sent again within the hour, they are kept once.

    Raises `CosignatureRefused`, with nothing kept.
    """
    try:
        checkpoint = note.open(text, keys.public_keys())
        witnesses = {str(key): key for key in _declared()}
        found = note.cosignatures(text, list(witnesses.values()))
        body, _signatures = note.split(text)
    except NoteRefused as error:
        raise CosignatureRefused(str(error)) from error
    published = SealCheckpoint.objects.filter(size=checkpoint.size).first()
    if published is None or note.split(published.note)[0] != body:
        raise CosignatureRefused("this checkpoint was not published here")
    if not found:
        raise CosignatureRefused("no declared witness co-signed it")
    if any(one.time > timezone.now().timestamp() + CLOCKS for one in found):
        raise CosignatureRefused("it is dated in the future")
    with transaction.atomic():
        for one in found:
            _keep(checkpoint.size, one)
    return len(found)


def _keep(size: int, one: note.Cosignature) -> None:
    at, witness = datetime.fromtimestamp(one.time, UTC), Witness.objects.get(key=str(one.witness))
    if not Cosignature.objects.filter(size=size, witness=witness, at__gt=at - AGAIN).exists():
        Cosignature.objects.get_or_create(size=size, witness=witness, at=at, defaults={"line": one.line})


def with_cosignatures(text: str, size: int) -> str:
    """The signed note of this size with the lines of its witnesses under those of the log."""
    newest = Cosignature.objects.filter(size=size).order_by("witness_id", "-at").distinct("witness_id")
    return text + "".join(newest.values_list("line", flat=True))


def last_seen() -> list[Seen]:
    """What each witness that counts saw last; those who saw nothing yet are left out."""
    # The last row of each by the index, whatever it holds of the years before.
    last = Cosignature.objects.filter(witness=OuterRef("pk")).order_by("-size", "-at").values("pk")[:1]
    those = Witness.objects.filter(ended_at=None).annotate(last=Subquery(last)).values("last")
    newest = Cosignature.objects.filter(pk__in=those).select_related("witness").order_by("witness_id")
    return [Seen(one.witness.key.partition("+")[0], one.at, one.size) for one in newest]


def _declared() -> list[PublicKey]:
    lines = Witness.objects.filter(ended_at=None).values_list("key", flat=True)
    return [key for line in lines if isinstance(key := keys.parse(line), PublicKey)]
