"""A letter: whatever the service says to a person exists on paper (design §6)."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedJSONField


class LetterState(models.TextChoices):
    """Where a letter is."""

    PREPARED = "prepared", _("à imprimer")
    PRINTED = "printed", _("imprimé")
    POSTED = "posted", _("posté")
    RETURNED = "returned", _("revenu")
    HELD = "held", _("gardé au guichet")
    HANDED = "handed", _("remis au guichet")


# From each state, those that may follow.
TRANSITIONS = {
    LetterState.PREPARED: {LetterState.PRINTED, LetterState.HELD},
    # Taken into a batch, and held after all before it was laid out.
    LetterState.PRINTED: {LetterState.POSTED, LetterState.HELD},
    LetterState.POSTED: {LetterState.RETURNED},
    LetterState.RETURNED: set(),
    LetterState.HELD: {LetterState.HANDED},
    LetterState.HANDED: set(),
}


class WrongStep(Exception):
    """A letter cannot go from its state to that one."""


class LetterBatch(models.Model):
    """Letters printed together as one PDF with separators."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)


class Letter(models.Model):
    """One letter. `content` is the whole text, encrypted under the person's key.

    A letter to someone of whom nothing is kept (the answer to a posted refusal) has no person: it is
    sealed under the master key, and its content is emptied as soon as it is posted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True)
    person_id = models.UUIDField(null=True, db_index=True)
    subject_id = models.UUIDField(unique=True)
    state = models.CharField(max_length=8, choices=LetterState.choices, default=LetterState.PREPARED)
    content = EncryptedJSONField(null=True)
    batch = models.ForeignKey(LetterBatch, null=True, on_delete=models.PROTECT, related_name="letters")
    created_at = models.DateTimeField(default=timezone.now)
    printed_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created_at"], name="letter_state")]

    def advance(self, to: LetterState) -> None:
        """Go to the next state and save: the one place where the state of a single letter changes.

        The caller holds the row's lock. A batch does the same to all of its letters in one statement
        (`letters_take`, `letters_post` in the migrations). Raises `WrongStep`.
        """
        if to not in TRANSITIONS[LetterState(self.state)]:
            raise WrongStep(f"{self.state} -> {to}")
        now = timezone.now()
        self.state = to
        if to in (LetterState.PRINTED, LetterState.HANDED):
            self.printed_at = now
        if to in (LetterState.POSTED, LetterState.HANDED):
            self.posted_at = now
            if self.person_id is None:
                self.content = None
        if to is LetterState.RETURNED:
            self.returned_at = now
        if to is LetterState.HELD:
            self.printed_at = self.batch = None
        self.save()
