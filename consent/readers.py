"""The bases by which a health professional reads: an access given, a share code, an emergency access.

Two statements check one: `lock_basis` shares the space, the provider shares the row that gives the right; so an end of
either waits for the read or is seen by it (see docs/decisions/0015-readers.md). A right that stands no more is
refused with its reason, which only the person sees: the reader is told one and the same thing (EHDS, article 8).
Whatever was opened, a reader sees no more of it than their profession can be shown (`consent/professions.py`): an
access to an establishment or to a team, and a code for whoever types it, do not know beforehand who will read.
Nor does it matter who made a right: whoever may act for the person reads nothing of theirs as a professional.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.bases import (
    SUSPENDED_THEN,
    Actor,
    Basis,
    BasisRefused,
    NotUsedUp,
    ReaderWords,
    Via,
    lock_basis,
    provide,
    stands,
)
from consent.models import (
    Category,
    EmergencyAccess,
    EmergencyConsent,
    EstablishmentUserObjectPermission,
    Grant,
    Professional,
    ShareCode,
    Space,
    SpaceState,
)
from consent.models.journal_entry import ActorKind
from consent.professions import ceiling
from consent.representing import READINGS
from consent.roles import establishments_of
from consent.turns import locked_row, shared_state

# What a professional reads by any of these bases: identity, and of the emergency sheet what the right opens.
SHEET = "sheet.read"
# Said to whoever finds nothing, whatever the cause: nobody, nothing opened, blocked, ended.
NOTHING_OPEN = gettext_lazy("Personne avec ces traits ne vous a rien ouvert, ou elle n’existe pas.")
RIGHT_OVER = gettext_lazy("Cet accès n’est pas ouvert, ou ne l’est plus.")

# The reader's account, if it is open and not the person's own; and whether a block stands against them.
_READER = (
    f"LEFT JOIN {get_user_model()._meta.db_table} u "
    "ON u.id = %s AND u.is_active AND u.person_id IS DISTINCT FROM r.person_id "
    "LEFT JOIN consent_professional p ON p.id = u.professional_id "
    "WHERE r.id = %s AND r.person_id = %s FOR SHARE OF r"
)
# What stands in the place of the state of a space once a death is on record.
FROZEN = "frozen"
_SPACE = (
    f"(SELECT CASE WHEN p.frozen_at IS NULL THEN s.state ELSE '{FROZEN}' END "  # noqa: S608 our own names
    "FROM consent_space s JOIN consent_person p ON p.id = s.person_id WHERE s.person_id = r.person_id)"
)
_BLOCKED = (
    "EXISTS (SELECT 1 FROM consent_block b WHERE b.person_id = r.person_id AND b.ended_at IS NULL "
    "AND (b.professional_id = u.professional_id OR EXISTS (SELECT 1 FROM consent_establishmentuserobjectpermission w "
    "WHERE w.user_id = u.id AND w.content_object_id = b.establishment_id)))"
)
_BLOCKED_EVEN_THEN = _BLOCKED.replace("b.ended_at IS NULL", "b.ended_at IS NULL AND b.emergency_too")
# Whether the reader may act for the person now: nobody opens a space to themselves. One who may only look opens nothing.
_REPRESENTS = (
    "EXISTS (SELECT 1 FROM consent_representation n WHERE n.person_id = r.person_id "
    "AND n.representative_id = u.person_id AND n.ended_at IS NULL AND n.starts_at <= %s "
    "AND (n.ends_at IS NULL OR n.ends_at > %s) AND NOT n.scopes <@ %s::varchar[])"
)


BLOCKED_WORDS = gettext_lazy("Vous avez bloqué ce professionnel, ou un lieu où il travaille.")


@dataclass(frozen=True)
class Opening:
    """What a right opens, within what the reader's profession can be shown: these kinds of content, until then (None: until the person ends it), by way of whom."""

    categories: frozenset[Category]
    until: datetime | None
    through: str = ""
    # Other rights of the same reader, in force, that open more: by which row, and what more.
    others: tuple[tuple[UUID, frozenset[Category]], ...] = ()


def reader(user: AbstractBaseUser) -> Actor:
    """The professional at the keyboard, with the words that the person will read."""
    who = user.professional
    return Actor(ActorKind.PROFESSIONAL, user.pk, words=ReaderWords(who.name, who.profession, who.town))


def basis_of(user: AbstractBaseUser, right_id: UUID) -> Basis | None:
    """The basis that this right, whether it stands or not, gives to this professional; None when it is not theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, person_id FROM reading_right(%s, %s, %s)", [right_id, user.professional_id, user.pk]
        )
        found = cursor.fetchone()
    if found is None:
        return None
    return Basis(Via(found[0]), found[1], reader(user), right_id=right_id, scopes=frozenset({SHEET}))


def standing_basis(user: AbstractBaseUser, person_id: UUID) -> Basis:
    """The widest right to read that this professional holds on this person now. The wall is open for them.

    Raises `BasisRefused` when none stands: with why the widest that they were given is refused, if they were given any.
    An emergency access stands in for nothing: it is used where no other right stands, or by its own address.
    """
    rights = rights_of(user, person_id)
    urgent = EmergencyAccess.objects.in_force().filter(person_id=person_id, professional=user.professional_id)
    rights += [(Via.EMERGENCY, frozenset(Category), pk) for pk in urgent.values_list("pk", flat=True)]
    rights.sort(key=lambda right: -len(right[1]))
    given = [right for right in rights if right[0] is not Via.EMERGENCY]
    running = [right for right in rights if right[0] is Via.EMERGENCY]
    # What refuses one in force (a block, a suspension) refuses the others; one may have ended meanwhile.
    why = None
    for via, _opened, right_id in [*given[:2], *running[:1]]:
        basis = Basis(via, person_id, reader(user), right_id=right_id, scopes=frozenset({SHEET}))
        try:
            # What was locked for a right that does not stand is let go: an end of it waits for no other right.
            with transaction.atomic():
                lock_basis(basis, SHEET)
        except BasisRefused as refused:
            why = why or refused
        else:
            return basis
    raise why or BasisRefused(gettext_lazy("Vous n’aviez rien ouvert à ce professionnel."))


def rights_of(user: AbstractBaseUser, person_id: UUID | None) -> list[tuple[Via, frozenset[Category], UUID]]:
    """The accesses and codes of this person, in force, that this professional holds to read: how, what, and by which row.

    Whether one opens (a block, a suspension) is for the lock of its basis to say. The wall is open for the person.
    """
    held = _held_by(user.professional_id, establishments_of(user).values("pk"), person_id)
    most = ceiling(user.professional.profession)
    return [
        (via, _content(row.everything, row.categories) & most, row.pk)
        for via, rows in zip((Via.GRANT, Via.SHARE), held, strict=True)
        for row in rows
    ]


def _held_by(
    professional: Any, establishments: Any, person_id: UUID | None
) -> tuple[QuerySet[Grant], QuerySet[ShareCode]]:
    grants = Grant.objects.in_force().filter(person_id=person_id, can_read=True).held_by(professional, establishments)
    return grants, ShareCode.objects.standing().filter(person_id=person_id, used_by=professional)


def opening_of(basis: Basis) -> Opening:
    """What the right of this basis opens. The basis is locked, and the wall open for its person."""
    if basis.via is Via.EMERGENCY:
        return Opening(frozenset(Category), EmergencyAccess.objects.get(pk=basis.right_id).ends_at)
    if basis.via is Via.SHARE:
        rights: QuerySet[Any] = ShareCode.objects.all()
    else:
        rights = Grant.objects.select_related("establishment", "team")
    reader = Professional.objects.filter(account=basis.actor.id)
    places = EstablishmentUserObjectPermission.objects.filter(user=basis.actor.id).values("content_object")
    held = [
        ArraySubquery(rows.values(row=JSONObject(id="pk", everything="everything", categories="categories")))
        for rows in _held_by(Subquery(reader.values("pk")), places, basis.person_id)
    ]
    annotated = rights.annotate(profession=Subquery(reader.values("profession")), by_grant=held[0], by_code=held[1])
    right = annotated.get(pk=basis.right_id)
    through = right.reader if basis.via is Via.GRANT and right.professional_id is None else ""
    most = ceiling(right.profession or "")
    categories = _content(right.everything, right.categories) & most
    rows = [(UUID(row["id"]), _content(row["everything"], row["categories"])) for row in right.by_grant + right.by_code]
    others = tuple((pk, more) for pk, opened in rows if (more := opened & most - categories))
    return Opening(categories, right.ends_at, through, others)


def _content(everything: bool, categories: list[str]) -> frozenset[Category]:
    """The kinds of content that a right names."""
    return frozenset(Category) if everything else frozenset(map(Category, categories))


def end_all(person_id: UUID, at: datetime) -> None:
    """End what the person opened to professionals otherwise than by an access. The space is locked, the wall open."""
    EmergencyConsent.objects.filter(person_id=person_id).delete()
    EmergencyAccess.objects.in_force().filter(person_id=person_id).update(ended_at=at)
    ShareCode.objects.standing().filter(person_id=person_id).update(cancelled_at=at)


def end_of_one(person_id: UUID, professional: Professional, *, emergencies: bool) -> None:
    """End the codes that are this professional's, and with `emergencies` their emergency access: nothing comes back.

    The space is locked, the wall open.
    """
    at = timezone.now()
    theirs = Q(used_by=professional) | Q(professional=professional)
    ShareCode.objects.standing().filter(theirs, person_id=person_id).update(cancelled_at=at)
    if emergencies:
        EmergencyAccess.objects.in_force().filter(person_id=person_id, professional=professional).update(ended_at=at)


def hold_readers(person_id: UUID | None) -> None:
    """Make those who read now finish first, and those who come see what this transaction does.

    For an effect that ends what is not one row that a reader locks: a block, who is in a team, what is allowed.
    """
    Space.objects.select_for_update().filter(pk=person_id).first()


def lock_space(person_id: UUID | None) -> None:
    """Keep the space open until the transaction ends, for what a professional begins (an emergency, a code typed).

    Raises `BasisRefused` when there is no open space.
    """
    if (state := shared_state(person_id)) != SpaceState.OPEN:
        raise not_open(state)


def not_open(state: str | None) -> BasisRefused:
    """Why a space in this state opens nothing to a professional, as its person reads it, and they alone."""
    if state == FROZEN:
        return BasisRefused(gettext_lazy("Un décès était enregistré à votre nom : personne ne pouvait lire."))
    if state == SpaceState.SUSPENDED:
        return BasisRefused(SUSPENDED_THEN)
    return BasisRefused(gettext_lazy("Votre espace n’était pas ouvert."))


class _Reader(NotUsedUp, ABC):
    """What these providers share: the space first, then the row of the right beside the account of the reader."""

    table: str
    columns: str
    blocked: str = _BLOCKED
    # What the profession is a ceiling on.
    content: str = "r.everything, r.categories"

    # The space was shared by `lock_basis`, the first lock of every reader: its state can change no more, and a death
    # is put on record only with it.

    def lock(self, basis: Basis, code: str) -> None:
        asked = (
            f"{_REPRESENTS}, {_SPACE}, u.professional_id, {self.blocked}, p.profession, {self.content}, {self.columns}"
        )
        query = f"SELECT {asked} FROM {self.table} r {_READER}"  # noqa: S608 our own names
        now = timezone.now()
        row = locked_row(query, [now, now, list(READINGS), basis.actor.id, basis.right_id, basis.person_id])
        if row is None or row[2] is None:
            raise BasisRefused(gettext_lazy("Ce professionnel n’avait pas d’accès à votre espace."))
        represents, state, mine, blocked, profession, everything, categories, *columns = row
        if state != SpaceState.OPEN:
            raise not_open(state)
        if blocked:
            raise BasisRefused(BLOCKED_WORDS)
        if represents:
            raise BasisRefused(
                gettext_lazy("Ce professionnel vous représente : il lit comme représentant, ou pas du tout.")
            )
        self.check(mine, *columns)
        if everything is not None and not _content(everything, categories) & ceiling(profession):
            raise BasisRefused(gettext_lazy("Sa profession ne peut rien lire de ce que vous avez ouvert."))

    @abstractmethod
    def check(self, mine: int, *columns: Any) -> None:
        """Raises `BasisRefused` when the right does not stand, or is not this professional's (`mine`)."""


class GrantProvider(_Reader):
    """An access given to this professional, to an establishment where they work, or to a team that they are in."""

    table = "consent_grant"
    columns = (
        "r.can_read, r.starts_at, r.ends_at, r.revoked_at, r.professional_id = u.professional_id "
        "OR EXISTS (SELECT 1 FROM consent_establishmentuserobjectpermission w "
        "WHERE w.user_id = u.id AND w.content_object_id = r.establishment_id) "
        "OR EXISTS (SELECT 1 FROM consent_careteammember m WHERE m.team_id = r.team_id AND m.professional_id = u.professional_id "
        "AND m.left_at IS NULL)"
    )

    def check(self, mine: int, *columns: Any) -> None:
        can_read, starts_at, ends_at, revoked_at, holds = columns
        if not holds:
            raise BasisRefused(gettext_lazy("Cet accès n’a pas été donné à ce professionnel."))
        if revoked_at is not None:
            raise BasisRefused(gettext_lazy("Vous aviez retiré cet accès."))
        if not stands(starts_at, ends_at):
            raise BasisRefused(gettext_lazy("La durée de cet accès était écoulée."))
        if not can_read:
            raise BasisRefused(gettext_lazy("Cet accès permet de déposer, pas de lire."))


class EmergencyProvider(_Reader):
    """An emergency access that this professional opened, for 24 hours."""

    table = "consent_emergencyaccess"
    columns = "r.professional_id, r.started_at, r.ends_at, r.ended_at"
    blocked = _BLOCKED_EVEN_THEN
    # In an emergency the whole sheet is shown, whoever reads.
    content = "NULL::boolean, NULL::text[]"

    def check(self, mine: int, *columns: Any) -> None:
        holder, started_at, ends_at, ended_at = columns
        if mine != holder:
            raise BasisRefused(gettext_lazy("Cet accès d’urgence est celui d’un autre professionnel."))
        if ended_at is not None:
            raise BasisRefused(gettext_lazy("Vous aviez mis fin à cet accès d’urgence."))
        if not stands(started_at, ends_at):
            raise BasisRefused(gettext_lazy("Cet accès d’urgence était terminé : il dure 24 heures."))


class ShareProvider(_Reader):
    """A share code that this professional was the first to type."""

    table = "consent_sharecode"
    columns = "r.used_by_id, r.used_at, r.ends_at, r.cancelled_at"

    def check(self, mine: int, *columns: Any) -> None:
        holder, used_at, ends_at, cancelled_at = columns
        if mine != holder:
            raise BasisRefused(gettext_lazy("Ce code de partage a servi à un autre professionnel."))
        if cancelled_at is not None:
            raise BasisRefused(gettext_lazy("Vous aviez annulé ce code de partage."))
        if not stands(used_at, ends_at):
            raise BasisRefused(gettext_lazy("La durée de ce code de partage était écoulée."))


def opening_facts(opening: Opening) -> list[tuple[str, str]]:
    """An opening in words, for the trace."""
    everything = opening.categories == frozenset(Category)
    content = (
        _("tout le contenu de l’espace")
        if everything
        else ", ".join(str(category.label) for category in Category if category in opening.categories)
    )
    facts = [(_("Ouvert à la lecture"), content)]
    if opening.through:
        facts.append((_("Par l’accès donné à"), opening.through))
    return facts


provide(Via.GRANT, GrantProvider())
provide(Via.EMERGENCY, EmergencyProvider())
provide(Via.SHARE, ShareProvider())
