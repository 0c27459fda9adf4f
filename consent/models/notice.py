"""A notice: the information shown before any consent, in versions that never change (GDPR article 13)."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from consent.notice_text import notice_html


class NoticeLanguage(models.TextChoices):
    """The languages in which every version exists."""

    FRENCH = "fr", _("français")
    ENGLISH = "en", _("English")
    EASY = "fr-x-facile", _("français facile à lire")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions asked of notices."""

    def published(self) -> "NoticeQuerySet":
        """Those published until today, the newest first."""
        today = timezone.localdate()
        return self.filter(published_on__lte=today).order_by("-published_on", "-version", "language")

    def in_force(self, language: str = NoticeLanguage.FRENCH) -> "Notice | None":
        """The last one published until today in this language, or None."""
        return self.published().filter(language=language).first()


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
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="notice_version_language_once")]

    @property
    def html(self) -> SafeString:
        """The text as HTML, its headings h2: for a page of its own."""
        return notice_html(self.body)

    @property
    def inner_html(self) -> SafeString:
        """The text as HTML, its headings h3: for a place inside another page."""
        return notice_html(self.body, level=3)

    @property
    def fingerprint(self) -> str:
        """The hash of the text, as 64 hexadecimal digits."""
        return bytes(self.sha256).hex()
