"""Letters about a child: as the parent is written to, and never where nobody of age would read them."""

from datetime import date
from uuid import uuid4

import pytest
from django.core import mail

from assistance import cases
from assistance.models import Letter, LetterState
from consent import linking
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, Via
from consent.models import Case, CaseOutcome, Person, Representation
from consent.models.journal_entry import ActorKind
from consent.wall import opened
from portal.accounts.user import create_account
from tests.assistance.mail_room import claire  # noqa: F401
from tests.assistance.test_told import deliver, reached, words
from tests.cast import JEANNE, PASSWORD, Patient, make_patient
from tests.consent.test_representation import child, milo_of, opening, years_ago

pytestmark = pytest.mark.django_db
BORN = years_ago(8)


@pytest.fixture
def jeanne(db: None) -> Patient:
    return make_patient(JEANNE, "jeanne@exemple.fr")


def only_letter(person: Person) -> Letter:
    deliver(person.pk)
    with opened(person.pk):
        letter = Letter.objects.get(person_id=person.pk)
        assert letter.content
        return letter


@pytest.mark.parametrize(
    ("contact", "state"),
    [
        ({}, LetterState.PREPARED),
        ({"never_write_home": True}, LetterState.HELD),
        ({"channel": "counter"}, LetterState.HELD),
        ({"channel": "screen", "email": "jeanne@exemple.fr"}, LetterState.PREPARED),
    ],
)
def test_a_child_is_written_to_as_the_parent_wants_to_be(jeanne, contact, state):
    reached(jeanne, **contact)
    opening(jeanne, BORN)
    assert only_letter(milo_of(BORN)).state == state


def test_who_has_no_space_is_not_told_of_one(jeanne):
    opening(jeanne, BORN)
    told = words(only_letter(milo_of(BORN)))
    assert "Ce qui a été fait à votre nom" in told
    assert "espace de santé" not in told


def test_the_answer_to_what_a_parent_asked_is_a_letter_though_the_child_is_told_on_screen(jeanne, claire):  # noqa: F811
    opening(jeanne, BORN)
    milo = milo_of(BORN)
    with opened(milo.pk):
        row = Representation.objects.get()
        milo.channel, milo.email = "screen", "jeanne@exemple.fr"
        milo.save()
    by_her = Actor(ActorKind.REPRESENTATIVE, jeanne.user.pk)
    basis = Basis(Via.REPRESENTATION, milo.pk, by_her, right_id=row.pk)
    perform(get_act("rights.rectification"), basis, {"wrong": "Sa commune.", "right": "Bourganeuf"}, uuid4())
    deliver(milo.pk)
    with opened(milo.pk):
        Letter.objects.all().delete()
        case = Case.objects.get()
    cases.answer(cases.CLERKS, case.pk, claire, CaseOutcome.GRANTED, "La commune est corrigée : Bourganeuf.")
    letter = only_letter(milo)
    assert "La commune est corrigée : Bourganeuf." in words(letter)
    assert letter.state == LetterState.PREPARED
    assert mail.outbox == [], "no account of his leads to anything to read"


@pytest.mark.parametrize(("years", "state"), [(14, LetterState.HELD), (15, LetterState.PREPARED)])
def test_before_15_the_code_that_links_an_account_is_handed_over_at_a_counter(monkeypatch, years, state):
    monkeypatch.setattr(linking, "SAME_TIME", 0.0)
    milo = child(date(years_ago(years).year, 1, 1))
    with opened(milo.pk):
        traits = Person.objects.get(pk=milo.pk).traits
    linking.ask_code(create_account("quelquun@exemple.fr", PASSWORD).pk, traits)
    assert only_letter(milo).state == state
