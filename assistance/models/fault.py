"""What an auditor found of a fault that verifying the journal had shown."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from consent.crypto.sealed import sealed_text
from consent.models import Verification


class FaultAnswer(models.Model):
    """An answer to one run that found something wrong, and to those that found the same. About machines and no person.

    The words are sealed under the master keyset.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.OneToOneField(Verification, on_delete=models.PROTECT, related_name="answer")
    words_sealed = models.BinaryField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)
    words = sealed_text("words_sealed", "What was found, and what was done.")
