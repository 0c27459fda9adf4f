"""A consent: what a person agreed to, under which notice, and until when."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """What can be consented to. The space itself, and three optional uses, each by itself."""

    SPACE = "space", _("Mon espace de santé")
    REMINDERS = "reminders", _("Recevoir des rappels (vaccins, examens de dépistage)")
    STATISTICS = "statistics", _("Compter dans des statistiques publiques, sans mon nom")
    RESEARCH = "research", _("Être contacté pour une recherche publique en santé")


OPTIONAL_PURPOSES = [Purpose.REMINDERS, Purpose.STATISTICS, Purpose.RESEARCH]


class Consent(models.Model):
    """One consent to one purpose, with the exact notice that was shown (GDPR article 7.1).

    At most one stands for a purpose; a withdrawn one keeps its dates, for the person's history.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    notice = models.ForeignKey("consent.Notice", on_delete=models.PROTECT, related_name="+")
    notice_sha256 = models.BinaryField()
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_once_for_a_purpose",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]
