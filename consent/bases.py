"""The basis of every read and act: who acts, for whom, by what right, for which acts, until when (rule 2).

Each kind of basis has a provider; upper apps register theirs, so that consent never imports them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models.journal_entry import ActorKind
from consent.models.person import Person
from consent.models.space import SpaceState
from consent.turns import shared_state


class Via(StrEnum):
    """The kinds of basis."""

    SELF = "self"
    REPRESENTATION = "representation"
    MANDATE = "mandate"
    PRESENCE = "presence"
    PAPER = "paper"
    PUBLIC = "public"
    SERVICE = "service"
    GRANT = "grant"
    EMERGENCY = "emergency"
    SHARE = "share"


VIA_WORDS = {
    Via.SELF: _("par la personne, en ligne"),
    Via.REPRESENTATION: _("par un représentant"),
    Via.MANDATE: _("au guichet, sous mandat écrit"),
    Via.PRESENCE: _("au guichet, la personne présente"),
    Via.PAPER: _("par un formulaire papier signé"),
    Via.PUBLIC: _("en ligne, sans compte"),
    Via.SERVICE: _("par le service, pour vous écrire ou vous répondre"),
    Via.GRANT: _("par un accès que vous avez donné"),
    Via.EMERGENCY: _("par un accès d’urgence"),
    Via.SHARE: _("par un code de partage"),
}


@dataclass(frozen=True)
class ReaderWords:
    """Who a reader is, in words, as the person will be told for ever: what the directory says at this moment."""

    name: str
    profession: str = ""
    place: str = ""


@dataclass(frozen=True)
class Actor:
    """Who is at the keyboard: a user's id, or none for the public; the counter when an agent acts for it.

    `words` of a professional or a representative are kept, encrypted, with each of their traces. An agent has none:
    they are told by their counter, never by name.
    """

    kind: ActorKind
    id: UUID | None = None
    counter_number: int | None = None
    words: ReaderWords | None = None


@dataclass(frozen=True)
class Basis:
    """A right to act or read for one person. `person_id` is None when the person has no row yet.

    `right_id` is the row that gives the right (a mandate, a mail), `reference` what is written on it.
    `scopes` are the codes of the acts that it covers; None means every act that accepts this kind.
    `received_on` is the day on which a posted form came: delays run from it. None: today.
    `signed_for`: somebody who represents the person signed the mandate, and sits at the counter.
    """

    via: Via
    person_id: UUID | None
    actor: Actor
    right_id: UUID | None = None
    reference: str = ""
    scopes: frozenset[str] | None = None
    until: datetime | None = None
    visit_id: UUID | None = None
    received_on: date | None = None
    signed_for: bool = False

    @property
    def by_representative(self) -> bool:
        """Whether who represents the person looks: what the person hides from them is kept from this basis."""
        return self.via is Via.REPRESENTATION or self.signed_for


class BasisRefused(Exception):
    """There is no basis for this, or no longer. `reason` is told to whoever tried, and kept in the journal.

    `kept`: what is kept instead, where the person reads more than whoever tried is told.
    """

    def __init__(self, reason: str, kept: str = "") -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.kept = kept or reason
        self.journaled = False


class Provider(Protocol):
    """What each kind of basis must know."""

    def lock(self, basis: Basis, code: str) -> None:
        """Lock the rows that give the right (FOR SHARE) and check that it stands now, for this act or reading.

        Raises `BasisRefused`.
        """

    def used(self, basis: Basis, receipt: Any, effect: Any) -> None:
        """An act was recorded on this basis; called in its transaction, for a basis that serves once."""


class NotUsedUp:
    """What most kinds of basis answer when an act was recorded on them: they serve again."""

    def used(self, basis: Basis, receipt: Any, effect: Any) -> None:
        """Nothing to settle."""


_providers: dict[Via, Provider] = {}


def provide(via: Via, provider: Provider) -> None:
    """Register the provider of one kind of basis."""
    _providers[via] = provider


# The person themselves, whatever the door, and the service, whose duty is to write to them.
NOT_SUSPENDED = frozenset({Via.SELF, Via.PRESENCE, Via.PAPER, Via.PUBLIC, Via.SERVICE})
# What a mandate still allows: to resume, and to end things. See docs/decisions/0016-suspension.md.
WHILE_SUSPENDED = frozenset(
    {
        "space.resume",
        "space.close",
        "space.erase",
        "grant.revoke",
        "grant.revoke-others",
        "care-team.end",
        "block.add",
        "request.decline",
        "consent.withdraw",
        "mandate.revoke",
        "emergency.forbid",
        "emergency.contest",
        "share-code.cancel",
        "representation.end",
    }
)
SUSPENDED_WORDS = _(
    "La personne a suspendu son espace : rien n’y est lu ni fait par d’autres avant qu’elle le reprenne."
)

# What the person reads in their history of somebody else's try.
SUSPENDED_THEN = _("Vous aviez suspendu votre espace.")


def suspension_stops(via: Via, code: str, *, signed_for: bool = False) -> bool:
    """Whether a suspended space is closed to this kind of basis for this act or reading.

    Under a mandate of theirs the person is there, and may have things ended; whoever represents them gives that up, or
    waits.
    """
    if via is Via.REPRESENTATION or signed_for:
        return code != "representation.end"
    return via not in NOT_SUSPENDED and code not in WHILE_SUSPENDED


def stands(starts_at: datetime, ends_at: datetime | None, ended_at: datetime | None = None) -> bool:
    """Whether a right that has these dates stands now. The day of an 18th birthday is a date like another."""
    now = timezone.now()
    return ended_at is None and starts_at <= now and (ends_at is None or ends_at > now)


def _refuse_if_suspended(basis: Basis) -> None:
    """The row of the space is shared until the transaction ends: a suspension waits for whoever reads, and is last.

    Taken before the rows of the basis itself, as closing the space does (docs/decisions/0006-locks.md).
    """
    if shared_state(basis.person_id) == SpaceState.SUSPENDED:
        # Only whoever was sent by the person is told why: a reader learns no more than that nothing is open.
        if basis.via is Via.MANDATE:
            raise BasisRefused(SUSPENDED_WORDS)
        raise BasisRefused(_("Aucun accès n’est ouvert en ce moment."), kept=SUSPENDED_THEN)


def lock_basis(basis: Basis, code: str) -> None:
    """Check that the basis stands and covers `code`, and keep it so until the transaction ends.

    Raises `BasisRefused` when it does not: an unknown kind is refused too.
    """
    provider = _providers.get(basis.via)
    if provider is None:
        raise BasisRefused(_("Ce fondement n’existe pas."))
    if basis.scopes is not None and code not in basis.scopes:
        raise BasisRefused(_("Le mandat ne prévoit pas cet acte."))
    if basis.person_id is not None and suspension_stops(basis.via, code, signed_for=basis.signed_for):
        _refuse_if_suspended(basis)
    provider.lock(basis, code)
    refuse_if_frozen(basis, code)


# What can still be done once a death is on record: to take it back, when it was a mistake.
AFTER_DEATH = frozenset({"space.unfreeze"})
# Their providers ask it in a statement of theirs: a check costs no more for it.
ASK_IT_THEMSELVES = frozenset({Via.GRANT, Via.EMERGENCY, Via.SHARE, Via.REPRESENTATION, Via.PAPER})
FROZEN_WORDS = _("Cet espace est gelé : le décès de la personne a été signalé. Seul le service courrier peut répondre.")


def refuse_if_frozen(basis: Basis, code: str) -> None:
    """Once a death is on record nobody acts or reads for the person; the mail service answers. Raises `BasisRefused`.

    The wall must be open for the person.
    """
    if basis.person_id is None or basis.via is Via.SERVICE or code in AFTER_DEATH:
        return
    if basis.via in ASK_IT_THEMSELVES:
        return
    if Person.objects.filter(pk=basis.person_id, frozen_at__isnull=False).exists():
        raise BasisRefused(FROZEN_WORDS)


def use_basis(basis: Basis, receipt: Any, effect: Any) -> None:
    """Tell the provider that an act was recorded on this basis, within the act's transaction."""
    _providers[basis.via].used(basis, receipt, effect)


class SelfProvider(NotUsedUp):
    """The person themselves, signed in with the account that is linked to them."""

    def lock(self, basis: Basis, code: str) -> None:
        account = (
            get_user_model()
            .objects.select_for_update(no_key=True)
            .filter(pk=basis.actor.id, person_id=basis.person_id, is_active=True)
            .first()
        )
        if account is None:
            raise BasisRefused(_("Votre compte n’est pas relié à cette personne."))


class PublicProvider(NotUsedUp):
    """Anyone, for what needs no account: refusing (design §5)."""

    def lock(self, basis: Basis, code: str) -> None:
        if basis.person_id is not None:
            raise BasisRefused(_("Sans compte, on ne peut agir pour une personne enregistrée."))


provide(Via.SELF, SelfProvider())
provide(Via.PUBLIC, PublicProvider())
