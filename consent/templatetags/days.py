"""Days and moments in words, in every template (a builtin of the engine): the same words as `consent/days.py`."""

from datetime import date, datetime

from django import template

from consent.days import day_words, moment_words

register = template.Library()


@register.filter
def day(at: date | datetime | None) -> str:
    """A day in words; nothing where there is none."""
    return day_words(at) if at else ""


@register.filter
def moment(at: datetime | None, precision: str = "H:i") -> str:
    """A moment in words; nothing where there is none. `precision`: the format of its hour."""
    return moment_words(at, precision) if at else ""
