"""A visit: one person in front of one agent, for as long as they are there (design §6)."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.models import IdentityDocument

IDLE = timedelta(minutes=10)


class VisitEnd(models.TextChoices):
    """Why a visit ended."""

    ENDED = "ended", _("terminée par l’agent")
    IDLE = "idle", _("terminée après 10 minutes sans activité")


class Visit(models.Model):
    """One visit. `person_id` is empty for someone who has no row (a refusal keeps nothing about them).

    Of the identity document only its kind and last 3 characters are kept, and only when there is a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    counter = models.ForeignKey("assistance.Counter", on_delete=models.PROTECT, related_name="visits")
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits")
    person_id = models.UUIDField(null=True, db_index=True)
    document_kind = models.CharField(max_length=9, choices=IdentityDocument.choices, blank=True)
    document_tail = models.CharField(max_length=3, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=5, choices=VisitEnd.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent"], condition=Q(ended_at__isnull=True), name="visit_one_person_at_a_time"
            )
        ]

    @property
    def is_open(self) -> bool:
        """True while it is neither ended nor idle for 10 minutes."""
        return self.ended_at is None and self.last_seen_at > timezone.now() - IDLE
