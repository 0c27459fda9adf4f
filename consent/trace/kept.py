"""The journal's words are kept in French, one record for everyone; here they are shown to who reads another language."""

import re
from datetime import date
from functools import cache
from uuid import UUID

from django.utils.dates import MONTHS
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, override

from consent.acts.registry import get_act
from consent.days import at_hour, day_words
from consent.models import JournalEntry

# The last characters of an identity document, after its kind.
ENDING = re.compile(r"(\w.*)( …\w+)")
DAY = re.compile(r"(\d{1,2})(?:er)? (\w+) (\d{4})(?: \w (\d{2}:\d{2}))?")


def facts_of(entry: JournalEntry) -> list[tuple[str, str]]:
    """What an entry says, in the language of the page. The wall must be open for its person."""
    return [(shown(label), shown(value)) for label, value in entry.details.get("facts", [])]


def beside(entry: JournalEntry) -> list[tuple[str, str]]:
    """What the act of an entry shows beside its words and keeps nowhere. The wall must be open for its person."""
    act, subject = get_act(entry.code), entry.details.get("subject")
    return act.beside(UUID(subject)) if act and subject else []


def shown(words: str) -> str:
    """Kept words in the language of the page; what has no translation (a name, say) is marked as French."""
    if not words or (get_language() or "fr").startswith("fr"):
        return words
    return _translated(words) or format_html('<span lang="fr">{}</span>', words)


def _translated(words: str) -> str:
    """A text of the catalogue, a list of them, a day or a number; empty when it is none of these."""
    if not re.search(r"[^\W\d_]", words):
        return words
    for between in (None, ", ", " et "):
        parts = words.split(between) if between else [words]
        said = [_one(part) for part in parts]
        if all(said):
            return gettext(" et ").join(said) if between == " et " else ", ".join(said)
    return ""


def _one(words: str) -> str:
    if match := DAY.fullmatch(words):
        return _day(*match.groups())
    if match := ENDING.fullmatch(words):
        said = _one(match[1])
        return said and said + match[2]
    if (said := gettext(words)) != words:
        return said
    # The labels of acts are kept without their capital where they are listed.
    label = words[:1].upper() + words[1:]
    said = gettext(label)
    return said[:1].lower() + said[1:] if said != label else ""


def _day(day: str, month: str, year: str, hour: str | None) -> str:
    try:
        said = day_words(date(int(year), _months()[month], int(day)))
    except (KeyError, ValueError):
        # Something that someone wrote, and that only looks like a day.
        return ""
    return at_hour(said, hour) if hour else said


@cache
def _months() -> dict[str, int]:
    with override("fr"):
        return {str(name): number for number, name in MONTHS.items()}
