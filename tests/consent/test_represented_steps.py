"""Whatever is posted to the pages of an act, a representative sees nothing of it beyond their right, nor without a trace."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from consent.models import Grant, Person, Professional, Representation
from consent.models.journal_entry import Outcome
from consent.models.representation import EndReason
from consent.wall import opened
from tests.cast import Patient
from tests.consent.conftest import check, confirm
from tests.family import Mother, does, entries

pytestmark = pytest.mark.django_db
ALLERGY = "Pénicilline, depuis l’enfance"
# What shows something of the space on their forms: the sheet, the traces, the accesses, the address.
FORMS = ("emergency.write", "entry.contest", "grant.revoke", "contact.change")
POSTED = {
    "answers of nobody": {"step": "confirm", "answers": "x"},
    "answers to correct": {"step": "edit", "answers": "x"},
    "a form": {"allergies": ""},
    "nothing": {},
}


@pytest.fixture
def full(noe: Patient, dr_lemoine: Professional) -> Patient:
    """Noé, whose space holds something on each of these pages."""
    does(noe, "emergency.write", {"allergies": ALLERGY, "treatments": "", "wishes": "", "to_call": ""})
    terms = {"rights": ["read"], "extent": "all", "categories": [], "duration": "1y"}
    does(noe, "grant.give", {**terms, "reader_number": dr_lemoine.rpps})
    return noe


def ends(noe: Patient, jeanne: Mother) -> None:
    with opened(noe.person.id):
        Representation.objects.get(pk=jeanne.row.pk).end(EndReason.PERSON)


def grows_up(noe: Patient, jeanne: Mother) -> None:
    now = timezone.now()
    with opened(noe.person.id):
        Representation.objects.update(starts_at=now - timedelta(9), ends_at=now - timedelta(1))


def dies(noe: Patient, jeanne: Mother) -> None:
    with opened(noe.person.id):
        Person.objects.filter(pk=noe.person.pk).update(frozen_at=timezone.now())


def suspends(noe: Patient, jeanne: Mother) -> None:
    does(noe, "space.suspend", {})


@pytest.mark.parametrize("posted", POSTED.values(), ids=POSTED)
@pytest.mark.parametrize("happens", [ends, grows_up, dies, suspends])
def test_once_the_right_is_over_no_step_shows_anything_and_each_try_is_kept(full, jeanne, mother, happens, posted):
    happens(full, jeanne)
    for code in FORMS:
        answer = mother.post(jeanne.at(f"actes/{code}/"), posted)
        assert answer.status_code == 403, code
        text = answer.content.decode()
        assert not any(word in text for word in (ALLERGY, "Lemoine", "Ouvrir mon espace")), code
    assert len(entries(full, outcome=Outcome.REFUSED)) == len(FORMS)


@pytest.mark.parametrize("posted", POSTED.values(), ids=POSTED)
def test_a_step_that_shows_the_history_is_a_reading_of_it(full, jeanne, mother, posted):
    (line,) = entries(full, code="emergency.write")
    answer = mother.post(jeanne.at(f"actes/entry.contest/{line.pk}/"), posted)
    assert answer.status_code in (400, 422)
    assert [entry.actor_id for entry in entries(full, code="history.read")] == [jeanne.user.pk]


def test_the_steps_of_one_form_are_one_reading(full, jeanne, mother):
    (line,) = entries(full, code="emergency.write")
    url = jeanne.at(f"actes/entry.contest/{line.pk}/")
    checked = check(mother, url, {"why": "Ce n’est pas lui."})
    assert confirm(mother, url, checked).status_code == 303
    assert len(entries(full, code="history.read")) == 1


def test_giving_up_twice_is_one_end_and_leads_to_its_receipt(full, jeanne, mother: Client):
    url = jeanne.at(f"actes/representation.end/{jeanne.row.pk}/")
    page = mother.get(url)
    first, second = confirm(mother, url, page), confirm(mother, url, page)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.url == second.url
    assert len(entries(full, code="representation.end", outcome=Outcome.DONE)) == 1
    assert Grant.objects.count() == 0, "the wall is closed again"


def test_the_trace_of_coming_in_is_in_french_whatever_the_language_of_who_represents(noe, jeanne, mother):
    assert mother.get(jeanne.at(), headers={"accept-language": "en"}).status_code == 200
    (entry,) = entries(noe, code="representation.entered")
    assert [label for label, _value in entry.details["facts"]] == ["Peut lire"]
