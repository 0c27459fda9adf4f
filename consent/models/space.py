"""A space: a person's health record, that exists only because they asked for it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SpaceState(models.TextChoices):
    """Where a space is in its life."""

    OPEN = "open", _("ouvert")
    SUSPENDED = "suspended", _("suspendu")
    KEPT = "kept", _("fermé, contenu gardé")
    ERASING = "erasing", _("fermé, effacement prévu")


# Its person has a space, and acts in it; in a suspended one nobody else reads or does anything.
STANDING = frozenset({SpaceState.OPEN, SpaceState.SUSPENDED})


class SpaceQuerySet(models.QuerySet["Space"]):
    """Questions asked of spaces."""

    def suspended(self) -> "SpaceQuerySet":
        """Those in which nobody but their person reads or does anything."""
        return self.filter(state=SpaceState.SUSPENDED)


class Space(models.Model):
    """One space at most for a person. `erase_after` is the end of the 30 days of cooling-off."""

    person = models.OneToOneField("consent.Person", on_delete=models.CASCADE, primary_key=True)
    state = models.CharField(max_length=12, choices=SpaceState.choices, default=SpaceState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    erase_after = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="space_erasing_has_a_date",
                condition=models.Q(state="erasing", erase_after__isnull=False)
                | (~models.Q(state="erasing") & models.Q(erase_after__isnull=True)),
            ),
            models.CheckConstraint(
                name="space_closed_has_a_date",
                condition=models.Q(state__in=["open", "suspended"], closed_at__isnull=True)
                | (~models.Q(state__in=["open", "suspended"]) & models.Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="space_suspended_has_a_date",
                condition=models.Q(state="suspended", suspended_at__isnull=False)
                | (~models.Q(state="suspended") & models.Q(suspended_at__isnull=True)),
            ),
        ]
