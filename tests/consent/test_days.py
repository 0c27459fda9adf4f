"""Days and moments in words, as French and English write them, in the service's time zone."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils.translation import override

from consent.days import day_words, last_day_words, moment_words

# Paris is two hours ahead in summer: late in the evening of UTC, its next day has begun.
LATE = datetime(2026, 4, 30, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "moment", "last"),
    [
        ("fr", "1er mai 2026", "1er mai 2026 à 00:30", "1er mai 2026"),
        ("en", "1 May 2026", "1 May 2026 at 00:30", "1 May 2026"),
    ],
)
def test_the_first_of_a_month_is_written_as_each_language_writes_it(language: str, day: str, moment: str, last: str):
    with override(language):
        assert (day_words(LATE), moment_words(LATE), last_day_words(LATE)) == (day, moment, last)
        assert day_words(date(2026, 5, 1)) == day


def test_any_other_day_is_a_number():
    assert day_words(date(2026, 5, 2)) == "2 mai 2026"
    assert day_words(date(2026, 5, 11)) == "11 mai 2026"


def test_what_ends_at_midnight_goes_on_until_the_day_before():
    assert last_day_words(datetime(2026, 5, 9, 22, tzinfo=UTC)) == "9 mai 2026"


def test_templates_say_the_same_and_nothing_of_what_did_not_happen():
    said = Template("{{ at|day }} | {{ at|moment }} | {{ at|moment:'H:i:s' }} | {{ never|day }}{{ never|moment }}")
    assert said.render(Context({"at": LATE, "never": None})) == (
        "1er mai 2026 | 1er mai 2026 à 00:30 | 1er mai 2026 à 00:30:00 | "
    )
