"""How someone becomes an agent of a counter: an invitation that its manager sent."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistance.models.counter import Counter
from consent.crypto.sealed import sealed_text

INVITATION_LASTS = timedelta(days=7)


class CounterRole(models.TextChoices):
    """What someone is at a counter; the rights of each role are in assistance/roles.py."""

    AGENT = "agents", _("Agent")
    MANAGER = "responsables", _("Responsable")


def invitation_end() -> datetime:
    """The hour when an invitation sent now stops being good."""
    return timezone.now() + INVITATION_LASTS


def token_digest(token: str) -> bytes:
    """SHA-256 (32 bytes) of the token of a link: the token itself is never kept."""
    return hashlib.sha256(token.encode()).digest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions asked of invitations."""

    def open(self) -> "InvitationQuerySet":
        """Those that can still be accepted."""
        return self.filter(accepted_at__isnull=True, cancelled_at__isnull=True, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A link that lets one person join the team of one counter, once, within seven days.

    The name and the e-mail address are encrypted, and emptied once the invitation is over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=16, choices=CounterRole.choices, default=CounterRole.AGENT)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invitations_sent"
    )
    token_hash = models.BinaryField(max_length=32, unique=True)
    email_sealed = models.BinaryField(default=bytes, blank=True)
    name_sealed = models.BinaryField(default=bytes, blank=True)
    email = sealed_text("email_sealed", "The address it was sent to; empty once it is over.")
    name = sealed_text("name_sealed", "The name that the manager gave; empty once it is over.")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=invitation_end)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invitations_accepted"
    )
    cancelled_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["counter", "expires_at"], name="invitation_counter")]
        constraints = [
            models.CheckConstraint(
                name="invitation_accepted_by_someone_then_dated",
                condition=Q(accepted_by__isnull=True) | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_cancelled",
                condition=Q(accepted_at__isnull=True) | Q(cancelled_at__isnull=True),
            ),
        ]

    @property
    def is_open(self) -> bool:
        """True while it can be accepted."""
        return self.accepted_at is None and self.cancelled_at is None and self.expires_at > timezone.now()

    def draw_token(self) -> str:
        """Choose a new token of 32 random bytes, keep its digest, and return it for the link."""
        token = secrets.token_urlsafe(32)
        self.token_hash = token_digest(token)
        return token

    def forget(self) -> None:
        """Empty the name and the address: they served their purpose. The caller saves."""
        self.email_sealed = self.name_sealed = b""
