"""A statement: who read what during a period, sent by the person's channel."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Statement(models.Model):
    """One statement, from the day `since` to the day `until`, both counted. `by_clock`: that of each quarter.

    `on_paper`: who asked on paper is answered on paper.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="statements")
    since = models.DateField()
    until = models.DateField()
    by_clock = models.BooleanField(default=False)
    on_paper = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "since"], condition=Q(by_clock=True), name="statement_once_a_quarter"
            )
        ]
