"""What ends by its date is told two weeks before, once for that date."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent import endings, outbox
from consent.acts.representation import represent
from consent.models import Grant, Reminder
from consent.models.representation import EndReason, Kind, Representation
from consent.wall import opened
from tests.cast import JEANNE, Patient, make_patient
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
    ends_in(with_grant, timedelta(days=10))
    endings.remind()
    with opened(with_grant.person_id):
        reminder = Reminder.objects.get()
        assert endings.words_of(reminder).title == "Accès de Dr Claire Lemoine (Médecin généraliste, Boussac)"
    does(odette, "grant.revoke", {}, with_grant.pk)
    with opened(with_grant.person_id):
        assert endings.words_of(reminder) is None


# -- Representations: both sides ---------------------------------------------------------------------------


@pytest.fixture
def jeanne(db) -> Patient:
    """Odette's niece."""
    return make_patient(JEANNE, "jeanne@exemple.fr")


def represented(odette: Patient, jeanne: Patient, kind: Kind, days: int) -> Representation:
    now = timezone.now()
    row = represent(odette.person, jeanne.person, kind, ["space.read"], ends_at=now + timedelta(days=days))
    with opened(odette.person.id):
        Representation.objects.filter(pk=row.pk).update(starts_at=now - timedelta(days=100))
    return row


def words_told(patient: Patient) -> list[endings.Ends | None]:
    with opened(patient.person.id):
        return [endings.words_of(reminder) for reminder in Reminder.objects.filter(person_id=patient.person.id)]


def test_a_representation_that_ends_is_told_to_both_sides_once(odette, jeanne):
    represented(odette, jeanne, Kind.RELATIVE, 10)
    assert endings.remind() == 2
    assert endings.remind() == 0
    (hers,), (of_jeanne,) = words_told(odette), words_told(jeanne)
    assert (hers.title, hers.go_on) == ("Représentation par Jeanne Garnier", "representation.name")
    assert (of_jeanne.title, of_jeanne.go_on) == ("Vous représentez Odette Garnier", "")


def test_what_a_judge_gave_does_not_go_on_by_an_act(odette, jeanne):
    represented(odette, jeanne, Kind.TUTELLE, 10)
    endings.remind()
    assert words_told(odette)[0].go_on == ""


@pytest.mark.parametrize("days", [15, 40])
def test_a_representation_that_ends_later_is_not_told(odette, jeanne, days):
    represented(odette, jeanne, Kind.RELATIVE, days)
    assert endings.remind() == 0


def test_a_representation_ended_meanwhile_is_told_to_nobody(odette, jeanne):
    row = represented(odette, jeanne, Kind.RELATIVE, 10)
    endings.remind()
    with opened(odette.person.id):
        Representation.objects.get(pk=row.pk).end(EndReason.PERSON)
    assert words_told(odette) == [None]
    assert words_told(jeanne) == [None]
    assert endings.remind() == 0


def test_one_failure_stops_no_other_and_says_nothing_of_the_person(odette, jeanne, with_grant, monkeypatch, caplog):
    ends_in(with_grant, timedelta(days=10))
    represented(odette, jeanne, Kind.RELATIVE, 10)
    put = outbox.put

    def fails_for_jeanne(topic, subject_id, person_id):
        if person_id == jeanne.person.id:
            raise ValueError("Jeanne Garnier")
        return put(topic, subject_id, person_id)

    monkeypatch.setattr(outbox, "put", fails_for_jeanne)
    assert endings.remind() == 2
    assert "Jeanne" not in caplog.text
    monkeypatch.setattr(outbox, "put", put)
    assert endings.remind() == 1, "what failed is tried again"
