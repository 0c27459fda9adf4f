"""A letter that tells what a person hides waits at the counter while someone represents them: it could be opened at home."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assistance.models import Letter, LetterState
from consent import asking, emergency, endings, linking, same_time, summary, telling
from consent.acts.representation import represent
from consent.bases import Basis, Via
from consent.models import Category, Grant, Professional, Space, Telling
from consent.models.representation import EndReason, Kind, Representation
from consent.readers import reader
from consent.telling import last_week, midnight
from consent.wall import opened
from portal.accounts.user import User, create_account
from tests.assistance.counter_cast import draft_mandate, sign, start
from tests.assistance.test_told import chooses, deliver, forget_letters, letters_of, words
from tests.cast import JEANNE, PASSWORD, Patient, make_patient
from tests.consent.conftest import does
from tests.consent.reading_cast import LEMOINE, MOREAU, did_read, reads
from tests.family import account_of, hides, jeanne, noe, place_of_zephyr  # noqa: F401

pytestmark = pytest.mark.django_db


def only_letter(patient: Patient) -> Letter:
    deliver(patient.person.id)
    (letter,) = letters_of(patient)
    return letter


def gives(patient: Patient, doctor: Professional, duration: str) -> Grant:
    """The access that Noé gives to this doctor."""
    terms = {"rights": ["read"], "extent": "all", "categories": [], "duration": duration}
    does(patient, "grant.give", {"reader_number": doctor.rpps, **terms})
    with opened(patient.person.id):
        return Grant.objects.get()


@pytest.fixture
def hiding(noe: Patient, jeanne: Any, dr_lemoine: Professional) -> Patient:  # noqa: F811
    """Noé, who hides from his mother an access that he gave to Dr Lemoine; nothing waits to be told."""
    hides(noe, gives(noe, dr_lemoine, "1y").pk)
    chooses(noe, "each")
    return noe


@pytest.mark.parametrize(("who", "held"), [(LEMOINE, True), (MOREAU, False)], ids=["hidden", "not hidden"])
def test_a_read_by_whoever_holds_a_hidden_access_is_told_at_the_counter(hiding, who, held):
    reads(hiding.person.id, who)
    letter = only_letter(hiding)
    assert who.words.name in words(letter)
    assert letter.state == (LetterState.HELD if held else LetterState.PREPARED)


def test_once_nobody_represents_the_person_it_goes_home_again(hiding):
    with opened(hiding.person.id):
        Representation.objects.get().end(EndReason.PERSON)
    reads(hiding.person.id, LEMOINE)
    assert only_letter(hiding).state == LetterState.PREPARED


def test_a_request_by_whoever_holds_a_hidden_access_is_told_at_the_counter(hiding, dr_lemoine):
    with opened(hiding.person.id):
        basis = Basis(Via.SERVICE, hiding.person.id, reader(account_of(dr_lemoine)))
        asking.ask(basis, dr_lemoine, categories=[Category.REPORTS], reason="Suivi.")
    assert only_letter(hiding).state == LetterState.HELD


def test_a_request_by_someone_of_a_hidden_establishment_is_told_at_the_counter(noe, jeanne):  # noqa: F811
    zephyr, user, grant = place_of_zephyr(noe)
    hides(noe, grant.pk)
    forget_letters(noe)
    with opened(noe.person.id):
        asking.ask(
            Basis(Via.SERVICE, noe.person.id, reader(user)), zephyr, categories=[Category.REPORTS], reason="Suivi."
        )
    letter = only_letter(noe)
    assert "Dr Zéphyr" in words(letter)
    assert letter.state == LetterState.HELD


def test_a_hidden_access_that_is_taken_back_is_told_at_the_counter(hiding):
    with opened(hiding.person.id):
        grant = Grant.objects.get()
    does(hiding, "grant.revoke", {}, grant.pk)
    letter = only_letter(hiding)
    assert "Lemoine" in words(letter)
    assert letter.state == LetterState.HELD


@pytest.mark.parametrize(
    ("scopes", "represented", "held"),
    [
        (["representation.hide", "telling.change"], True, True),
        (["representation.hide", "telling.change"], False, False),
        (["telling.change"], True, False),
    ],
)
def test_a_mandate_to_hide_is_told_at_the_counter_while_someone_represents_the_person(
    desk, karim, odette, scopes, represented, held
):
    if represented:
        made = make_patient(JEANNE, "jeanne@exemple.fr")
        represent(odette.person, made.person, Kind.RELATIVE, ["space.read"], ends_at=timezone.now() + timedelta(90))
    forget_letters(odette)
    url = start(desk)
    sign(draft_mandate(desk, url, scopes=scopes), karim, url)
    desk.post(f"{url}fin/")
    letter = only_letter(odette)
    assert "mandat" in words(letter).lower()
    assert letter.state == (LetterState.HELD if held else LetterState.PREPARED)


@pytest.mark.parametrize("still", [True, False], ids=["represented", "no more"])
def test_the_end_of_an_access_hidden_from_a_parent_is_told_at_the_counter_while_they_represent(
    noe,  # noqa: F811
    jeanne,  # noqa: F811
    dr_lemoine,
    still,
):
    grant = gives(noe, dr_lemoine, "1m")
    with opened(noe.person.id):
        soon = {"starts_at": timezone.now() - timedelta(days=20), "ends_at": timezone.now() + timedelta(days=10)}
        Grant.objects.update(**soon)
    hides(noe, grant.pk)
    deliver(noe.person.id)
    with opened(noe.person.id):
        Letter.objects.all().delete()
        if not still:
            Representation.objects.get().end(EndReason.PERSON)
    endings.remind()
    letter = only_letter(noe)
    assert "Lemoine" in words(letter)
    assert letter.state == (LetterState.HELD if still else LetterState.PREPARED)


@pytest.mark.parametrize("hidden", [True, False])
def test_the_summary_of_the_year_waits_at_the_counter_while_an_access_is_hidden_from_a_parent(
    noe,  # noqa: F811
    jeanne,  # noqa: F811
    dr_lemoine,
    hidden,
):
    grant = gives(noe, dr_lemoine, "1y")
    with opened(noe.person.id):
        Space.objects.update(opened_at=timezone.now() - timedelta(days=366))
    if hidden:
        hides(noe, grant.pk)
    forget_letters(noe)
    summary.tell_year()
    letter = only_letter(noe)
    assert "Lemoine" in words(letter)
    assert letter.state == (LetterState.HELD if hidden else LetterState.PREPARED)


def test_the_code_that_links_an_account_is_handed_over_at_a_counter_while_someone_represents_the_person(
    hiding, monkeypatch
):
    monkeypatch.setattr(linking, "SAME_TIME", 0.0)
    User.objects.filter(pk=hiding.user.pk).update(person_id=None)
    linking.ask_code(create_account("quelquun@exemple.fr", PASSWORD).pk, hiding.person.traits)
    letter = only_letter(hiding)
    assert "compte" in letter.content["subject"]
    assert letter.state == LetterState.HELD


def changes(patient: Patient, doctor: Professional) -> None:
    with opened(patient.person.id):
        grant = Grant.objects.get()
    terms = {"rights": ["read"], "extent": "all", "categories": [], "duration": "1m"}
    does(patient, "grant.change", terms, grant.pk)


def suspends(patient: Patient, doctor: Professional) -> None:
    does(patient, "space.suspend", {})


def asks_a_statement(patient: Patient, doctor: Professional) -> None:
    did_read(patient.person.id, timezone.now() - timedelta(minutes=1))
    does(patient, "statement.ask", {"period": "this-quarter"})


def is_told_of_a_week(patient: Patient, doctor: Professional) -> None:
    with opened(patient.person.id):
        Telling.objects.update(reads="weekly", reads_since=timezone.now() - timedelta(days=30))
    did_read(patient.person.id, midnight(last_week(timezone.localdate())[0]) + timedelta(hours=3))
    telling.tell_week()


def is_opened_in_an_emergency(patient: Patient, doctor: Professional) -> None:
    does(patient, "emergency.allow", {"wish": True})
    forget_letters(patient)
    assert emergency.open_access(account_of(doctor), patient.person.traits, "Malaise au lycée, inconscient.")


@pytest.mark.parametrize("happens", [changes, suspends, asks_a_statement, is_told_of_a_week, is_opened_in_an_emergency])
def test_whatever_names_whoever_holds_a_hidden_access_is_told_at_the_counter(hiding, dr_lemoine, monkeypatch, happens):
    monkeypatch.setattr(same_time, "SAME_TIME", 0.0)
    happens(hiding, dr_lemoine)
    letter = only_letter(hiding)
    assert "Lemoine" in words(letter)
    assert letter.state == LetterState.HELD
