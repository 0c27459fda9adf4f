"""Statements of who read what: on demand, and each quarter for those who asked for it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assistance import cases
from consent import statements
from consent.models import Case, Statement, Telling
from consent.statements import Period, days_of, quarter_of
from consent.wall import opened
from tests.assistance.mail_room import claire  # noqa: F401
from tests.assistance.test_told import deliver, forget_letters, letters_of, words
from tests.consent.conftest import check, confirm, does
from tests.consent.reading_cast import outbox_of

pytestmark = pytest.mark.django_db

LAST = days_of(Period.LAST_QUARTER, timezone.localdate())


def asked_quarterly(patient, since: timedelta) -> None:
    does(patient, "telling.change", {"reads": "nothing", "quarterly": "yes"})
    with opened(patient.person.id):
        Telling.objects.update(quarterly_since=timezone.now() - since)


def statements_of(patient) -> list[Statement]:
    with opened(patient.person.id):
        return list(Statement.objects.filter(person_id=patient.person.id))


@pytest.mark.parametrize(
    ("today", "period", "first", "last"),
    [
        (date(2026, 11, 25), Period.LAST_QUARTER, date(2026, 7, 1), date(2026, 9, 30)),
        (date(2026, 1, 1), Period.LAST_QUARTER, date(2025, 10, 1), date(2025, 12, 31)),
        (date(2026, 3, 31), Period.THIS_QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
        (date(2028, 2, 29), Period.YEAR, date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_the_days_of_a_period(today, period, first, last):
    assert days_of(period, today) == (first, last)


def test_every_month_is_in_its_quarter():
    assert [quarter_of(date(2026, month, 15)).month for month in range(1, 13)] == [
        1,
        1,
        1,
        4,
        4,
        4,
        7,
        7,
        7,
        10,
        10,
        10,
    ]


def test_one_asks_for_a_statement_and_it_goes_to_the_outbox_alone(odette, odette_online):
    url = "/mon-espace/actes/statement.ask/"
    answer = confirm(odette_online, url, check(odette_online, url, {"period": "last-quarter"}))
    assert answer.status_code == 303
    (statement,) = statements_of(odette)
    assert (statement.since, statement.until) == LAST
    assert [item.subject_id for item in outbox_of(odette.person.id, "statement")] == [statement.pk]
    assert outbox_of(odette.person.id, "told") == [], "a second letter would only say that the first comes"


def test_nothing_comes_by_itself_to_who_did_not_ask(odette):
    does(odette, "telling.change", {"reads": "each", "quarterly": "no"})
    assert statements.make_due() == 0


def test_the_quarter_comes_once_to_who_asked(odette):
    asked_quarterly(odette, timedelta(days=200))
    assert statements.make_due() == 1
    assert statements.make_due() == 0
    (statement,) = statements_of(odette)
    assert (statement.since, statement.until, statement.by_clock) == (*LAST, True)


def test_who_asked_after_the_quarter_waits_for_the_next(odette):
    does(odette, "telling.change", {"reads": "nothing", "quarterly": "yes"})
    assert statements.make_due() == 0


def test_a_statement_that_was_asked_does_not_take_the_place_of_the_quarters(odette):
    asked_quarterly(odette, timedelta(days=200))
    does(odette, "statement.ask", {"period": "last-quarter"})
    assert statements.make_due() == 1


def test_whoever_of_the_service_reads_to_answer_is_in_the_statement_as_in_the_history(
    odette,
    odette_online,
    claire,  # noqa: F811
):
    does(odette, "rights.copy", {"extent": "some", "which": "Mon allergie."})
    with opened(odette.person.id):
        case_id = Case.objects.get().pk
    cases.open_case(cases.CLERKS, case_id, claire)
    forget_letters(odette)
    assert "lue par qui doit y répondre" in odette_online.get("/mon-espace/trace/?others=on").content.decode()
    does(odette, "statement.ask", {"period": "this-quarter"})
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert "lue par qui doit y répondre" in words(letter)
    assert "personne d’autre que vous n’a rien lu" not in words(letter)
