"""How a person is told of what others read: what they chose, and at an emergency always."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from consent import journal, telling
from consent.bases import Actor, Basis, Via
from consent.models import Telling
from consent.models.journal_entry import ActorKind
from consent.telling import last_week, midnight
from consent.wall import opened
from tests.consent.conftest import check, confirm, does
from tests.consent.reading_cast import DAUGHTER, LEMOINE, MOREAU, did_read, outbox_of, reads, reminders_of

pytestmark = pytest.mark.django_db


def chooses(patient, reads_told: str, quarterly: str = "no") -> Telling:
    does(patient, "telling.change", {"reads": reads_told, "quarterly": quarterly})
    with opened(patient.person.id):
        return Telling.objects.get()


def told(patient) -> list:
    return [item.subject_id for item in outbox_of(patient.person.id, "read-told")]


def test_who_chose_nothing_is_told_nothing_of_a_read(odette):
    reads(odette.person.id)
    assert told(odette) == []


def test_the_page_makes_no_choice_beforehand(odette_online, odette):
    html = odette_online.get("/mon-espace/actes/telling.change/").content.decode()
    assert 'name="reads"' in html
    assert "checked" not in html


def test_the_choice_is_made_through_the_page_and_shown_at_home(odette_online, odette):
    url = "/mon-espace/actes/telling.change/"
    checked = check(odette_online, url, {"reads": "weekly", "quarterly": "yes"})
    assert checked.status_code == 200
    assert confirm(odette_online, url, checked).status_code == 303
    home = odette_online.get("/mon-espace/").content.decode()
    assert "Une fois par semaine" in home
    assert "gardé au moins 3 ans" in home


def test_both_questions_must_be_answered(odette_online, odette):
    answer = check(odette_online, "/mon-espace/actes/telling.change/", {"reads": "weekly"})
    assert answer.status_code == 422


def test_at_each_access_one_message_a_reader_and_a_day(odette):
    chooses(odette, "each")
    first = reads(odette.person.id, LEMOINE)
    reads(odette.person.id, LEMOINE)
    other = reads(odette.person.id, MOREAU)
    assert told(odette) == [first.pk, other.pk]


def test_the_next_day_the_same_reader_is_told_again(odette, monkeypatch):
    chooses(odette, "each")
    reads(odette.person.id, LEMOINE)
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: tomorrow)
    reads(odette.person.id, LEMOINE)
    assert len(told(odette)) == 2


def test_the_first_time_of_each_reader_and_never_again(odette, monkeypatch):
    chooses(odette, "first")
    reads(odette.person.id, LEMOINE)
    later = timezone.localdate() + timedelta(days=40)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: later)
    reads(odette.person.id, LEMOINE)
    reads(odette.person.id, MOREAU)
    assert len(told(odette)) == 2


@pytest.mark.parametrize("choice", [None, "first", "each"])
def test_an_emergency_access_is_told_when_it_is_opened_and_its_reads_not_once_more(odette, choice):
    if choice:
        chooses(odette, choice)
    reads(odette.person.id, MOREAU, Via.EMERGENCY, uuid4())
    assert told(odette) == []


def test_what_was_read_in_an_emergency_is_in_the_summary_of_the_week(odette):
    week, _end = last_week(timezone.localdate())
    chooses(odette, "weekly")
    with opened(odette.person.id):
        Telling.objects.update(reads_since=timezone.now() - timedelta(days=30))
    did_read(odette.person.id, midnight(week) + timedelta(hours=10), MOREAU, Via.EMERGENCY)
    assert telling.tell_week() == 1


def test_a_representation_is_told_at_its_first_use_then_as_chosen(odette):
    right = uuid4()
    reads(odette.person.id, DAUGHTER, Via.REPRESENTATION, right)
    reads(odette.person.id, DAUGHTER, Via.REPRESENTATION, right)
    assert len(told(odette)) == 1
    chooses(odette, "each")
    reads(odette.person.id, DAUGHTER, Via.REPRESENTATION, right)
    assert len(told(odette)) == 1, "the message of the first use said it today already"


def test_what_is_read_at_the_counter_by_the_service_or_by_oneself_is_not_told_so(odette):
    chooses(odette, "each")
    person_id = odette.person.id
    agent, clerk = Actor(ActorKind.AGENT, uuid4(), 137), Actor(ActorKind.CLERK, uuid4())
    for via, actor in (
        (Via.MANDATE, agent), (Via.SERVICE, clerk), (Via.SELF, odette.basis.actor), (Via.SELF, journal.machine()),
    ):  # fmt: skip
        with opened(person_id):
            journal.write_read(Basis(via, person_id, actor), "visit.file", [])
    assert told(odette) == []


def test_a_read_that_is_undone_tells_nobody(odette):
    chooses(odette, "each")
    with transaction.atomic():
        reads(odette.person.id)
        transaction.set_rollback(True)
    assert told(odette) == []
    assert reminders_of(odette.person.id) == []


def test_the_week_is_told_once_when_something_was_read(odette, aicha):
    week, _end = last_week(timezone.localdate())
    for patient in (odette, aicha):
        chooses(patient, "weekly")
        with opened(patient.person.id):
            Telling.objects.update(reads_since=timezone.now() - timedelta(days=30))
    did_read(odette.person.id, midnight(week) + timedelta(hours=10))
    assert telling.tell_week() == 1
    assert telling.tell_week() == 0
    assert len(outbox_of(odette.person.id, "week-told")) == 1
    assert outbox_of(aicha.person.id, "week-told") == [], "nobody is told that nothing happened"


@pytest.mark.parametrize("hours", [-1, 7 * 24])
def test_a_read_of_another_week_is_not_in_it(odette, hours):
    chooses(odette, "weekly")
    with opened(odette.person.id):
        Telling.objects.update(reads_since=timezone.now() - timedelta(days=30))
    week, _end = last_week(timezone.localdate())
    did_read(odette.person.id, midnight(week) + timedelta(hours=hours))
    assert telling.tell_week() == 0


def test_a_week_before_the_choice_is_not_told(odette):
    week, _end = last_week(timezone.localdate())
    did_read(odette.person.id, midnight(week) + timedelta(hours=10))
    chooses(odette, "weekly")
    with opened(odette.person.id):
        Telling.objects.update(reads_since=midnight(_end) + timedelta(minutes=1))
    assert telling.tell_week() == 0


def test_choosing_the_same_again_keeps_since_when(odette):
    first = chooses(odette, "weekly", "yes")
    second = chooses(odette, "weekly", "yes")
    assert (first.reads_since, first.quarterly_since) == (second.reads_since, second.quarterly_since)
    third = chooses(odette, "nothing", "no")
    assert third.reads_since > first.reads_since
    assert third.quarterly_since is None


def test_last_week_goes_from_monday_to_monday():
    from datetime import date

    # The 25th of November 2026 is a Wednesday.
    assert last_week(date(2026, 11, 25)) == (date(2026, 11, 16), date(2026, 11, 23))
    assert last_week(date(2026, 11, 23)) == (date(2026, 11, 16), date(2026, 11, 23))
    assert last_week(date(2026, 11, 22)) == (date(2026, 11, 9), date(2026, 11, 16))
