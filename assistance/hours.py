"""Opening hours: read from the words of the national list, and said again in plain words.

Only what cannot be misread becomes hours. Anything else is kept and shown as the source says it:
a person may walk an hour to a closed door because a program guessed.
"""

import re
from typing import TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Span = list[str]


class DayHours(TypedDict):
    """One weekday. `spans` is a list of ["HH:MM", "HH:MM"], empty when closed, None when not known."""

    spans: list[Span] | None
    text: str


Week = dict[str, DayHours]

# The list says nothing of Sunday.
WEEKDAYS = {
    "monday": gettext_lazy("Lundi"),
    "tuesday": gettext_lazy("Mardi"),
    "wednesday": gettext_lazy("Mercredi"),
    "thursday": gettext_lazy("Jeudi"),
    "friday": gettext_lazy("Vendredi"),
    "saturday": gettext_lazy("Samedi"),
}
CLOSED = "-"
NOT_SAID = {"", "horaires non communiqués"}
# "9:00", "17 :00", and "17:" where the minutes were left out; "9: 12:30" is 9:00 then 12:30.
TIME = re.compile(r"(?<!\d)(\d{1,2})\s*:\s*(?:(\d{2})(?!\d|\s*:))?")
BETWEEN = re.compile(r"[\s\-–—/:]*(?:et[\s\-–—/:]*)?")


def parse_day(words: str) -> DayHours:
    """Read the hours of one day as the list writes them: "9:00 - 12:00 / 13:30 - 17:00".

    Words after plain hours are kept beside them ("Sur RDV : 14:00 - 17:00"); words before make the
    whole day words, since nobody can tell which hours they speak of.
    """
    words = " ".join(words.split())
    if words == CLOSED:
        return {"spans": [], "text": ""}
    if words.lower() in NOT_SAID:
        return {"spans": None, "text": ""}
    for end in [len(words), *(match.start() for match in reversed(list(re.finditer("/+", words))))]:
        spans = _plain_spans(words[:end])
        if spans:
            return {"spans": spans, "text": words[end:].strip(" /")}
    return {"spans": None, "text": words}


def _plain_spans(words: str) -> list[Span]:
    """Pairs of times that only grow, with nothing but separators between them; an empty list otherwise."""
    times, position = [], 0
    for match in TIME.finditer(words):
        if not BETWEEN.fullmatch(words[position : match.start()]):
            return []
        hour, minute = int(match[1]), int(match[2] or 0)
        if hour > 23 or minute > 59:
            return []
        times.append(f"{hour:02}:{minute:02}")
        position = match.end()
    spans = [times[start : start + 2] for start in range(0, len(times), 2)]
    if not BETWEEN.fullmatch(words[position:]) or len(times) % 2 or times != sorted(times):
        return []
    return spans if all(opens < closes for opens, closes in spans) else []


def describe_day(day: DayHours) -> str:
    """Say the hours of one day: "9 h à 12 h, 13 h 30 à 17 h", "Fermé", or the words of the source."""
    words = day["text"].replace("RDV", _("rendez-vous"))
    if day["spans"] is None:
        return words or _("Non communiqué")
    if not day["spans"]:
        return _("Fermé")
    said = ", ".join(
        _("%(opens)s à %(closes)s") % {"opens": describe_time(opens), "closes": describe_time(closes)}
        for opens, closes in day["spans"]
    )
    return _("%(hours)s. Aussi : %(words)s") % {"hours": said, "words": words} if words else said


def describe_time(time: str) -> str:
    """Say "09:00" as "9 h", "13:30" as "13 h 30", with spaces that do not break."""
    hour, minute = time.split(":")
    parts = {"hour": str(int(hour)), "minute": minute}
    return _("%(hour)s h") % parts if minute == "00" else _("%(hour)s h %(minute)s") % parts


def week_rows(week: Week) -> list[tuple[str, str]]:
    """The rows of the table of hours: (name of the day, hours in words)."""
    return [(str(name), describe_day(week[day])) for day, name in WEEKDAYS.items() if day in week]


def is_known(week: Week) -> bool:
    """True if the source says anything at all of the hours of the week."""
    return any(day["spans"] is not None or day["text"] for day in week.values())
