"""That an auditor has seen a signal, and what they found. The signal itself is in the journal, and computed anew."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from consent.crypto.sealed import sealed_text


class SeenSignal(models.Model):
    """One signal, seen as it was up to a moment. It is named by its rule, the account that it is about, and its day.

    It is about staff and about no person: the words are sealed under the master keyset.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.CharField(max_length=20)
    actor_id = models.UUIDField()
    day = models.DateField()
    until = models.DateTimeField()
    words_sealed = models.BinaryField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)
    words = sealed_text("words_sealed", "What the auditor found.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "actor_id", "day", "until"], name="signal_seen_once")]
