"""What a person keeps from their representatives: it is left out before anything is shown, chosen or counted.

Which of their traces is told by `consent/trace/seen.py`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from consent.bases import Basis, Via
from consent.models import (
    AccessRequest,
    Block,
    CareTeam,
    CareTeamMember,
    Category,
    EmergencyAccess,
    EstablishmentUserObjectPermission,
    Grant,
    Hidden,
    JournalEntry,
    Professional,
    ShareCode,
)
from consent.models.grant import GrantQuerySet, standing_grants
from consent.models.journal_entry import Outcome
from consent.models.representation import Representation

M = TypeVar("M", bound=Model)
MAKE_CODE = "share-code.create"
# A code lasts a week at most.
CODE_LASTS = timedelta(days=8)


def grants_seen(basis: Basis) -> GrantQuerySet:
    """The accesses in force that whoever stands on this basis may know of. The wall must be open for the person."""
    grants = standing_grants(basis.person_id)
    if basis.via is Via.REPRESENTATION:
        grants = grants.exclude(pk__in=hidden_grants(basis.person_id))
    return grants


def categories_seen(basis: Basis) -> frozenset[Category]:
    """The kinds of content that whoever stands on this basis may read, as far as hiding goes."""
    if basis.via is not Via.REPRESENTATION:
        return frozenset(Category)
    hidden = Hidden.objects.filter(person_id=basis.person_id).exclude(category="").values_list("category", flat=True)
    return frozenset(Category) - {Category(value) for value in hidden}


def codes_seen(basis: Basis, made: set[UUID] | None = None) -> list[ShareCode]:
    """The share codes that stand, the oldest first; for words alone: these rows are not to be saved.

    A representative sees none whose reader holds a hidden access, but those that they made: of these they do not
    learn that such a reader typed them. `made`: these ones (`codes_made`), where they were asked already.
    """
    standing = ShareCode.objects.standing().filter(person_id=basis.person_id).order_by("made_at")
    codes = list(standing.select_related("professional", "used_by"))
    kept = _kept_from(basis) if codes else set()
    if not kept:
        return codes
    made = codes_made(basis) if made is None else made
    seen = [code for code in codes if code.pk in made or not kept & {code.professional_id, code.used_by_id}]
    for code in seen:
        if code.used_by_id in kept:
            code.used_by = None
    return seen


def codes_made(basis: Basis) -> set[UUID]:
    """The ids of the share codes that whoever acts on this basis made, of those that may still stand."""
    mine = JournalEntry.objects.filter(
        person_id=basis.person_id, code=MAKE_CODE, actor_id=basis.actor.id, outcome=Outcome.DONE,
        at__gt=timezone.now() - CODE_LASTS,
    )  # fmt: skip
    return {UUID(entry.details["subject"]) for entry in mine}


def emergencies_seen(basis: Basis) -> QuerySet[EmergencyAccess]:
    """The emergency accesses, standing or over, that whoever stands on this basis may know of."""
    return EmergencyAccess.objects.filter(person_id=basis.person_id).exclude(professional__in=_kept_from(basis))


def teams_seen(basis: Basis) -> QuerySet[CareTeam]:
    """The teams that stand, the oldest first, of which whoever stands on this basis may know.

    A representative sees none that holds a hidden access, or in which somebody does who holds one, but those that they
    made, or changed last.
    """
    teams = CareTeam.objects.standing().filter(person_id=basis.person_id).order_by("composed_at")
    if basis.via is not Via.REPRESENTATION:
        return teams
    kept = Q(pk__in=Grant.objects.filter(pk__in=hidden_grants(basis.person_id), team__isnull=False).values("team"))
    kept |= Q(pk__in=CareTeamMember.objects.filter(professional__in=_kept_from(basis)).values("team"))
    return _without(teams, kept, basis, "care-team.compose", "care-team.change")


def requests_seen(basis: Basis, at: datetime | None = None) -> QuerySet[AccessRequest]:
    """The requests that wait, `at` or now, the oldest first, of which whoever stands on this basis may know."""
    waiting = AccessRequest.objects.waiting(at).filter(person_id=basis.person_id).order_by("asked_at")
    if basis.via is not Via.REPRESENTATION:
        return waiting
    staff = Professional.objects.filter(account__in=staff_of_hidden(basis.person_id))
    return waiting.exclude(professional__in=_kept_from(basis)).exclude(professional__in=staff)


def blocks_seen(basis: Basis) -> QuerySet[Block]:
    """The blocks that stand, the oldest first, of which whoever stands on this basis may know.

    A representative sees none of whoever holds a hidden access, but those that they made.
    """
    blocks = Block.objects.standing().filter(person_id=basis.person_id).order_by("started_at")
    if basis.via is not Via.REPRESENTATION:
        return blocks
    kept = Q(professional__in=_kept_from(basis))
    kept |= Q(establishment__in=hidden_with_holders(basis.person_id).values("establishment"))
    return _without(blocks, kept, basis, "block.add")


def _without(rows: QuerySet[M], kept: Q, basis: Basis, *codes: str) -> QuerySet[M]:
    """These rows less those that are kept, unless whoever acts on this basis did the latest of these acts on them."""
    hidden = set(rows.filter(kept).values_list("pk", flat=True))
    return rows.exclude(pk__in=hidden - _done_last(basis, *codes)) if hidden else rows


def _done_last(basis: Basis, *codes: str) -> set[UUID]:
    """The rows on which whoever acts on this basis did the latest of these acts."""
    done = JournalEntry.objects.filter(person_id=basis.person_id, code__in=codes, outcome=Outcome.DONE).order_by("at")
    latest = {entry.details["subject"]: entry.actor_id for entry in done}
    return {UUID(subject) for subject, actor_id in latest.items() if actor_id == basis.actor.id}


def staff_of_hidden(person_id: UUID | None) -> QuerySet[EstablishmentUserObjectPermission, UUID]:
    """The accounts of those who work where a hidden access was given."""
    places = Grant.objects.filter(pk__in=hidden_grants(person_id), establishment__isnull=False)
    working = EstablishmentUserObjectPermission.objects.filter(content_object__in=places.values("establishment"))
    return working.values_list("user", flat=True)


def hidden_grants(person_id: UUID | None) -> QuerySet[Hidden, UUID]:
    """The ids of the accesses that the person hides. The wall must be open for them."""
    return Hidden.objects.filter(person_id=person_id, grant__isnull=False).values_list("grant_id", flat=True)


def is_hidden(grant: Grant) -> bool:
    """Whether this access is hidden from someone who represents the person now. The wall is open for them."""
    return hidden_grants(grant.person_id).filter(grant=grant).exists() and _is_represented(grant.person_id)


def hides_accesses(person_id: UUID) -> bool:
    """Whether any access is hidden from someone who represents the person now. The wall is open for them."""
    return hidden_grants(person_id).exists() and _is_represented(person_id)


def _is_represented(person_id: UUID) -> bool:
    return Representation.objects.in_force().filter(person_id=person_id).exists()


def hidden_with_holders(person_id: UUID | None) -> QuerySet[Grant]:
    """The accesses that the person hides, with whoever holds them: in one statement."""
    member = {name: f"professional__{name}" for name in ("id", "name", "profession", "town")}
    team = CareTeamMember.objects.filter(team=OuterRef("team")).values(member=JSONObject(**member))
    grants = Grant.objects.filter(pk__in=hidden_grants(person_id))
    grants = grants.select_related("professional", "establishment", "team")
    return grants.annotate(held_by_team=ArraySubquery(team))


def professionals_of(grants: Iterable[Grant]) -> Iterator[Professional]:
    """The professionals to whom these accesses, of `hidden_with_holders`, were given, by name or in a team."""
    for grant in grants:
        if grant.professional:
            yield grant.professional
        yield from (Professional(**member) for member in grant.held_by_team)


def _kept_from(basis: Basis) -> set[int]:
    """The professionals of whom whoever stands on this basis is to know nothing."""
    if basis.via is not Via.REPRESENTATION:
        return set()
    return {who.pk for who in professionals_of(hidden_with_holders(basis.person_id))}
