"""What ends by its date is told two weeks before, once for that date."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent import endings
from consent.models import Grant
from consent.wall import opened
from tests.consent.conftest import does
from tests.consent.reading_cast import outbox_of, reminders_of

pytestmark = pytest.mark.django_db


def ends_in(grant: Grant, end: timedelta, *, lasted: timedelta = timedelta(days=60)) -> None:
    now = timezone.now()
    with opened(grant.person_id):
        Grant.objects.filter(pk=grant.pk).update(ends_at=now + end, starts_at=now + end - lasted)


def test_an_access_that_ends_within_two_weeks_is_told_once(with_grant):
    ends_in(with_grant, timedelta(days=13))
    assert endings.remind() == 1
    assert endings.remind() == 0
    assert reminders_of(with_grant.person_id) == ["grant-ends"]
    assert len(outbox_of(with_grant.person_id, "ending-told")) == 1


@pytest.mark.parametrize("end", [timedelta(days=15), timedelta(hours=-1)])
def test_one_that_ends_later_or_has_ended_is_not(with_grant, end):
    ends_in(with_grant, end)
    assert endings.remind() == 0


def test_one_of_a_week_is_not(with_grant):
    ends_in(with_grant, timedelta(days=6), lasted=timedelta(days=7))
    assert endings.remind() == 0


def test_one_that_was_taken_back_is_not(odette, with_grant):
    ends_in(with_grant, timedelta(days=13))
    does(odette, "grant.revoke", {}, with_grant.pk)
    assert endings.remind() == 0


def test_one_without_end_is_not(with_grant):
    with opened(with_grant.person_id):
        Grant.objects.update(ends_at=None)
    assert endings.remind() == 0


def test_one_that_was_made_to_last_is_told_again_before_its_new_end(with_grant):
    ends_in(with_grant, timedelta(days=10))
    assert endings.remind() == 1
    ends_in(with_grant, timedelta(days=12))
    assert endings.remind() == 1


def test_what_is_told_stands_no_more_once_taken_back(odette, with_grant):
    from consent.models import Reminder

    ends_in(with_grant, timedelta(days=10))
    endings.remind()
    with opened(with_grant.person_id):
        reminder = Reminder.objects.get()
        assert endings.words_of(reminder).title == "Accès de Dr Claire Lemoine (Médecin généraliste, Boussac)"
    does(odette, "grant.revoke", {}, with_grant.pk)
    with opened(with_grant.person_id):
        assert endings.words_of(reminder) is None
