"""A representation that ends by a document, by an erasure, by a death or given up: told to the other one, as it was."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assistance.models import Letter
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.bases import Via
from consent.erasure import erase_space
from consent.models import JournalEntry, Person, Representation
from consent.models.representation import EndReason, Kind
from consent.trace.history import how_words, is_by_other, who_words
from consent.wall import opened
from tests.assistance.test_told import deliver, words
from tests.cast import JEANNE, make_patient, open_space_answers, request_id
from tests.consent.conftest import does
from tests.consent.test_representation import gives
from tests.trials.world import World

pytestmark = pytest.mark.django_db


def on_paper(world: World, person: Person, code: str, answers: dict, target=None) -> None:
    act = get_act(code)
    perform(act, world.basis(act, Via.PAPER, person), answers, request_id(), target)


def last_letter(person: Person) -> str:
    """What the last letter to this person says."""
    deliver(person.id)
    with opened(person.id):
        return words(Letter.objects.filter(person_id=person.id).latest("created_at"))


def test_a_judgment_that_lifts_it_is_told_to_who_held_it_and_not_as_the_persons_choice():
    world = World()
    row = world.guardian(world.odette)
    on_paper(world, world.odette, "representation.lift", {"document": "jugement de mainlevée, Guéret"}, row.pk)
    told = last_letter(world.jeanne)
    assert "Personne représentée Odette Garnier" in told, "they may represent several"
    assert "un document, jugement ou acte, y met fin" in told
    assert "la personne y a mis fin" not in told


def test_the_erasure_of_who_represents_is_in_the_persons_history_and_told_without_saying_why(odette, with_space):
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    gives(odette.person, jeanne, Kind.RELATIVE, "space.read")
    does(jeanne, "space.open", open_space_answers())
    does(jeanne, "space.close", {"way": "erase"})
    does(jeanne, "space.erase", {"no_way_back": True, "wish": True})
    assert erase_space(jeanne.person.id)
    with opened(odette.person.id):
        row = Representation.objects.get()
        assert (row.end_reason, row.name) == (EndReason.ERASED, "–")
        entry = JournalEntry.objects.get(person_id=odette.person.id, code="representation.ended")
        assert (entry.actor_kind, entry.details["facts"]) == ("machine", [])
    assert "Représentation terminée" in last_letter(odette.person)


def test_one_whose_date_had_come_is_not_told_again_when_who_held_it_is_erased(odette, with_space):
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    past = timezone.now() - timedelta(days=1)
    row = represent(odette.person, jeanne.person, Kind.RELATIVE, ["space.read"], ends_at=timezone.now() + timedelta(1))
    with opened(odette.person.id):
        Representation.objects.filter(pk=row.pk).update(starts_at=past - timedelta(days=9), ends_at=past)
    does(jeanne, "space.open", open_space_answers())
    does(jeanne, "space.close", {"way": "erase"})
    does(jeanne, "space.erase", {"no_way_back": True, "wish": True})
    assert erase_space(jeanne.person.id)
    with opened(odette.person.id):
        assert not JournalEntry.objects.filter(code="representation.ended").exists()


def test_the_death_of_a_guardian_is_told_to_the_ward_as_an_end_and_no_more():
    world = World()
    world.guardian(world.odette)
    on_paper(world, world.jeanne, "space.freeze", {"died_on": date(2026, 11, 1), "document": "acte de décès"})
    told = last_letter(world.odette)
    assert "Représentation terminée" in told
    assert "décè" not in told
    assert "décédé" not in told


def test_who_gave_it_up_is_named_to_the_person(odette, with_space):
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    row = gives(odette.person, jeanne, Kind.RELATIVE, "space.read")
    does(jeanne, "representation.end", {}, row.pk)
    with opened(odette.person.id):
        entry = JournalEntry.objects.get(code="representation.ended")
        assert who_words(entry) == "Jeanne Garnier (proche)"
        assert is_by_other(entry)
        assert how_words(entry) != "en ligne"
