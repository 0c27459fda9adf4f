"""What a person keeps from their representatives: it is left out before anything is shown, chosen or counted.

Which of their traces is told by `consent/trace/seen.py`.
"""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from consent.bases import Basis
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
    if basis.by_representative:
        grants = grants.exclude(pk__in=hidden_grants(basis.person_id))
    return grants


def categories_seen(basis: Basis) -> frozenset[Category]:
    """The kinds of content that whoever stands on this basis may read, as far as hiding goes."""
    if not basis.by_representative:
        return frozenset(Category)
    hidden = Hidden.objects.filter(person_id=basis.person_id).exclude(category="").values_list("category", flat=True)
    return frozenset(Category) - {Category(value) for value in hidden}


def codes_seen(basis: Basis, made: set[UUID] | None = None) -> list[ShareCode]:
    """The share codes that stand, the oldest first; for words alone: these rows are not to be saved.

    A representative sees none whose reader holds a hidden access, but those that they made: of these they do not
    learn that such a reader typed them. `made`: these ones (`codes_made`), where they were asked already.
    """
    standing = ShareCode.objects.standing().filter(person_id=basis.person_id).order_by("made_at")
    standing = standing.select_related("professional", "used_by")
    if not basis.by_representative:
        return list(standing)
    kept = holders_of(hidden_accesses(basis.person_id))
    codes = list(standing.annotate(for_kept=Q(professional__in=kept), by_kept=Q(used_by__in=kept)))
    if not any(code.for_kept or code.by_kept for code in codes):
        return codes
    made = codes_made(basis) if made is None else made
    seen = [code for code in codes if code.pk in made or not (code.for_kept or code.by_kept)]
    for code in seen:
        if code.by_kept:
            code.used_by = None
    return seen


def codes_made(basis: Basis) -> set[UUID]:
    """The ids of the share codes that whoever acts on this basis made, of those that may still stand."""
    mine = JournalEntry.objects.filter(
        person_id=basis.person_id, code=MAKE_CODE, actor_id=basis.actor.id, outcome=Outcome.DONE,
        at__gt=timezone.now() - CODE_LASTS,
    )  # fmt: skip
    return {UUID(subject) for entry in mine if (subject := entry.details.get("subject"))}


def emergencies_seen(basis: Basis) -> QuerySet[EmergencyAccess]:
    """The emergency accesses, standing or over, that whoever stands on this basis may know of."""
    accesses = EmergencyAccess.objects.filter(person_id=basis.person_id)
    if not basis.by_representative:
        return accesses
    return accesses.exclude(professional__in=holders_of(hidden_accesses(basis.person_id)))


def teams_seen(basis: Basis) -> QuerySet[CareTeam]:
    """The teams that stand, the oldest first, of which whoever stands on this basis may know.

    A representative sees none that holds a hidden access, or in which somebody does who holds one, but those that they
    made, or changed last.
    """
    teams = CareTeam.objects.standing().filter(person_id=basis.person_id).order_by("composed_at")
    if not basis.by_representative:
        return teams
    hidden = hidden_accesses(basis.person_id)
    kept = Q(pk__in=hidden.filter(team__isnull=False).values("team"))
    kept |= Q(pk__in=CareTeamMember.objects.standing().filter(professional__in=holders_of(hidden)).values("team"))
    return _without(teams, kept, basis, "care-team.compose", "care-team.change")


def requests_seen(basis: Basis, at: datetime | None = None) -> QuerySet[AccessRequest]:
    """The requests that wait, `at` or now, the oldest first, of which whoever stands on this basis may know."""
    waiting = AccessRequest.objects.waiting(at).filter(person_id=basis.person_id).order_by("asked_at")
    if not basis.by_representative:
        return waiting
    return waiting.exclude(professional__in=holders_of(hidden_accesses(basis.person_id)))


def blocks_seen(basis: Basis) -> QuerySet[Block]:
    """The blocks that stand, the oldest first, of which whoever stands on this basis may know.

    A representative sees none of whoever holds a hidden access, but those that they made.
    """
    blocks = Block.objects.standing().filter(person_id=basis.person_id).order_by("started_at")
    if not basis.by_representative:
        return blocks
    hidden = hidden_accesses(basis.person_id)
    kept = Q(professional__in=holders_of(hidden)) | Q(establishment__in=hidden.values("establishment"))
    return _without(blocks, kept, basis, "block.add")


def _without(rows: QuerySet[M], kept: Q, basis: Basis, *codes: str) -> QuerySet[M]:
    """These rows less those that are kept, unless whoever acts on this basis did the latest of these acts on them."""
    hidden = set(rows.filter(kept).values_list("pk", flat=True))
    return rows.exclude(pk__in=hidden - _done_last(basis, *codes)) if hidden else rows


def _done_last(basis: Basis, *codes: str) -> set[UUID]:
    """The rows on which whoever acts on this basis did the latest of these acts."""
    done = JournalEntry.objects.filter(person_id=basis.person_id, code__in=codes, outcome=Outcome.DONE).order_by("at")
    latest = {entry.details.get("subject"): entry.actor_id for entry in done}
    return {UUID(subject) for subject, actor_id in latest.items() if subject and actor_id == basis.actor.id}


def hidden_grants(person_id: UUID | None) -> QuerySet[Hidden, UUID]:
    """The ids of the accesses that the person hides. The wall must be open for them."""
    return Hidden.objects.filter(person_id=person_id, grant__isnull=False).values_list("grant_id", flat=True)


def hidden_accesses(person_id: UUID | None) -> QuerySet[Grant]:
    """The accesses that the person hides. The wall must be open for them."""
    return Grant.objects.filter(pk__in=hidden_grants(person_id))


def is_represented(person_id: UUID) -> bool:
    """Whether someone represents the person now. The wall must be open for them."""
    return Representation.objects.in_force().filter(person_id=person_id).exists()


def holders_of(grants: QuerySet[Grant]) -> QuerySet[Professional]:
    """Whoever holds one of these accesses: by name, in a team, or as one who works where it was given."""
    return Professional.objects.filter(by_name_or_in_team(grants) | Q(account__in=staff_of(grants)))


def by_name_or_in_team(grants: QuerySet[Grant]) -> Q:
    """Of professionals: those to whom one of these accesses was given, by name or in a team."""
    team = CareTeamMember.objects.filter(team__in=grants.values("team")).values("professional")
    return Q(pk__in=grants.values("professional")) | Q(pk__in=team)


def staff_of(grants: QuerySet[Grant]) -> QuerySet[EstablishmentUserObjectPermission, UUID]:
    """The accounts of those who work where these accesses were given."""
    working = EstablishmentUserObjectPermission.objects.filter(content_object__in=grants.values("establishment"))
    return working.values_list("user", flat=True)
