"""A reminder: one thing of which a person was told, so that no task and no second read tells it again."""

import uuid
from datetime import date
from uuid import UUID

from django.db import models
from django.utils import timezone


class Reminder(models.Model):
    """`kind` says of what sort, `subject_id` about which row or reader, `day` for which day (a grant's last, a Monday)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("consent.Person", on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    day = models.DateField(null=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "subject_id", "day"], nulls_distinct=False, name="reminder_once"
            )
        ]


def once(person_id: UUID, kind: str, subject_id: UUID, day: date | None = None) -> Reminder | None:
    """The reminder just made; None when this thing had been told already. The wall is open for the person."""
    found, made = Reminder.objects.get_or_create(person_id=person_id, kind=kind, subject_id=subject_id, day=day)
    return found if made else None
