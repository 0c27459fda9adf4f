"""Letters: printed, posted, returned or handed over, and who sees what of them."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance import mailing, printing
from assistance.letters import write_answer, write_letter
from assistance.models import Letter, LetterBatch, LetterState, Printout, PrintoutKind
from consent import outbox
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.crypto import files
from consent.erasure import erase_space
from consent.models import Channel, JournalEntry, Space
from consent.models.journal_entry import ActorKind
from consent.reading import read
from consent.traits import Traits
from consent.wall import opened
from tests.assistance.mail_room import *  # noqa: F403
from tests.assistance.mail_room import deliver_all, staff
from tests.assistance.pdf import text_of
from tests.cast import make_patient
from tests.consent.conftest import does, with_space  # noqa: F401
from tests.family import born

pytestmark = pytest.mark.django_db


def content() -> dict:
    return {"subject": "Essai", "paragraphs": ["Bonjour,"], "tables": [], "closing": ""}


def write(patient, **contact) -> Letter:
    with opened(patient.person.pk):
        for name, value in contact.items():
            setattr(patient.person, name, value)
        patient.person.save()
        return write_letter(patient.person, uuid4(), content())


def write_to_nobody() -> Letter:
    with opened(None):
        return write_answer(uuid4(), ["Lucien Perrin", "2 place du Marché", "23600 Boussac"], content())


def state_of(letter: Letter) -> Letter:
    with opened(letter.person_id):
        return Letter.objects.get(pk=letter.pk)


@pytest.fixture(autouse=True)
def no_wait(settings):
    settings.PRINTOUT_WAIT_SECONDS = 0


def step(desk, letter, name):
    return desk.post(f"/service/lettres/{letter.pk}/", {"step": name})


def test_a_letter_is_printed_posted_and_comes_back_each_with_its_time(desk, odette):
    letter = write(odette)
    answer = step(desk, letter, "printed")
    assert answer.status_code == 303
    assert answer["Location"] == f"/service/lettres/{letter.pk}/pdf/"
    assert step(desk, letter, "posted").status_code == 303
    assert step(desk, letter, "returned").status_code == 303
    now = state_of(letter)
    assert now.state == LetterState.RETURNED
    assert now.printed_at < now.posted_at < now.returned_at
    with opened(odette.person.pk):
        assert mailing.at_counter(odette.person.pk) == mailing.AtCounter([], [now])
        assert JournalEntry.objects.filter(code="letter.returned").count() == 1
    page = desk.get("/service/lettres/?etat=returned").content.decode()
    assert letter.reference in page
    assert "adresse de ces personnes est à vérifier" in page


@pytest.mark.parametrize(("years", "first"), [(14, "Aux représentants légaux de Milo Garnier"), (15, "Milo Garnier")])
def test_a_letter_about_a_child_under_15_goes_to_who_represents_them(db, years, first):
    letter = write(make_patient(Traits("Garnier", "Milo", born(years), "M", "23031"), "milo@exemple.fr"))
    with opened(letter.person_id):
        assert letter.content["address"] == [first, "4 rue du Château", "23600 Boussac"]


@pytest.mark.parametrize("wrong", ["posted", "returned", "handed", "", "prepared"])
def test_no_step_is_skipped(wrong, desk, odette):
    letter = write(odette)
    assert step(desk, letter, wrong).status_code in (409, 422)
    assert state_of(letter).state == LetterState.PREPARED


def test_the_same_step_twice_is_told_and_changes_nothing(desk, odette):
    letter = write(odette)
    step(desk, letter, "printed")
    first = state_of(letter).printed_at
    again = step(desk, letter, "printed")
    assert again.status_code == 409
    assert "déjà changé" in again.content.decode()
    assert state_of(letter).printed_at == first


def test_opening_a_letter_is_a_read_that_its_person_sees_once_a_look(desk, odette, claire):
    letter = write(odette)
    url = f"/service/lettres/{letter.pk}/pdf/"
    assert desk.get(url).status_code == 202
    assert desk.get(url).status_code == 202
    with opened(odette.person.pk):
        entry = JournalEntry.objects.get(code="letter.read")
        assert (entry.nature, entry.via, entry.actor_kind, entry.actor_id) == ("read", "service", "clerk", claire.pk)
        assert entry.details["facts"] == [["Courrier", letter.reference]]
        assert Printout.objects.get().kind == PrintoutKind.LETTER


def test_a_clerk_does_not_open_their_own_letter(desk, odette, claire):
    letter = write(odette)
    odette.user.person_id, claire.person_id = None, odette.person.pk
    odette.user.save()
    claire.save()
    assert desk.get(f"/service/lettres/{letter.pk}/pdf/").status_code == 403
    assert step(desk, letter, "printed").status_code == 409
    with opened(odette.person.pk):
        assert JournalEntry.objects.get(code="letter.read").outcome == "refused"
        assert not Printout.objects.exists()


def test_the_duty_of_the_service_opens_letters_and_nothing_else(odette, claire):
    for user, code in ((claire, "grant.read"), (staff("karim@boussac.exemple.fr", "Karim"), "letter.read")):
        basis = Basis(Via.SERVICE, odette.person.pk, Actor(ActorKind.CLERK, user.pk))
        with pytest.raises(BasisRefused):
            read(basis, code, [], lambda: pytest.fail("it was read"))


def test_for_whoever_is_no_clerk_there_are_no_letters(sign_in, odette):
    letter = write(odette)
    stranger = sign_in(staff("karim@boussac.exemple.fr", "Karim"))
    for url in ("/service/lettres/", f"/service/lettres/{letter.pk}/pdf/", f"/service/lettres/lot/{uuid4()}/pdf/"):
        assert stranger.get(url).status_code == 404
    for url in (f"/service/lettres/{letter.pk}/", "/service/lettres/lot/", f"/service/lettres/lot/{uuid4()}/postes/"):
        assert stranger.post(url).status_code == 404


def test_what_does_not_exist_is_not_found_and_a_wrong_method_is_refused(desk, odette):
    letter = write(odette)
    nothing = uuid4()
    assert desk.get(f"/service/lettres/{nothing}/pdf/").status_code == 404
    assert desk.post(f"/service/lettres/{nothing}/", {"step": "printed"}).status_code == 404
    assert desk.get(f"/service/lettres/lot/{nothing}/pdf/").status_code == 404
    assert desk.post(f"/service/lettres/lot/{nothing}/postes/").status_code == 404
    assert desk.get(f"/service/lettres/{letter.pk}/").status_code == 405
    assert desk.get("/service/lettres/lot/").status_code == 405
    assert desk.post("/service/lettres/").status_code == 405
    assert desk.post(f"/service/lettres/{letter.pk}/pdf/").status_code == 405


def test_the_list_shows_references_and_dates_and_nobody(desk, odette):
    letter = write(odette)
    page = desk.get("/service/lettres/").content.decode()
    assert letter.reference in page
    for personal in ("Garnier", "Odette", "Château", "Essai"):
        assert personal not in page


def test_a_batch_takes_every_letter_to_print_once_and_a_machine_prints_it(desk, odette, aicha):
    letters = [write(odette), write(aicha), write_to_nobody()]
    held = write(odette, channel=Channel.COUNTER)
    answer = desk.post("/service/lettres/lot/")
    assert answer.status_code == 303
    assert answer["Location"].endswith("/pdf/")
    batch = LetterBatch.objects.get()
    assert {state_of(one).batch_id for one in letters} == {batch.pk}
    assert {state_of(one).state for one in letters} == {LetterState.PRINTED}
    assert state_of(held).state == LetterState.HELD
    assert desk.get(answer["Location"]).status_code == 202
    deliver_all()
    with opened(odette.person.pk):
        entry = JournalEntry.objects.get()
        assert (entry.code, entry.nature, entry.actor_kind, entry.actor_id) == (
            "letter.printed", "event", "machine", None,
        )  # fmt: skip
    again = desk.post("/service/lettres/lot/")
    assert again.status_code == 409
    assert LetterBatch.objects.count() == 1


def test_a_batch_is_posted_once_and_what_was_about_nobody_is_emptied(
    desk, odette, own_store, django_capture_on_commit_callbacks
):
    known, unknown = write(odette), write_to_nobody()
    desk.post("/service/lettres/lot/")
    batch = LetterBatch.objects.get()
    with opened(None):
        printout = printing.ask(PrintoutKind.BATCH, person_id=None, subject_id=batch.pk)
        item = outbox.OutboxItem.objects.get(topic="print")
    outbox.deliver(item.pk, None)
    with opened(None):
        assert Printout.objects.get(pk=printout.pk).ready_at
    pdf = desk.get(f"/service/lettres/lot/{batch.pk}/pdf/")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")
    url = f"/service/lettres/lot/{batch.pk}/postes/"
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(url).status_code == 303
    assert state_of(known).state == state_of(unknown).state == LetterState.POSTED
    with opened(odette.person.pk):
        assert state_of(known).content["subject"] == "Essai"
    assert state_of(unknown).content is None
    assert not [path for path in own_store.rglob("*") if path.is_file()]
    assert desk.post(url).status_code == 409
    assert desk.get(f"/service/lettres/lot/{batch.pk}/pdf/").status_code == 404


def test_the_pdf_of_a_batch_goes_with_whoever_is_erased_and_is_made_anew_for_the_others(
    desk,
    odette,
    with_space,  # noqa: F811
    own_store,
    django_capture_on_commit_callbacks,
):
    write(odette)
    write_to_nobody()
    desk.post("/service/lettres/lot/")
    batch = LetterBatch.objects.get()

    def printed() -> Printout:
        with opened(None):
            made = printing.ask(PrintoutKind.BATCH, person_id=None, subject_id=batch.pk)
            item = outbox.OutboxItem.objects.get(topic="print", subject_id=made.pk)
        outbox.deliver(item.pk, None)
        with opened(None):
            made.refresh_from_db()
        return made

    before = printed()
    assert "Garnier" in text_of(b"".join(files.read(before.path, None)))
    does(odette, "space.close", {"way": "erase"})
    with opened(odette.person.pk):
        Space.objects.update(erase_after=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_space(odette.person.pk)
    with opened(None):
        assert not Printout.objects.filter(pk=before.pk).exists()
    assert not [path for path in own_store.rglob("*") if path.is_file()]
    after = text_of(b"".join(files.read(printed().path, None)))
    assert "Garnier" not in after
    assert "Perrin" in after


def test_a_single_letter_about_nobody_is_emptied_once_posted(desk):
    letter = write_to_nobody()
    assert desk.get(f"/service/lettres/{letter.pk}/pdf/").status_code == 202
    step(desk, letter, "printed")
    step(desk, letter, "posted")
    assert state_of(letter).content is None
    with opened(None):
        assert not Printout.objects.exists()
    assert desk.get(f"/service/lettres/{letter.pk}/pdf/").status_code == 404


def test_a_letter_held_at_a_counter_is_not_posted(desk, odette):
    letter = write(odette, never_write_home=True, channel=Channel.SCREEN)
    assert state_of(letter).state == LetterState.HELD
    assert step(desk, letter, "printed").status_code == 409
    assert desk.get(f"/service/lettres/{letter.pk}/pdf/").status_code == 404
    with opened(odette.person.pk):
        assert mailing.at_counter(odette.person.pk) == mailing.AtCounter([letter], [])


def test_a_letter_is_handed_over_in_a_visit_and_nowhere_else(odette):
    letter = write(odette, channel=Channel.COUNTER)
    with pytest.raises(BasisRefused):
        mailing.hand_over(letter.pk, Basis(Via.PRESENCE, odette.person.pk, Actor(ActorKind.AGENT, uuid4(), 137)))
    assert state_of(letter).state == LetterState.HELD


def test_the_list_asks_as_many_questions_for_one_letter_as_for_fifty(desk, odette):
    asked = []
    for many in (1, 49):
        for _ in range(many):
            write(odette)
        with CaptureQueriesContext(connection) as questions:
            assert desk.get("/service/lettres/").status_code == 200
        asked.append(len(questions))
    assert asked[0] == asked[1]
    assert asked[0] <= 12


def test_the_first_page_counts_what_waits(desk, odette):
    write(odette)
    page = desk.get("/service/").content.decode()
    assert "1 courrier à imprimer" in page
    assert "à traiter" in page
