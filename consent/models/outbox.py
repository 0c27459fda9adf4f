"""The outbox: what must follow an act, written in its transaction, delivered after it (design §4)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class OutboxItem(models.Model):
    """One thing to deliver: ids only, never words. `topic` names the handler, `subject_id` what it is about."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.UUIDField(null=True)
    topic = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="outbox_waiting", condition=Q(delivered_at__isnull=True))]
