"""Those who can be granted something: professionals (RPPS) and establishments (FINESS). Public data."""

import re

from django.db import models
from guardian.models import UserObjectPermissionBase


def luhn_is_valid(digits: str) -> bool:
    """True when the last digit is the Luhn key of the others, as in RPPS and FINESS numbers."""
    total = 0
    for position, char in enumerate(reversed(digits)):
        value = int(char) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def rpps_is_valid(number: str) -> bool:
    """True for 11 digits with the right key (Répertoire partagé des professionnels de santé)."""
    return bool(re.fullmatch(r"\d{11}", number)) and luhn_is_valid(number)


class Professional(models.Model):
    """A health professional of the national directory, by RPPS number. `invented` marks demonstration rows."""

    rpps = models.CharField(max_length=11, unique=True)
    name = models.CharField(max_length=120)
    profession = models.CharField(max_length=80)
    town = models.CharField(max_length=80, blank=True)
    invented = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.name} ({self.profession}, {self.town})" if self.town else f"{self.name} ({self.profession})"


class Establishment(models.Model):
    """A health establishment of the national register, by FINESS number (9 characters)."""

    finess = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=160)
    town = models.CharField(max_length=80, blank=True)
    invented = models.BooleanField(default=False)

    class Meta:
        # The one standing right on an establishment: see consent/roles.py.
        default_permissions = ()
        permissions = [("work_in", "Read what was opened to this establishment")]

    def __str__(self) -> str:
        return f"{self.name} ({self.town})" if self.town else self.name


class EstablishmentUserObjectPermission(UserObjectPermissionBase):
    """Someone works in an establishment (guardian, by direct foreign key)."""

    content_object = models.ForeignKey(Establishment, on_delete=models.CASCADE, related_name="user_rights")
