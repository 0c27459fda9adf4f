"""A receipt: what the person holds after an act."""

import uuid

from django.db import models
from django.utils import timezone


class Receipt(models.Model):
    """The receipt of one act; its words are those of its journal entry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.UUIDField(null=True, db_index=True)
    entry = models.OneToOneField("consent.JournalEntry", on_delete=models.PROTECT, related_name="receipt")
    created_at = models.DateTimeField(default=timezone.now)
