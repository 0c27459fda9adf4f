"""A tombstone: the record that a person's key was destroyed, replayed after any restore (design §8)."""

from django.db import models
from django.utils import timezone


class Tombstone(models.Model):
    """An erased person, by a number that no longer means anything to anyone."""

    person_id = models.UUIDField(primary_key=True)
    erased_at = models.DateTimeField(default=timezone.now)
