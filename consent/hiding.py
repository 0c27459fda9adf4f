"""What a person keeps from their representatives: it is left out before anything is shown, chosen or counted."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from consent.acts.registry import all_acts
from consent.bases import Basis, Via
from consent.models import Category, Grant, Hidden, JournalEntry
from consent.models.grant import GrantQuerySet, standing_grants


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
    hidden = set(_hidden_grants(basis.person_id))
    if not hidden:
        return entries
    # Which access an entry is about is among its encrypted words. Any act may name who holds one (suspending lists those
    # that stand, a team its members): every entry is opened, for the few persons who hide an access.
    return entries.exclude(pk__in=_about(entries, hidden))


def _about(entries: Iterable[JournalEntry], grants: set[UUID]) -> list[UUID]:
    """Those that are about one of these accesses: by its row, or by the name of who holds it, wherever it is told."""
    subjects = {str(pk) for pk in grants}
    names = _names(grants)
    found = []
    for entry in entries:
        reader = entry.details.get("reader") or {}
        told = [value for _label, value in entry.details.get("facts", [])]
        told += [value for value in (reader.get("name"), reader.get("place")) if value]
        if entry.details.get("subject") in subjects or any(name in value for name in names for value in told):
            found.append(entry.pk)
    return found


def _names(grants: set[UUID]) -> set[str]:
    """Every name by which a trace tells who holds these accesses; of a team, each of its members too."""
    names = set()
    rows = Grant.objects.filter(pk__in=grants).select_related("professional", "establishment", "team")
    for grant in rows.prefetch_related("team__members"):
        names.add(grant.reader)
        held_by = [grant.professional] if grant.professional else list(grant.team.members.all()) if grant.team else []
        names |= {name for who in held_by for name in (str(who), who.name)}
        if grant.establishment:
            names.add(grant.establishment.name)
    return names


def _hidden_grants(person_id: UUID | None) -> QuerySet[Hidden, UUID]:
    return Hidden.objects.filter(person_id=person_id, grant__isnull=False).values_list("grant_id", flat=True)
