"""Days in words, the same everywhere: on pages, on papers, in the journal."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def day_words(at: date | datetime) -> str:
    """A day in words ("4 mai 2026", "1er mai 2026"); that of a moment is its day in the service's time zone."""
    at = _here(at)
    first = at.day == 1 and (get_language() or settings.LANGUAGE_CODE).startswith("fr")
    return date_format(at, r"j\e\r F Y" if first else "j F Y")


def moment_words(at: datetime, hour: str = "H:i") -> str:
    """A moment in words ("4 mai 2026 à 10:05"), in the service's time zone; `hour` is the format of its hour."""
    return at_hour(day_words(at), date_format(_here(at), hour))


def at_hour(day: str, hour: str) -> str:
    """A day and an hour, in words."""
    return _("%(day)s à %(hour)s") % {"day": day, "hour": hour}


def _here(at: date | datetime) -> date | datetime:
    return timezone.localtime(at) if isinstance(at, datetime) and timezone.is_aware(at) else at


def last_day_words(end: datetime) -> str:
    """The last day before this end, in words: what ends at midnight, when the 10th begins, goes on until the 9th."""
    return day_words(end - timedelta(microseconds=1))
