"""Emergency access: it exists only for someone who allowed it beforehand (design §5)."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedField
from consent.days import moment_words

LASTS = timedelta(hours=24)


def emergency_end() -> datetime:
    """The hour when an emergency access opened now ends."""
    return timezone.now() + LASTS


class Finding(models.TextChoices):
    """What the auditor found. Whoever has to explain is not done with: the access stays in the queue."""

    FAIR = "fair", _("Conforme")
    EXPLAIN = "explain", _("À expliquer")
    ABUSE = "abuse", _("Abusif")


class EmergencyConsent(models.Model):
    """The person allowed emergency access. No row: it is forbidden, which is how everyone begins."""

    person = models.OneToOneField("consent.Person", on_delete=models.CASCADE, primary_key=True)
    allowed_at = models.DateTimeField(default=timezone.now)


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    """Questions asked of emergency accesses."""

    def in_force(self) -> "EmergencyAccessQuerySet":
        """Those that stand now: neither ended by the person nor past their 24 hours."""
        return self.filter(ended_at__isnull=True, ends_at__gt=timezone.now())


class EmergencyAccess(models.Model):
    """One professional opened the space of someone in danger, for 24 hours, and wrote why.

    It is then reviewed by the auditor; the person can contest it. `reason`, `contest` and `review` are the words of
    each of them, encrypted under the person's key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="emergencies")
    professional = models.ForeignKey("consent.Professional", on_delete=models.PROTECT)
    reason = EncryptedField()
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(default=emergency_end)
    ended_at = models.DateTimeField(null=True)
    contested_at = models.DateTimeField(null=True)
    contest = EncryptedField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    # An account's number: a foreign key could not be followed behind the wall when the account goes.
    reviewed_by = models.UUIDField(null=True)
    finding = models.CharField(max_length=8, choices=Finding.choices, blank=True)
    review = EncryptedField(null=True)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-started_at"], name="emergency_person"),
            models.Index(fields=["professional", "ends_at"], name="emergency_professional"),
            models.Index(fields=["started_at"], name="emergency_review", condition=Q(reviewed_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(name="emergency_ends_after_start", condition=Q(ends_at__gt=F("started_at"))),
        ]

    @property
    def words(self) -> str:
        """Who opened it, and when, in words."""
        return f"{self.professional}, {moment_words(self.started_at)}"
