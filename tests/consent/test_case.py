"""A case: its month, its states, and what may not be."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from consent.models import Case, CaseKind, CaseState
from consent.models.case import TRANSITIONS, WrongCaseStep, month_after
from consent.wall import opened
from tests.cast import Patient


@pytest.mark.parametrize(
    ("came", "due"),
    [
        (date(2026, 3, 12), date(2026, 4, 12)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 30), date(2028, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 8, 31), date(2026, 9, 30)),
    ],
)
def test_a_month_ends_on_the_same_day_or_on_the_last_of_the_month(came: date, due: date):
    assert month_after(came) == due


def test_two_further_months_are_the_most():
    assert Case(due_on=date(2026, 12, 31)).last_extension == date(2027, 2, 28)


def test_the_last_day_is_in_time_and_the_next_is_late():
    case = Case(due_on=date(2026, 4, 12), state=CaseState.OPEN)
    assert (case.days_left(date(2026, 4, 12)), case.is_late(date(2026, 4, 12))) == (0, False)
    assert (case.days_left(date(2026, 4, 13)), case.is_late(date(2026, 4, 13))) == (-1, True)


def test_an_extended_case_is_late_after_its_extension_only():
    case = Case(due_on=date(2026, 4, 12), extended_until=date(2026, 5, 30), state=CaseState.EXTENDED)
    assert not case.is_late(date(2026, 5, 30))
    assert case.is_late(date(2026, 5, 31))


@pytest.mark.parametrize("state", CaseState)
def test_from_each_state_only_the_declared_steps_are_taken(state: CaseState):
    for to in CaseState:
        case = Case(state=state)
        if to in TRANSITIONS[state]:
            case.advance(to)
            assert case.state == to
        else:
            with pytest.raises(WrongCaseStep):
                case.advance(to)


def test_an_answered_case_never_changes_again():
    assert TRANSITIONS[CaseState.ANSWERED] == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "answered"},
        {"answered_at": timezone.now()},
        {"extended_until": date(2026, 4, 12), "extension_reason": "x"},
        {"extended_until": date(2026, 5, 12)},
    ],
    ids=["answered without answer", "dated and open", "extended to no later day", "extended without reason"],
)
def test_the_database_refuses_a_case_that_makes_no_sense(odette: Patient, wrong: dict):
    with opened(odette.person.id), pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(
            reference="DM-0000-0000", person_id=odette.person.id, kind=CaseKind.COPY, words=[], via="self",
            due_on=date(2026, 4, 12), **wrong,
        )  # fmt: skip
