"""What waits to be printed goes home only if it still may: to where the person is written to now, or not at all."""

import pytest
from django.utils import timezone

from assistance import mailing
from assistance.models import Letter, LetterState, WrongStep
from assistance.printed import letters_of_batch
from consent.bases import Actor, Basis, Via
from consent.models import Person, Representation
from consent.models.journal_entry import ActorKind
from consent.models.representation import EndReason
from consent.wall import opened
from tests.assistance.mail_room import claire  # noqa: F401
from tests.assistance.test_home_letters import gives
from tests.assistance.test_told import deliver, forget_letters, letters_of, words
from tests.cast import POSTAL, Patient
from tests.consent.conftest import does
from tests.family import hides

pytestmark = pytest.mark.django_db
REFUGE = "12 rue du Refuge"


def wants_nothing_at_home(odette: Patient) -> None:
    does(odette, "contact.change", {**POSTAL, "never_write_home": True})


def comes_to_the_counter(odette: Patient) -> None:
    does(odette, "contact.change", {**POSTAL, "channel": "counter"})


def dies(odette: Patient) -> None:
    with opened(odette.person.id):
        Person.objects.filter(pk=odette.person.id).update(frozen_at=timezone.now())


@pytest.fixture
def waiting(odette: Patient) -> Letter:
    """A letter to Odette that waits to be printed."""
    does(odette, "rights.complaint", {"what": "Mal reçue.", "wish": ""})
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert letter.state == LetterState.PREPARED
    return letter


def state_of(letter: Letter) -> LetterState:
    with opened(letter.person_id):
        found = Letter.objects.get(pk=letter.pk)
        if found.state == LetterState.HELD:
            assert (found.batch_id, found.printed_at) == (None, None)
        return found.state


CHANGES = [wants_nothing_at_home, comes_to_the_counter, dies]


@pytest.mark.parametrize("change", CHANGES)
def test_a_letter_that_may_go_home_no_more_is_held_instead_of_printed(waiting, odette, change):
    change(odette)
    mailing.advance(waiting.pk, odette.person.id, LetterState.PRINTED)
    assert state_of(waiting) == LetterState.HELD


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_already_in_a_batch_is_left_out_of_it_when_it_is_laid_out(waiting, odette, aicha, claire, change):  # noqa: F811
    does(aicha, "rights.complaint", {"what": "Mal reçue.", "wish": ""})
    deliver(aicha.person.id)
    batch = mailing.make_batch(claire)
    change(odette)
    (sheet,) = letters_of_batch(batch.pk)
    assert "Ben Saïd" in str(sheet)
    assert state_of(waiting) == LetterState.HELD
    (hers,) = letters_of(aicha)
    assert state_of(hers) == LetterState.PRINTED
    assert mailing.post_batch(batch.pk) == 1
    assert state_of(waiting) == LetterState.HELD


@pytest.mark.parametrize("change", [wants_nothing_at_home, comes_to_the_counter])
def test_nobody_prints_a_copy_of_what_waits_at_the_counter_now(waiting, odette, claire, change):  # noqa: F811
    change(odette)
    basis = Basis(Via.SERVICE, odette.person.id, Actor(ActorKind.CLERK, claire.pk), right_id=waiting.pk)
    with pytest.raises(WrongStep):
        mailing.copy_of(waiting, basis)


def test_it_goes_to_where_the_person_is_written_to_when_it_is_printed(waiting, odette, aicha, claire):  # noqa: F811
    batch = mailing.make_batch(claire)
    does(odette, "contact.change", {**POSTAL, "address": REFUGE})
    (sheet,) = letters_of_batch(batch.pk)
    assert REFUGE in str(sheet)
    assert "rue du Château" not in str(sheet)
    (kept, *_later) = letters_of(odette)
    assert kept.content["address"] == ["Odette Garnier", REFUGE, "23600 Boussac"]


def test_a_letter_printed_by_itself_goes_there_too(waiting, odette):
    does(odette, "contact.change", {**POSTAL, "address": REFUGE})
    mailing.advance(waiting.pk, odette.person.id, LetterState.PRINTED)
    (kept, *_later) = letters_of(odette)
    assert (kept.state, kept.content["address"][1]) == (LetterState.PRINTED, REFUGE)


@pytest.mark.parametrize("still", [True, False], ids=["represented", "no more"])
def test_a_letter_that_names_what_was_hidden_since_is_held(noe, jeanne, dr_lemoine, still):
    forget_letters(noe)
    grant = gives(noe, dr_lemoine, "1y")
    deliver(noe.person.id)
    (letter,) = letters_of(noe)
    assert "Lemoine" in words(letter)
    assert letter.state == LetterState.PREPARED
    hides(noe, grant.pk)
    if not still:
        with opened(noe.person.id):
            Representation.objects.get().end(EndReason.PERSON)
    mailing.advance(letter.pk, noe.person.id, LetterState.PRINTED)
    assert state_of(letter) == (LetterState.HELD if still else LetterState.PRINTED)
