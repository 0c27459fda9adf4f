"""What the seal says of one entry: a commitment to its words and ids, an outline of its columns, the leaf.

The half that is *shown* is what a receipt says; the *hidden* half is ids. The commitment to both is made with a random
nonce that lies under the person's key: it says nothing to whoever has not the nonce, and binds whoever has it. The
outline is made of what lies in the clear, with a random salt that lies there too: it is checked without any key, also
after an erasure, and says nothing outside, where the salt never goes. The imprint of both is what the log holds.
docs/proofs.md has the same in tables, for those who write a checker of their own.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from consent.models.journal_entry import DAMAGED, JournalEntry

VERSION = 1
NONCE_BYTES = SALT_BYTES = 16
LEAF_VERSION = b"\x02"
SECONDS_AN_HOUR = 3600
# What the two halves tell of `details` by name; whatever else is there is hidden, under "more".
TOLD = {"facts", "reason", "subject"}


def halves(entry: JournalEntry) -> tuple[bytes, bytes]:
    """The shown and the hidden half of an entry. The wall must be open for its person, or for none if it has none."""
    details = entry.details
    shown = {
        "v": VERSION,
        "at": _moment(entry.at),
        "nature": str(entry.nature),
        "code": entry.code,
        "outcome": str(entry.outcome),
        "via": str(entry.via),
        "by": str(entry.actor_kind),
        "counter": entry.counter_number,
        "reference": entry.basis_reference,
        "facts": details.get("facts", []),
        "reason": details.get("reason", ""),
    }
    hidden: dict[str, Any] = {
        "entry": str(entry.pk),
        "person": _id(entry.person_id),
        "actor": _id(entry.actor_id),
        "visit": _id(entry.visit_id),
        "request": _id(entry.request_id),
        "subject": details.get("subject"),
    }
    if more := {name: value for name, value in details.items() if name not in TOLD}:
        hidden["more"] = more
    return canonical(shown), canonical(hidden)


def columns(entry: JournalEntry) -> bytes:
    """What lies in the clear in the row of an entry. Needs neither the wall nor a key."""
    row = {
        "v": VERSION,
        "entry": str(entry.pk),
        "person": _id(entry.person_id),
        "at": _moment(entry.at),
        "nature": str(entry.nature),
        "code": entry.code,
        "outcome": str(entry.outcome),
        "via": str(entry.via),
        "by": str(entry.actor_kind),
        "actor": _id(entry.actor_id),
        "counter": entry.counter_number,
        "reference": entry.basis_reference,
        "visit": _id(entry.visit_id),
        "request": _id(entry.request_id),
    }
    return canonical(row)


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one way in which a JSON object is written here: sorted names, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(shown: bytes, hidden: bytes) -> bytes:
    """One digest of both halves, so that whoever shows one can give the other as 32 bytes."""
    return hashlib.sha256(hashlib.sha256(shown).digest() + hashlib.sha256(hidden).digest()).digest()


def commitment(nonce: bytes, digest: bytes) -> bytes:
    """What binds the entry without telling it: HMAC-SHA256 of the digest under the entry's nonce."""
    return hmac.digest(nonce, digest, "sha256")


def commitment_of(entry: JournalEntry) -> bytes:
    """The commitment to an entry as it reads now. The wall must be open for its person.

    Raises `KeyDestroyed` after an erasure, `tink.TinkError` when its person's key does not open, `ValueError` when its
    words or its nonce do not, or what opened is no nonce.
    """
    if entry.details.get(DAMAGED) or not entry.nonce:
        raise ValueError("its words or its nonce do not open")
    return commitment(bytes.fromhex(entry.nonce), digest(*halves(entry)))


def outline_of(entry: JournalEntry) -> bytes:
    """The outline of an entry as its columns read now: HMAC-SHA256 of them under its salt. Needs no key."""
    return hmac.digest(bytes(entry.salt), columns(entry), "sha256")


def imprint(commitment: bytes, outline: bytes) -> bytes:
    """What the log holds of an entry: SHA-256 of both."""
    return hashlib.sha256(commitment + outline).digest()


def bind(entry: JournalEntry) -> None:
    """Give a new entry, complete but for this, its nonce and salt, its commitment and its imprint.

    The wall must be open for its person.
    """
    entry.nonce = secrets.token_hex(NONCE_BYTES)
    entry.salt = secrets.token_bytes(SALT_BYTES)
    entry.commitment = commitment_of(entry)
    entry.imprint = imprint(entry.commitment, outline_of(entry))


def hour_of(at: datetime) -> int:
    """The hour of an entry, counted from 1970: what a leaf says of its time."""
    return int(at.timestamp()) // SECONDS_AN_HOUR


def leaf(place: int, hour: int, imprint: bytes) -> bytes:
    """The 45 bytes of a leaf of the log."""
    return LEAF_VERSION + place.to_bytes(8, "big") + hour.to_bytes(4, "big") + imprint


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _id(value: Any) -> str | None:
    return str(value) if value else None
