"""Whose account is a health professional's, and where they work: standing rights, kept by guardian.

What dates and ends (a grant, a share code, an emergency access) is never here.
"""

from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, QuerySet
from guardian.shortcuts import assign_perm, remove_perm

from consent.bases import Basis
from consent.models.directory import Establishment, EstablishmentUserObjectPermission, Professional

WORK_IN = "consent.work_in"


def is_professional(user: AbstractBaseUser) -> bool:
    """True if this open account is the one of a professional of the directory."""
    return bool(user.is_active and getattr(user, "professional_id", None))


def oneself_among(basis: Basis, professionals: Collection[Professional]) -> Professional | None:
    """The one of these professionals who is the person of this basis, or whoever acts on it.

    Nobody opens a space to themselves: not their own, which they read already, nor someone's for whom they act.
    """
    accounts = get_user_model().objects.filter(professional__in=professionals)
    own = accounts.filter(Q(person_id=basis.person_id, person_id__isnull=False) | Q(pk=basis.actor.id))
    found = own.values_list("professional", flat=True).first()
    return next((who for who in professionals if who.pk == found), None)


def establishments_of(user: AbstractBaseUser) -> QuerySet[Establishment]:
    """The establishments where the user works; none for a closed account."""
    if not user.is_active or user.pk is None:
        return Establishment.objects.none()
    return _where(user=user.pk)


def places_of(professional: Professional) -> QuerySet[Establishment]:
    """The establishments where this professional works with an open account."""
    return _where(user__professional=professional, user__is_active=True)


def _where(**whose: object) -> QuerySet[Establishment]:
    """The establishments where these accounts may work."""
    rights = EstablishmentUserObjectPermission.objects.filter(**whose)
    return Establishment.objects.filter(pk__in=rights.values("content_object"))


def make_professional(user: AbstractBaseUser, professional: Professional) -> None:
    """Say that this account is this professional's. Raises `IntegrityError` when another account is."""
    user.professional = professional
    user.save(update_fields=["professional"])


def works_only_in(user: AbstractBaseUser, establishments: Collection[Establishment]) -> None:
    """These are all the places where the user works from now on."""
    for place in Establishment.objects.filter(user_rights__user=user).exclude(
        pk__in=[one.pk for one in establishments]
    ):
        leave(user, place)
    for place in establishments:
        work_in(user, place)


def no_professional(user: AbstractBaseUser) -> None:
    """This account is no professional's any more: it reads in no space but its own, and works nowhere."""
    works_only_in(user, [])
    user.professional = None
    user.save(update_fields=["professional"])


def work_in(user: AbstractBaseUser, establishment: Establishment) -> None:
    """Put the user among those who work there. Doing it twice changes nothing."""
    assign_perm(WORK_IN, user, establishment)


def leave(user: AbstractBaseUser, establishment: Establishment) -> None:
    """Take the user out of those who work there; their next reading already lacks the right."""
    remove_perm(WORK_IN, user, establishment)
