"""A request for access: a professional asks, the person answers; silence is a refusal (design §5)."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedField
from consent.models.grant import Category

SILENCE = timedelta(days=30)


class Answer(models.TextChoices):
    """What the person answered."""

    ACCEPTED = "accepted", _("acceptée")
    DECLINED = "declined", _("refusée")


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    """Questions asked of requests."""

    def waiting(self, at: datetime | None = None) -> "AccessRequestQuerySet":
        """Those that the person can still answer, `at` or now. After 30 days silence has answered, without any task to run."""
        return self.fresh(at).filter(answered_at__isnull=True)

    def fresh(self, at: datetime | None = None) -> "AccessRequestQuerySet":
        """Those asked so lately, `at` or now, that silence has not answered yet."""
        return self.filter(asked_at__gt=(at or timezone.now()) - SILENCE)


class AccessRequest(models.Model):
    """What one professional asked of one person. `reason` is in their words, encrypted for the person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="access_requests")
    professional = models.ForeignKey("consent.Professional", on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.CharField(max_length=16, choices=Category.choices))
    can_read = models.BooleanField(default=True)
    can_deposit = models.BooleanField(default=False)
    reason = EncryptedField()
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "professional"], name="request_person_professional")]
        constraints = [
            models.CheckConstraint(
                name="request_answered_with_an_answer",
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(name="request_of_something", condition=~Q(categories=[])),
        ]

    def is_silent(self, at: datetime) -> bool:
        """Whether silence had answered by then."""
        return self.asked_at <= at - SILENCE

    @property
    def content(self) -> str:
        """What is asked for, in words."""
        return ", ".join(str(Category(value).label) for value in self.categories)
