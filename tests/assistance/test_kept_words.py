"""What is kept is in French whatever the language of the page: one record for everyone."""

import pytest
from django.utils.translation import override

from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.models import JournalEntry
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id
from tests.trials.belongings import make_world

pytestmark = pytest.mark.django_db


def test_what_someone_who_reads_english_does_is_written_in_french(notice):
    with override("en"):
        world = make_world(notice)
    person_id = world.odette.patient.person.id
    with opened(person_id):
        entries = JournalEntry.objects.filter(person_id=person_id)
        written = {(entry.code, label): value for entry in entries for label, value in entry.details["facts"]}
    assert written["space.open", "Espace"] == "ouvert"
    assert written["grant.give", "Pour"] == "lire"
    assert written["mandate.signed", "Preuve"] == "le mandat signé, numérisé"
    assert written["mandate.signed", "Durée"] == "1 an"
    assert written["mandate.give", "État"] == "préparé, à signer"
    assert written["visit.started", "Pièce vue"] == "Carte d’identité …123"


def test_what_went_wrong_is_said_in_the_language_of_the_page(odette: Patient, notice):
    with override("en"):
        perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
        with pytest.raises(BusinessError) as caught:
            perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
        assert str(caught.value.message) == "A space is already open for this person."
    assert str(caught.value.message) == "Un espace est déjà ouvert pour cette personne."
