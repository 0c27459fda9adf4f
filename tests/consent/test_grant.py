"""A grant opens what the person chose, to the reader they chose, until they end it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.forms.reader import ReaderForm
from consent.models import Category, Establishment, Grant, Professional
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id
from tests.consent import openings

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(odette: Patient, notice: Any, dr_lemoine: Professional) -> Grant:
    """Odette lets Dr Lemoine read her prescriptions for six months."""
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    answers = {
        "reader_number": dr_lemoine.rpps, "rights": ["read"], "extent": "some",
        "categories": ["prescriptions"], "duration": "6m",
    }  # fmt: skip
    perform(get_act("grant.give"), odette.basis, answers, request_id())
    with opened(odette.person.id):
        return Grant.objects.get()


def reads(grant: Grant, category: Category = Category.PRESCRIPTIONS) -> bool:
    return openings.reads(grant.person_id, category, grant.professional)


def test_the_doctor_reads_what_was_opened_and_nothing_else(given: Grant):
    assert reads(given)
    assert not reads(given, Category.REPORTS)


def test_another_doctor_reads_nothing(given: Grant):
    other = Professional.objects.create(rpps="10100000015", name="Dr Autre", profession="Médecin")
    assert not openings.reads(given.person_id, Category.PRESCRIPTIONS, other)


def test_somebody_else_is_not_opened_by_it(given: Grant, aicha: Patient):
    assert not openings.reads(aicha.person.id, Category.PRESCRIPTIONS, given.professional)


def test_a_revoked_access_opens_nothing_any_more(given: Grant, odette: Patient):
    perform(get_act("grant.revoke"), odette.basis, {}, request_id(), given.pk)
    assert not reads(given)


@pytest.mark.parametrize(
    "change",
    [{"ends_at": timezone.now()}, {"can_read": False, "can_deposit": True}, {"revoked_at": timezone.now()}],
    ids=["past its end", "to deposit only", "revoked"],
)
def test_an_access_that_does_not_stand_to_read_opens_nothing(given: Grant, change: dict[str, Any]):
    with opened(given.person_id):
        Grant.objects.update(starts_at=timezone.now() - timedelta(days=400), **change)
    assert not reads(given)


def test_an_access_to_an_establishment_opens_to_those_who_work_there(given: Grant):
    hospital = Establishment.objects.create(finess="230780041", name="Hôpital d’essai", invented=True)
    with opened(given.person_id):
        Grant.objects.update(professional=None, establishment=hospital)
    assert openings.reads(given.person_id, Category.PRESCRIPTIONS, given.professional, hospital)
    assert not openings.reads(given.person_id, Category.PRESCRIPTIONS, given.professional)


@pytest.mark.parametrize("number", ["12345678²", "1234567890²"])
def test_a_number_with_signs_that_only_look_like_digits_is_refused_in_words(odette: Patient, number: str):
    (words,) = ReaderForm({"reader": number}, basis=odette.basis).errors["reader"]
    assert words.startswith("Ce numéro")
