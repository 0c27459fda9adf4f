"""The emergency sheet: what whoever treats the person must know first, as the person wrote it."""

from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedField
from consent.models import Category


@dataclass(frozen=True)
class Part:
    """One part of the sheet: its field, its title, and the kind of content that opens it to a reader."""

    name: str
    title: str | Promise
    category: Category


PARTS = [
    Part("allergies", _("Allergies"), Category.TREATMENTS),
    Part("treatments", _("Traitements en cours"), Category.TREATMENTS),
    Part("wishes", _("Mes volontés"), Category.WISHES),
    Part("to_call", _("Personnes à prévenir"), Category.WISHES),
]


class EmergencySheet(models.Model):
    """One sheet at most for a person. A part that says nothing is empty."""

    person = models.OneToOneField("consent.Person", on_delete=models.CASCADE, primary_key=True)
    allergies = EncryptedField(null=True)
    treatments = EncryptedField(null=True)
    wishes = EncryptedField(null=True)
    to_call = EncryptedField(null=True)
    written_at = models.DateTimeField(default=timezone.now)

    def text_of(self, part: Part) -> str:
        """What is written in a part; empty when nothing is."""
        return getattr(self, part.name) or ""
