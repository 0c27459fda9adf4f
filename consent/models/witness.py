"""The witnesses whose co-signatures are shown, and the checkpoints that they co-signed. Nothing of it is about a person."""

from django.db import models
from django.utils import timezone


class Witness(models.Model):
    """A body that watches the log. `key` is its verifier key (C2SP signed-note, kind 0x04), which names it too."""

    key = models.CharField(max_length=300, unique=True)
    declared_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)


class Cosignature(models.Model):
    """A witness saw the checkpoint of this size, consistent with all before; `line` is its line of the signed note.

    Of a log that rests, each witness is kept again after an hour.
    """

    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    size = models.BigIntegerField()
    at = models.DateTimeField()
    line = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["witness", "-size", "-at"], name="cosignature_last_seen")]
        constraints = [models.UniqueConstraint(fields=["size", "witness", "at"], name="cosignature_once")]
