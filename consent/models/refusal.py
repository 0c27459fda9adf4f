"""A refusal: a keyed fingerprint and a date, nothing else (design §5)."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from consent.traits import Traits


class Refusal(models.Model):
    """Someone wants no space. Who, only their own traits can tell: the fingerprints are keyed digests."""

    fingerprint = models.BinaryField(unique=True)
    nir_fingerprint = models.BinaryField(null=True, unique=True)
    refused_on = models.DateField(default=timezone.localdate)


def refusal_of(traits: Traits) -> Refusal | None:
    """The refusal of the person with these traits (or this NIR), if they refused."""
    match = Q(fingerprint=traits.fingerprint())
    if nir := traits.nir_fingerprint():
        match |= Q(nir_fingerprint=nir)
    return Refusal.objects.filter(match).first()


def refused_on(traits: Traits) -> date | None:
    """The day on which the person with these traits refused, or None."""
    refusal = refusal_of(traits)
    return refusal.refused_on if refusal else None
