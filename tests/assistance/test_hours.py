"""Opening hours as the national list writes them."""

import pytest

from assistance.hours import describe_day, is_known, parse_day, week_rows


@pytest.mark.parametrize(
    ("words", "spans"),
    [
        ("9:00 - 12:00 / 13:30 - 17:00", [["09:00", "12:00"], ["13:30", "17:00"]]),
        (" 8:30 - 12:00 ", [["08:30", "12:00"]]),
        ("09:00 - 12:30 / 14:00 - 17:", [["09:00", "12:30"], ["14:00", "17:00"]]),
        ("9: 12:30 / 13:15 17:", [["09:00", "12:30"], ["13:15", "17:00"]]),
        ("09:00 - 12:00 / 14:00/18:00", [["09:00", "12:00"], ["14:00", "18:00"]]),
        ("9:00– 12\xa0:30", [["09:00", "12:30"]]),
        ("8:30 - 12:30 et 13:30 - 17:30", [["08:30", "12:30"], ["13:30", "17:30"]]),
        ("08:30 - 13:30 / 13:30 - 17:00", [["08:30", "13:30"], ["13:30", "17:00"]]),
    ],
)
def test_hours_that_cannot_be_misread_become_hours(words: str, spans: list[list[str]]) -> None:
    assert parse_day(words) == {"spans": spans, "text": ""}


@pytest.mark.parametrize(
    "words",
    [
        "Sur RDV : 9:00 - 12:00 / 13:30 - 17:00",
        "1er samedi du mois : 9:00 - 12:00",
        "Selon planning bus",
        "09-12:30 / 13:30 - 17:00",
        "14:00:16:00",
        "12:00 - 9:00",
        "25:00 - 26:00",
        "9:00",
    ],
)
def test_words_that_could_be_misread_stay_words(words: str) -> None:
    assert parse_day(words) == {"spans": None, "text": words}


def test_words_after_plain_hours_are_kept_beside_them() -> None:
    day = parse_day("9:00 - 12:00 / Sur RDV : 14:00 - 17:00")
    assert day == {"spans": [["09:00", "12:00"]], "text": "Sur RDV : 14:00 - 17:00"}
    assert describe_day(day) == "9\xa0h à 12\xa0h. Aussi : Sur rendez-vous : 14:00 - 17:00"


def test_a_closed_day_is_not_an_unknown_day() -> None:
    assert describe_day(parse_day("-")) == "Fermé"
    assert describe_day(parse_day("")) == "Non communiqué"
    assert describe_day(parse_day("Horaires non communiqués")) == "Non communiqué"


def test_hours_are_said_in_french() -> None:
    assert describe_day(parse_day("09:00 - 13:30")) == "9\xa0h à 13\xa0h\xa030"


def test_a_week_is_a_row_a_day_from_monday() -> None:
    week = {"monday": parse_day("9:00 - 12:00"), "saturday": parse_day("-")}
    assert week_rows(week) == [("Lundi", "9\xa0h à 12\xa0h"), ("Samedi", "Fermé")]


def test_a_week_of_which_nothing_is_said_is_unknown() -> None:
    assert not is_known({"monday": parse_day("Horaires non communiqués")})
    assert is_known({"monday": parse_day("-")})
