"""A printout: a PDF that the worker makes, so that the web process never does."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PrintoutKind(models.TextChoices):
    """What is printed; `subject_id` is its row."""

    MANDATE = "mandate", _("mandat")
    RECEIPT = "receipt", _("reçu")
    VISIT = "visit", _("reçu de la visite")
    LETTER = "letter", _("courrier")
    BATCH = "batch", _("lot de courriers")
    NOTICE = "notice", _("notice d’information")
    FORM = "form", _("formulaire")
    TRACE = "trace", _("historique")


class Printout(models.Model):
    """One PDF asked for. Its bytes lie in the file store at `path`, encrypted under the person's key.

    `name` says which, for what is not a row (a form's act code, a notice's version, the filters of a history).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=8, choices=PrintoutKind.choices)
    subject_id = models.UUIDField(null=True)
    name = models.CharField(max_length=200, blank=True)
    large_print = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    path = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "subject_id", "name"], name="printout_subject")]
