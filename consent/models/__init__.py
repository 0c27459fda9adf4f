"""The nouns of consent."""

from consent.crypto.person_key import PersonKey
from consent.models.consent import Consent, Purpose
from consent.models.directory import Establishment, Professional
from consent.models.grant import Category, Grant
from consent.models.journal_entry import JournalEntry
from consent.models.link_code import LinkCode
from consent.models.notice import Notice
from consent.models.outbox import OutboxItem
from consent.models.person import Channel, IdentityLevel, Person
from consent.models.receipt import Receipt
from consent.models.refusal import Refusal
from consent.models.seal import SealCheckpoint, SealPlace, SealTile, SealWaiting
from consent.models.space import Space, SpaceState
from consent.models.tombstone import Tombstone
from consent.models.witness import Cosignature, Witness

__all__ = [
    "Category",
    "Channel",
    "Consent",
    "Cosignature",
    "Establishment",
    "Grant",
    "IdentityLevel",
    "JournalEntry",
    "LinkCode",
    "Notice",
    "OutboxItem",
    "Person",
    "PersonKey",
    "Professional",
    "Purpose",
    "Receipt",
    "Refusal",
    "SealCheckpoint",
    "SealPlace",
    "SealTile",
    "SealWaiting",
    "Space",
    "SpaceState",
    "Tombstone",
    "Witness",
]
