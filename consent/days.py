"""Days in words, the same everywhere: on pages, on papers, in the journal."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def day_words(at: date | datetime) -> str:
    """A day in words ("4 mai 2026"); that of a moment is its day in the service's time zone."""
    return date_format(timezone.localtime(at) if isinstance(at, datetime) else at, "j F Y")


def moment_words(at: datetime) -> str:
    """A moment in words ("4 mai 2026 à 10:05"), in the service's time zone."""
    return date_format(timezone.localtime(at), _("j F Y à H:i"))


def last_day_words(end: datetime) -> str:
    """The last day before this end, in words: what ends at midnight, when the 10th begins, goes on until the 9th."""
    return day_words(end - timedelta(microseconds=1))
