"""An act happens once, whole, with its trace, or not at all."""

import pytest
from django.db import connection

from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.models import Consent, JournalEntry, Person, Receipt, Space
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id

pytestmark = pytest.mark.django_db


def test_opening_makes_one_space_its_consents_one_entry_and_one_receipt(odette: Patient, notice):
    receipt = perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    with opened(odette.person.id):
        assert Space.objects.count() == 1
        assert set(Consent.objects.values_list("purpose", flat=True)) == {"space", "reminders"}
        assert bytes(Consent.objects.first().notice_sha256) == bytes(notice.sha256)
        entry = JournalEntry.objects.get()
        assert (entry.code, entry.outcome, entry.actor_id) == ("space.open", "done", None)
        assert entry.details["facts"][0] == ["Espace", "ouvert"]
        assert receipt.entry_id == entry.pk


def test_the_same_request_twice_gives_the_same_receipt_and_one_act(odette: Patient, notice):
    request = request_id()
    first = perform(get_act("space.open"), odette.basis, open_space_answers(), request)
    second = perform(get_act("space.open"), odette.basis, open_space_answers(), request)
    assert first.pk == second.pk
    with opened(odette.person.id):
        assert JournalEntry.objects.count() == Receipt.objects.count() == 1


def test_a_second_opening_is_refused_in_words(odette: Patient, notice):
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    with pytest.raises(BusinessError, match="déjà ouvert"):
        perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())


def test_without_an_open_basis_every_table_of_a_person_is_empty(odette: Patient, notice):
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    assert Person.objects.count() == Space.objects.count() == Consent.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM keyring.person_key")
        assert cursor.fetchone() == (0,)


def test_nobody_else_passes_the_wall(odette: Patient, aicha: Patient, notice):
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    with opened(aicha.person.id):
        assert not Space.objects.filter(person_id=odette.person.id).exists()
        assert not JournalEntry.objects.filter(person_id=odette.person.id).exists()
