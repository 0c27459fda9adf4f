"""What the auditor asks a professional to explain, and what the professional answers."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from consent.crypto.fields import EncryptedField


class Explanation(models.Model):
    """One question to one professional, about an emergency access of a person or about a signal, which is of nobody.

    A signal is named by its rule, the account and its day. Question and answer are encrypted under the person's key,
    or under the master keyset where there is no person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", null=True, on_delete=models.CASCADE, related_name="+")
    access = models.ForeignKey(
        "consent.EmergencyAccess", null=True, on_delete=models.CASCADE, related_name="explanations"
    )
    rule = models.CharField(max_length=20, blank=True)
    actor_id = models.UUIDField(null=True)
    day = models.DateField(null=True)
    professional = models.ForeignKey("consent.Professional", on_delete=models.PROTECT, related_name="+")
    question = EncryptedField()
    # An account's number, as in the access: a foreign key could not be followed behind the wall.
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField(default=timezone.now)
    answer = EncryptedField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["professional", "asked_at"], name="explanation_asked"),
            models.Index(fields=["access", "-asked_at"], name="explanation_access"),
            models.Index(fields=["rule", "actor_id", "day"], name="explanation_signal", condition=~Q(rule="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="explanation_of_an_access_or_of_a_signal",
                condition=Q(person__isnull=False, access__isnull=False, rule="", actor_id=None, day=None)
                | (Q(person=None, access=None, actor_id__isnull=False, day__isnull=False) & ~Q(rule="")),
            ),
            models.CheckConstraint(
                name="explanation_answered_with_words",
                condition=Q(answer__isnull=True, answered_at__isnull=True)
                | Q(answer__isnull=False, answered_at__isnull=False),
            ),
        ]
