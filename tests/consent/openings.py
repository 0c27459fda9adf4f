"""What a professional reads of a person by the accesses given: asked as a reading asks it, of the basis of each."""

from uuid import UUID

from consent.bases import BasisRefused, lock_basis
from consent.models import Category, Establishment, Grant, Professional
from consent.readers import SHEET, basis_of, opening_of
from consent.roles import establishments_of, leave, work_in
from consent.wall import opened
from portal.accounts.user import User
from tests.trials.world import account


def reads(person_id: UUID, category: Category, professional: Professional, *places: Establishment) -> bool:
    """Whether this professional, who works in these places and no other, reads this kind of content now."""
    user = User.objects.filter(professional=professional).first()
    user = user or account(f"{professional.rpps}@soins.exemple.fr", professional=professional)
    for place in establishments_of(user):
        leave(user, place)
    for place in places:
        work_in(user, place)
    with opened(person_id):
        return any(category in _opened_by(user, pk) for pk in Grant.objects.values_list("pk", flat=True))


def _opened_by(user: User, grant_id: UUID) -> frozenset[Category]:
    basis = basis_of(user, grant_id)
    if basis is None:
        return frozenset()
    try:
        lock_basis(basis, SHEET)
    except BasisRefused:
        return frozenset()
    return opening_of(basis).categories
