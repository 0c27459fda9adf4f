"""A tombstone: the record that a person's key was destroyed, replayed after any restore (design §8)."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import models
from django.utils import timezone

from consent.crypto.blind_index import blind_index


class Tombstone(models.Model):
    """An erased person, by a number that no longer means anything to anyone.

    The stamp shows that the service erased them: whoever has the database alone deletes a key, and cannot make it.
    """

    person_id = models.UUIDField(primary_key=True)
    erased_at = models.DateTimeField(default=timezone.now)
    stamp = models.BinaryField()

    @classmethod
    def of(cls, person_id: UUID, erased_at: datetime) -> "Tombstone":
        """The tombstone of somebody who is erased at this moment. Its stamp needs the master keyset, and no person's."""
        moment = erased_at.astimezone(UTC).isoformat(timespec="microseconds")
        return cls(person_id=person_id, erased_at=erased_at, stamp=blind_index("tombstone", f"{person_id} {moment}"))

    @property
    def is_stamped(self) -> bool:
        """Whether the service wrote it, of this person and of this moment."""
        return bytes(self.stamp) == self.of(self.person_id, self.erased_at).stamp
