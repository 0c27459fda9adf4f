"""A journal entry: the trace of one act, one read, one refused try (design §8).

Rows are only ever added: triggers and rights refuse UPDATE, DELETE and TRUNCATE to everyone.
"""

import uuid
from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedField, EncryptedJSONField


class Outcome(models.TextChoices):
    """Whether it was done."""

    DONE = "done", _("fait")
    REFUSED = "refused", _("refusé")


class ActorKind(models.TextChoices):
    """Who did it. What a machine did by itself is told apart from what a human did."""

    PERSON = "person", _("la personne elle-même")
    REPRESENTATIVE = "proxy", _("un représentant")
    AGENT = "agent", _("un agent de guichet")
    CLERK = "clerk", _("un agent du service courrier")
    PROFESSIONAL = "pro", _("un professionnel de santé")
    MACHINE = "machine", _("le service, automatiquement")
    PUBLIC = "public", _("une personne non connectée")
    AUDITOR = "auditor", _("le délégué à la protection des données")


class Nature(models.TextChoices):
    """What kind of thing it was."""

    ACT = "act", _("acte")
    READ = "read", _("consultation")
    EVENT = "event", _("événement")


HIMSELF = Q(actor_kind=ActorKind.PERSON.value, via="self")
# Those whom a person is told by their kind alone: their accounts tell nobody apart.
_BY_KIND = HIMSELF | Q(
    actor_kind__in=[
        ActorKind.AGENT.value,
        ActorKind.CLERK.value,
        ActorKind.AUDITOR.value,
        ActorKind.MACHINE.value,
        ActorKind.PUBLIC.value,
    ]
)
# Whom the person takes for one reader: a counter (never one of its agents), an account, or a kind.
_READER = Case(
    When(
        Q(actor_kind=ActorKind.AGENT.value, counter_number__isnull=False),
        then=Concat(
            F("actor_kind"), Value(":"), Cast("counter_number", models.TextField()), output_field=models.TextField()
        ),
    ),
    When(_BY_KIND | Q(actor_id__isnull=True), then=F("actor_kind")),
    default=Concat(F("actor_kind"), Value(":"), Cast("actor_id", models.TextField()), output_field=models.TextField()),
    output_field=models.TextField(),
)


# A trace whose words were changed: said so in its place. Its proof is refused, and verifying the journal finds it.
DAMAGED = "damaged"


def damaged_details() -> dict[str, Any]:
    """What is told instead of words that do not open any more; in French, as what is kept is."""
    with override("fr"):
        says = gettext(
            "ne s’ouvrent plus : cette ligne a été abîmée ou changée. La vérification du journal le montre au délégué à "
            "la protection des données."
        )
        return {"facts": [[gettext("Ses mots"), says]], DAMAGED: True}


class JournalEntry(models.Model):
    """One trace. `details` (words for the person) and `nonce` are encrypted under the person's key.

    `person` is empty for a refusal (nothing is kept about who refused). The place of an entry in the
    sealed log is kept beside it, in a table of the seal, since an entry itself never changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)
    nature = models.CharField(max_length=5, choices=Nature.choices)
    code = models.CharField(max_length=40)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    via = models.CharField(max_length=16, blank=True)
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    actor_id = models.UUIDField(null=True)
    counter_number = models.PositiveIntegerField(null=True)
    basis_reference = models.CharField(max_length=40, blank=True)
    visit_id = models.UUIDField(null=True)
    request_id = models.UUIDField(null=True, unique=True)
    details = EncryptedJSONField(damaged=damaged_details)
    nonce = EncryptedField(damaged=str)
    # By the database, from what stands above: a plain column, for row-level security lets no expression use an index.
    reader = models.GeneratedField(expression=_READER, output_field=models.TextField(), db_persist=True)
    # What binds all of the above, and tells nothing: see consent/seal/entry.py.
    salt = models.BinaryField()
    commitment = models.BinaryField()
    imprint = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "-at", "id"], name="journal_person_at"),
            models.Index(fields=["person_id", "reader", "-at", "id"], name="journal_reader"),
            models.Index(fields=["visit_id"], name="journal_visit", condition=models.Q(visit_id__isnull=False)),
            # For the auditor's looks: by period, by account, by reference.
            BrinIndex(fields=["at"], name="journal_at"),
            models.Index(fields=["actor_id", "-at"], name="journal_actor", condition=models.Q(actor_id__isnull=False)),
            models.Index(fields=["basis_reference"], name="journal_reference", condition=~models.Q(basis_reference="")),
        ]
