"""The nouns of consent."""

from consent.crypto.person_key import PersonKey
from consent.models.access_request import AccessRequest
from consent.models.block import Block
from consent.models.care_team import CareTeam, CareTeamMember
from consent.models.case import Case, CaseKind, CaseOutcome, CaseState
from consent.models.consent import Consent, Purpose
from consent.models.directory import Establishment, EstablishmentUserObjectPermission, Professional
from consent.models.emergency import EmergencyAccess, EmergencyConsent
from consent.models.grant import Category, Grant
from consent.models.journal_entry import JournalEntry
from consent.models.link_code import LinkCode
from consent.models.notice import Notice
from consent.models.outbox import OutboxItem
from consent.models.person import Channel, IdentityLevel, Person
from consent.models.receipt import Receipt
from consent.models.refusal import Refusal
from consent.models.seal import SealCheckpoint, SealPlace, SealTile, SealWaiting
from consent.models.share_code import ShareCode
from consent.models.space import Space, SpaceState
from consent.models.tombstone import Tombstone

__all__ = [
    "AccessRequest",
    "Block",
    "CareTeam",
    "CareTeamMember",
    "Case",
    "CaseKind",
    "CaseOutcome",
    "CaseState",
    "Category",
    "Channel",
    "Consent",
    "EmergencyAccess",
    "EmergencyConsent",
    "Establishment",
    "EstablishmentUserObjectPermission",
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
    "ShareCode",
    "Space",
    "SpaceState",
    "Tombstone",
]
