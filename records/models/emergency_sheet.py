"""The emergency sheet: what whoever treats the person must know first, as the person wrote it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.crypto.fields import EncryptedField, EncryptedJSONField
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
    """One sheet at most for a person. A part that says nothing is empty.

    `beside` is what a representative wrote in a part that the person hides from them: {part: text}. The person's own
    words stay, and the representative finds what they wrote, so that nothing tells them that a part is hidden.
    `writer` is the representative who wrote last, in words; empty when it was the person.
    """

    person = models.OneToOneField("consent.Person", on_delete=models.CASCADE, primary_key=True)
    allergies = EncryptedField(null=True)
    treatments = EncryptedField(null=True)
    wishes = EncryptedField(null=True)
    to_call = EncryptedField(null=True)
    beside = EncryptedJSONField(null=True)
    written_at = models.DateTimeField(default=timezone.now)
    writer = EncryptedField(null=True)

    def text_of(self, part: Part) -> str:
        """What is written in a part, by whomever; empty when nothing is."""
        return "\n".join(filter(None, (getattr(self, part.name), self._beside(part))))

    def seen_of(self, part: Part, seen: Collection[Category]) -> str:
        """What of a part is shown to someone from whom all but these kinds of content is hidden."""
        return self.text_of(part) if part.category in seen else self._beside(part)

    def write(self, texts: Mapping[str, str], *, seen: Collection[Category], writer: str | None = None) -> None:
        """Replace what whoever sees these kinds of content can see of the sheet, without saving."""
        beside = {}
        for part in PARTS:
            text = texts.get(part.name, "").strip() or None
            if part.category in seen:
                setattr(self, part.name, text)
            elif text:
                beside[part.name] = text
        self.beside, self.writer, self.written_at = beside or None, writer, timezone.now()

    def _beside(self, part: Part) -> str:
        return (self.beside or {}).get(part.name, "")
