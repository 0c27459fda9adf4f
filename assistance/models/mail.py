"""Incoming mail: a paper form that came by post, its scan, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedField


class MailState(models.TextChoices):
    """Where a mail is."""

    WAITING = "waiting", _("à traiter")
    DONE = "done", _("fait")
    REJECTED = "rejected", _("écarté")


class MailFinding(models.TextChoices):
    """What the reader of scans found wrong; the clerk decides."""

    NO_CODE = "no-code", _("Aucun code lisible sur ce papier : choisissez l’acte en le lisant.")
    FOREIGN = (
        "foreign",
        _("Le code QR de ce papier n’est pas un code de Plein gré : ce n’est peut-être pas un des nôtres."),
    )
    SEVERAL = (
        "several",
        _("Plusieurs de nos codes sont sur ce scan : numérisez chaque formulaire à part, ou choisissez l’acte."),
    )
    OLD_FORM = "old-form", _("Ce formulaire est d’une ancienne version : vérifiez que tout ce qui est demandé y est.")
    USED = "used", _("Ce formulaire personnel a déjà servi : il ne sert qu’une fois.")
    GONE = "gone", _("Ce code est bien le nôtre, mais ce dont il parle n’existe plus dans le service.")


# What is "done" with a signed mandate that came by post is no act: it is the event of its signature.
SIGNED_MANDATE = "mandate.signed"


class Mail(models.Model):
    """One posted form. The scan lies encrypted in the file store, under `scan`.

    `person_id` is set when the clerk has identified the person, or the form's code named them. The scan is under
    the master key until `filed_at`, and under the person's from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=16, unique=True)
    received_on = models.DateField(default=timezone.localdate)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    act_code = models.CharField(max_length=40, blank=True)
    form_version = models.PositiveSmallIntegerField(null=True)
    person_id = models.UUIDField(null=True)
    target_id = models.UUIDField(null=True)
    scan = models.CharField(max_length=120, blank=True)
    scan_type = models.CharField(max_length=20, blank=True)
    pages = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.WAITING)
    receipt_id = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    reason = EncryptedField(null=True)
    finding = models.CharField(max_length=8, choices=MailFinding.choices, blank=True)
    personal_form_id = models.UUIDField(null=True)
    filed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_settled_is_dated",
                condition=Q(state="waiting", done_at__isnull=True) | (~Q(state="waiting") & Q(done_at__isnull=False)),
            )
        ]
