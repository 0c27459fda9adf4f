"""What a person keeps from their representatives: it is left out before anything is shown, chosen or counted."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from consent.acts.registry import all_acts
from consent.bases import Basis, Via
from consent.models import CareTeamMember, Category, Grant, Hidden, JournalEntry, Professional
from consent.models.grant import GrantQuerySet, standing_grants
from consent.models.journal_entry import ActorKind

# Nouns whose traces may name who holds an access.
ABOUT_ACCESSES = ("grant", "request", "block", "care-team")


def grants_seen(basis: Basis) -> GrantQuerySet:
    """The accesses in force that whoever stands on this basis may know of. The wall must be open for the person."""
    grants = standing_grants(basis.person_id)
    if basis.via is Via.REPRESENTATION:
        grants = grants.exclude(pk__in=_hidden_grants(basis.person_id))
    return grants


def categories_seen(basis: Basis) -> frozenset[Category]:
    """The kinds of content that whoever stands on this basis may read, as far as hiding goes."""
    if basis.via is not Via.REPRESENTATION:
        return frozenset(Category)
    hidden = Hidden.objects.filter(person_id=basis.person_id).exclude(category="").values_list("category", flat=True)
    return frozenset(Category) - {Category(value) for value in hidden}


def traces_seen(basis: Basis) -> QuerySet[JournalEntry]:
    """The traces of the person that whoever stands on this basis may read.

    A representative sees none of a private act, none of a hidden access, and no try at either.
    """
    entries = JournalEntry.objects.filter(person_id=basis.person_id)
    if basis.via is not Via.REPRESENTATION:
        return entries
    private = [act.code for act in all_acts() if act.private]
    entries = entries.exclude(code__in=private)
    hidden = _hidden(basis.person_id)
    if not hidden:
        return entries
    # Which access an entry is about is among its encrypted words: acts on accesses are few, reads are opened one by one.
    decided = Q(actor_kind=ActorKind.PROFESSIONAL)
    for noun in ABOUT_ACCESSES:
        decided |= Q(code__startswith=f"{noun}.")
    return entries.exclude(pk__in=_about(entries.filter(decided), hidden))


def _about(entries: Iterable[JournalEntry], grants: list[Grant]) -> list[UUID]:
    """Those that are about one of these accesses: by its row, or by the name of who holds it."""
    subjects = {str(grant.pk) for grant in grants}
    names = {name for grant in grants for name in _names(grant)}
    found = []
    for entry in entries:
        reader = entry.details.get("reader") or {}
        told = {value for _label, value in entry.details.get("facts", [])}
        told |= {value for value in (reader.get("name"), reader.get("place")) if value}
        if entry.details.get("subject") in subjects or names & told:
            found.append(entry.pk)
    return found


def _names(grant: Grant) -> set[str]:
    """Every name by which a trace tells who holds this access; of a team, each of its members too."""
    members = [Professional(**member) for member in grant.held_by_team]
    held_by = [grant.professional] if grant.professional else members
    names = {grant.reader, *(name for who in held_by for name in (str(who), who.name))}
    return names | {grant.establishment.name} if grant.establishment else names


def _hidden(person_id: UUID | None) -> list[Grant]:
    """The accesses that are hidden, with all that `_names` needs of them: in one statement."""
    member = {name: f"professional__{name}" for name in ("name", "profession", "town")}
    team = CareTeamMember.objects.filter(team=OuterRef("team")).values(member=JSONObject(**member))
    grants = Grant.objects.filter(pk__in=_hidden_grants(person_id))
    return list(
        grants.select_related("professional", "establishment", "team").annotate(held_by_team=ArraySubquery(team))
    )


def _hidden_grants(person_id: UUID | None) -> QuerySet[Hidden, UUID]:
    return Hidden.objects.filter(person_id=person_id, grant__isnull=False).values_list("grant_id", flat=True)
