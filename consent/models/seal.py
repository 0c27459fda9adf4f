"""What the sealer keeps: entries that wait, the places it gave, the tiles of the tree, the signed checkpoints.

None of it is about anyone: random ids, hours, hashes. Places and checkpoints are only ever added, tiles only grow:
triggers and rights refuse the rest to everyone.
"""

from base64 import b64encode

from django.db import models


class SealWaiting(models.Model):
    """An entry of the journal that has no place yet. A trigger of the journal writes it; the sealer takes it away."""

    id = models.BigAutoField(primary_key=True)
    entry_id = models.UUIDField()
    hour = models.IntegerField()
    imprint = models.BinaryField()


class SealPlace(models.Model):
    """The place of one entry in the log, from 0 and without gap, and what its leaf says."""

    place = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    hour = models.IntegerField()
    imprint = models.BinaryField()


class SealTile(models.Model):
    """Up to 256 hashes of 32 bytes, side by side: those of leaves at level 0, roots of whole tiles below above it."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()


class SealCheckpoint(models.Model):
    """A signed statement of the log's size and root, as it was published. `root` is in the note too."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    signed_at = models.DateTimeField()
    note = models.TextField()

    @property
    def printed_root(self) -> str:
        """The root as the note has it."""
        return b64encode(self.root).decode()
