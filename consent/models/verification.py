"""A verification of the journal: when, of what, and what was found. Rows are only ever added."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reach(models.TextChoices):
    """What was verified."""

    WHOLE = "whole", _("tout le journal")
    NEW = "new", _("ce qui est venu depuis la vérification d’avant")
    GIVEN = "given", _("ce qui est venu depuis un scellé gardé ailleurs")


class Broken(models.TextChoices):
    """What is wrong, for people: the line that says where is for whoever looks after the machines."""

    ENTRY = "entry", _("une trace a été changée ou retirée, ou ne s’ouvre plus")
    LOG = "log", _("les places, les empreintes ou les scellés ne s’accordent plus")
    LATE = "late", _("une trace n’a pas été scellée dans la minute, ou a été glissée dans le journal")
    PAST = "past", _("le journal n’est plus celui d’un scellé d’avant")


class Verification(models.Model):
    """One run that came to its end. It is about nobody: sizes, a root, the words of a fault, which name ids alone.

    `start` is the size of the checkpoint after which it looked, `size` and `root` are those of the last one that it
    reached. A run that found something wrong says what (`broken`, `says`), and reached nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=timezone.now)
    reach = models.CharField(max_length=5, choices=Reach.choices)
    start = models.BigIntegerField(default=0)
    size = models.BigIntegerField(null=True)
    root = models.BinaryField(null=True)
    broken = models.CharField(max_length=5, choices=Broken.choices, blank=True)
    says = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["-at", "id"], name="verification_at")]
        constraints = [
            models.CheckConstraint(
                name="verification_is_well_or_says_why",
                condition=models.Q(broken="", size__isnull=False, root__isnull=False)
                | (~models.Q(broken="") & models.Q(size__isnull=True, root__isnull=True)),
            )
        ]

    @property
    def is_well(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.broken
