"""The nouns of consent."""

from consent.crypto.person_key import PersonKey
from consent.models.access_request import AccessRequest
from consent.models.block import Block
from consent.models.care_team import CareTeam, CareTeamMember
from consent.models.case import Case, CaseKind, CaseOutcome, CaseState
from consent.models.consent import Consent, Purpose
from consent.models.directory import Establishment, EstablishmentUserObjectPermission, Professional
from consent.models.emergency import EmergencyAccess, EmergencyConsent
from consent.models.explanation import Explanation
from consent.models.grant import Category, Grant
from consent.models.hidden import Hidden
from consent.models.journal_entry import JournalEntry
from consent.models.link_code import LinkCode
from consent.models.notice import Notice
from consent.models.outbox import OutboxItem
from consent.models.person import Channel, IdentityDocument, IdentityLevel, Person
from consent.models.receipt import Receipt
from consent.models.refusal import Refusal
from consent.models.reminder import Reminder
from consent.models.representation import Representation, Represented
from consent.models.seal import SealCheckpoint, SealPlace, SealTile, SealWaiting
from consent.models.share_code import ShareCode
from consent.models.space import Space, SpaceState
from consent.models.statement import Statement
from consent.models.telling import ReadsTold, Telling
from consent.models.tombstone import Tombstone
from consent.models.verification import Broken, Reach, Verification
from consent.models.witness import Cosignature, Witness

__all__ = [
    "AccessRequest",
    "Block",
    "Broken",
    "CareTeam",
    "CareTeamMember",
    "Case",
    "CaseKind",
    "CaseOutcome",
    "CaseState",
    "Category",
    "Channel",
    "Consent",
    "Cosignature",
    "EmergencyAccess",
    "EmergencyConsent",
    "Establishment",
    "EstablishmentUserObjectPermission",
    "Explanation",
    "Grant",
    "Hidden",
    "IdentityDocument",
    "IdentityLevel",
    "JournalEntry",
    "LinkCode",
    "Notice",
    "OutboxItem",
    "Person",
    "PersonKey",
    "Professional",
    "Purpose",
    "Reach",
    "ReadsTold",
    "Receipt",
    "Refusal",
    "Reminder",
    "Representation",
    "Represented",
    "SealCheckpoint",
    "SealPlace",
    "SealTile",
    "SealWaiting",
    "ShareCode",
    "Space",
    "SpaceState",
    "Statement",
    "Telling",
    "Tombstone",
    "Verification",
    "Witness",
]
