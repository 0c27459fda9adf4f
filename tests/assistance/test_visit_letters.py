"""Letters that wait at the counter: seen in the visit of their person, printed, handed over, and in their traces."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from assistance import mailing
from assistance.letters import write_letter
from assistance.models import Letter, LetterState, Printout
from assistance.roles import leave
from consent import outbox
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.models import Channel, OutboxItem
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.counter_cast import ALL_SCOPES, browser_of, draft_mandate, entries, sign, start
from tests.assistance.test_visit import statements
from tests.cast import Patient

pytestmark = pytest.mark.django_db
TITLE = "Courriers qui attendent cette personne"
CONTACT = {
    "address": "2 rue Neuve",
    "postcode": "23000",
    "town": "Guéret",
    "channel": "post",
    "never_write_home": False,
}


@pytest.fixture(autouse=True)
def no_wait(settings):
    settings.PRINTOUT_WAIT_SECONDS = 0


def write(patient: Patient, channel: Channel = Channel.COUNTER) -> Letter:
    with opened(patient.person.pk):
        patient.person.channel = channel
        patient.person.save()
        content = {"subject": "Essai", "paragraphs": ["Bonjour,"], "tables": [], "closing": ""}
        return write_letter(patient.person, uuid4(), content)


def come_back(patient: Patient) -> Letter:
    letter = write(patient, Channel.POST)
    for state in (LetterState.PRINTED, LetterState.POSTED, LetterState.RETURNED):
        mailing.advance(letter.pk, patient.person.pk, state)
    return letter


def state_of(letter: Letter) -> str:
    with opened(letter.person_id):
        return Letter.objects.get(pk=letter.pk).state


def codes(patient: Patient) -> list[str]:
    return [entry.code for entry in entries(patient.person.pk)]


def test_a_waiting_letter_is_listed_printed_by_the_worker_and_handed_over(desk: Client, karim: User, odette: Patient):
    letter = write(odette)
    url = start(desk)
    page = desk.get(url).content.decode()
    assert TITLE in page
    assert letter.reference in page
    pdf = f"{url}courriers/{letter.pk}/pdf/"
    assert desk.get(pdf).status_code == 202
    with opened(odette.person.pk):
        waiting = OutboxItem.objects.get(topic="print", delivered_at__isnull=True)
        outbox.deliver(waiting.pk, odette.person.pk)
    answer = desk.get(pdf)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert state_of(letter) == LetterState.HELD
    for _click in range(2):
        done = desk.post(f"{url}courriers/{letter.pk}/remis/")
        assert (done.status_code, done.headers["Location"]) == (303, url)
    assert state_of(letter) == LetterState.HANDED
    assert codes(odette) == ["visit.started", "letter.read", "letter.handed"]
    handed = entries(odette.person.pk)[-1]
    assert (handed.via, handed.actor_kind, handed.actor_id) == ("presence", "agent", karim.pk)
    assert handed.details["facts"] == [["Courrier", letter.reference]]
    page = desk.get(url).content.decode()
    assert TITLE not in page
    assert f"Courrier remis au guichet ({letter.reference})" in page


def test_each_of_two_letters_opened_leaves_its_own_trace(desk: Client, odette: Patient):
    letters = [write(odette), write(odette)]
    url = start(desk)
    for letter in [*letters, *letters]:
        desk.get(f"{url}courriers/{letter.pk}/pdf/")
    read = [entry.details["facts"] for entry in entries(odette.person.pk) if entry.code == "letter.read"]
    assert read == [[["Courrier", letter.reference]] for letter in letters]


def test_the_trace_is_in_french_whatever_the_agent_reads(desk: Client, odette: Patient):
    letter = write(odette)
    url = start(desk)
    desk.cookies["django_language"] = "en"
    desk.get(f"{url}courriers/{letter.pk}/pdf/")
    desk.post(f"{url}courriers/{letter.pk}/remis/")
    assert {entry.details["facts"][0][0] for entry in entries(odette.person.pk)[-2:]} == {"Courrier"}


def test_letters_of_somebody_else_are_not_found_and_stay(desk: Client, odette: Patient, aicha: Patient):
    letter = write(aicha)
    url = start(desk)
    assert letter.reference not in desk.get(url).content.decode()
    for answer in (desk.get(f"{url}courriers/{letter.pk}/pdf/"), desk.post(f"{url}courriers/{letter.pk}/remis/")):
        assert answer.status_code == 404
    assert desk.get(f"{url}courriers/{uuid4()}/pdf/").status_code == 404
    assert state_of(letter) == LetterState.HELD
    with opened(aicha.person.pk):
        assert not Printout.objects.exists()


@pytest.mark.parametrize("state", [LetterState.PREPARED, LetterState.POSTED, LetterState.RETURNED])
def test_a_letter_on_its_way_by_post_is_not_handed_over(desk: Client, odette: Patient, state):
    letter = write(odette)
    with opened(odette.person.pk):
        Letter.objects.update(state=state, returned_at=timezone.now())
    url = start(desk)
    assert desk.get(f"{url}courriers/{letter.pk}/pdf/").status_code == 404
    assert desk.post(f"{url}courriers/{letter.pk}/remis/").status_code == 404
    assert state_of(letter) == state


def test_somebody_without_a_row_has_no_letters(desk: Client, odette: Patient):
    letter = write(odette)
    from tests.cast import LUCIEN

    url = start(desk, LUCIEN)
    assert TITLE not in desk.get(url).content.decode()
    assert desk.post(f"{url}courriers/{letter.pk}/remis/").status_code == 404


def test_after_the_end_of_the_visit_nothing_is_handed_over(desk: Client, odette: Patient):
    letter = write(odette)
    url = start(desk)
    desk.post(f"{url}fin/")
    assert desk.post(f"{url}courriers/{letter.pk}/remis/").status_code == 403
    assert desk.get(f"{url}courriers/{letter.pk}/pdf/").status_code == 403
    assert state_of(letter) == LetterState.HELD


def test_another_agent_or_one_who_left_hands_nothing_over(
    desk: Client, karim: User, sonia: User, boussac, odette: Patient
):
    letter = write(odette)
    url = start(desk)
    assert browser_of(sonia).post(f"{url}courriers/{letter.pk}/remis/").status_code == 404
    leave(karim, boussac)
    assert desk.post(f"{url}courriers/{letter.pk}/remis/").status_code == 403
    assert state_of(letter) == LetterState.HELD


@pytest.mark.parametrize(("path", "method"), [("pdf", "post"), ("remis", "get")])
def test_a_wrong_method_is_refused(desk: Client, odette: Patient, path, method):
    assert getattr(desk, method)(f"{start(desk)}courriers/{write(odette).pk}/{path}/").status_code == 405


def test_a_letter_that_came_back_is_told_until_the_address_changes(desk: Client, karim: User, odette: Patient):
    letter = come_back(odette)
    url = start(desk)
    page = desk.get(url).content.decode()
    assert "Adresse à vérifier" in page
    assert letter.reference in page
    assert "actes/contact.change/" not in page
    sign(draft_mandate(desk, url, scopes=[*ALL_SCOPES, "contact.change"]), karim, url)
    assert f'href="{url}actes/contact.change/"' in desk.get(url).content.decode()
    perform(get_act("contact.change"), odette.basis, CONTACT, uuid4())
    assert "Adresse à vérifier" not in desk.get(url).content.decode()
    come_back(odette)
    assert "Adresse à vérifier" in desk.get(url).content.decode()


def test_the_page_costs_the_same_for_one_letter_as_for_twenty(desk: Client, karim: User, odette: Patient):
    url = start(desk)
    sign(draft_mandate(desk, url), karim, url)
    costs = []
    for many in (1, 19):
        for _one in range(many):
            write(odette)
            come_back(odette)
        costs.append(statements(desk, url))
    assert costs[0] == costs[1]
    assert costs[0] <= 12
