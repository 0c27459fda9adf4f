"""A professional looks for a patient by the strict traits typed exactly; what is not open answers like nobody."""

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser

from consent import asking, journal
from consent.bases import Basis, BasisRefused, Via
from consent.models import Category
from consent.models.person import find_confirmed
from consent.readers import SHEET, reader, standing_basis
from consent.roles import establishments_of
from consent.same_time import same_time
from consent.traits import Traits
from consent.wall import opened


def ask(user: AbstractBaseUser, traits: Traits, *, categories: list[Category], reason: str, can_deposit: bool) -> None:
    """Ask the person with exactly these traits for an access. Whether anybody was asked is never told."""
    with same_time():
        person_id = find_confirmed(traits)
        if person_id is None or person_id == user.person_id:
            return
        basis = Basis(Via.SERVICE, person_id, reader(user))
        try:
            with opened(person_id):
                asking.ask(
                    basis,
                    user.professional,
                    categories=categories,
                    reason=reason,
                    can_deposit=can_deposit,
                    establishment_ids=list(establishments_of(user).values_list("pk", flat=True)),
                )
        except BasisRefused as refused:
            journal.write_refused(basis, asking.ASKED, refused)


def find(user: AbstractBaseUser, traits: Traits) -> UUID | None:
    """The id of the right by which this professional may read the person with exactly these traits, or None.

    A try about someone who exists and opened nothing is kept in their journal, with its true reason. It takes the same time in any case.
    """
    with same_time():
        person_id = find_confirmed(traits)
        if person_id is None:
            return None
        try:
            with opened(person_id):
                return standing_basis(user, person_id).right_id
        except BasisRefused as refused:
            journal.write_refused(Basis(Via.GRANT, person_id, reader(user)), SHEET, refused)
            return None
