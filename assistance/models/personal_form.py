"""A personal form: a paper form made for one person; its QR names person, act and target by reference only."""

import uuid

from django.db import models
from django.utils import timezone


class PersonalForm(models.Model):
    """One form sent or handed to a person. It serves once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True)
    person_id = models.UUIDField()
    act_code = models.CharField(max_length=40)
    target_id = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
