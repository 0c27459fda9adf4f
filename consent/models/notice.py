"""A notice: the information shown before any consent, in versions that never change (GDPR article 13)."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeLanguage(models.TextChoices):
    """The languages in which every version exists."""

    FRENCH = "fr", _("français")
    ENGLISH = "en", _("English")
    EASY = "fr-x-facile", _("français facile à lire")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions asked of notices."""

    def in_force(self, language: str = NoticeLanguage.FRENCH) -> "Notice | None":
        """The last one published until today in this language, or None."""
        published = self.filter(language=language, published_on__lte=timezone.localdate())
        return published.order_by("-published_on", "-version").first()


class Notice(models.Model):
    """One version in one language. `sha256` (32 bytes) is the hash of the UTF-8 bytes of `body`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=12, choices=NoticeLanguage.choices)
    title = models.CharField(max_length=200)
    body = models.TextField()
    sha256 = models.BinaryField()
    published_on = models.DateField()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="notice_version_language_once")
        ]
