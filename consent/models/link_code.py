"""A link code: posted to a person's address, it links an online account to them."""

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone

LASTS = timedelta(days=30)
TRIES = 5


class LinkCode(models.Model):
    """One code asked for by one account. Only its keyed digest is kept; it is chosen when the letter is written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.UUIDField()
    person_id = models.UUIDField()
    digest = models.BinaryField(null=True)
    asked_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    @property
    def is_good(self) -> bool:
        """True while it can be used."""
        return (
            self.used_at is None
            and self.cancelled_at is None
            and self.tries < TRIES
            and self.asked_at > timezone.now() - LASTS
        )
