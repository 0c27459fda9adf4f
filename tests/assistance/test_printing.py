"""A printout is asked for once, made by the worker, kept encrypted, sent, and forgotten after a day."""

import logging
import os
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from assistance import printing
from assistance.letters import write_letter
from assistance.models import (
    Counter,
    Letter,
    LetterBatch,
    Mandate,
    PersonalForm,
    Printout,
    PrintoutKind,
    Visit,
    VisitEnd,
)  # fmt: skip
from assistance.pages.printout import printout_response
from assistance.printed import form_name, notice_name
from consent import outbox
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, Via
from consent.crypto import files
from consent.crypto.person_key import destroy_key
from consent.models import OutboxItem
from consent.models.journal_entry import ActorKind
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def press(monkeypatch):
    """The real press where nothing is said; a test may ask for one that fails."""
    from assistance.paper import render

    return render


@pytest.fixture
def counter(db) -> Counter:
    return Counter.objects.create(
        number=137, name="Boussac", postcode="23600", town="BOUSSAC", insee="23031", department="23",
        town_key="boussac", search_text="boussac",
    )  # fmt: skip


@pytest.fixture
def karim(django_user_model):
    from portal.accounts.user import create_account

    return create_account("karim@exemple.fr", "une phrase pour les essais")


def deliver_all(person_id=None) -> None:
    with opened(person_id):
        due = list(OutboxItem.objects.filter(topic="print", delivered_at__isnull=True, person_id=person_id))
    for item in due:
        outbox.deliver(item.pk, person_id)


def made(kind: PrintoutKind, person_id=None, **more) -> Printout:
    """Ask, let the worker do it, and look."""
    printout = printing.ask(kind, person_id=person_id, **more)
    assert printout.ready_at is None
    deliver_all(person_id)
    return printing.find(printout.pk, person_id)


def content(printout: Printout) -> bytes:
    with opened(printout.person_id):
        return b"".join(files.read(printout.path, printout.person_id))


def text_of(pdf: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    return " ".join("\n".join(page.get_textpage().get_text_bounded() for page in document).split())


def mandate_of(patient: Patient, counter: Counter) -> Mandate:
    with opened(patient.person.id):
        return Mandate.objects.create(
            reference="MD-7K2P-9QXA", person=patient.person, counter=counter, scopes=["space.open"],
            duration="year", signer="person",
        )  # fmt: skip


def letter_of(patient: Patient, subject: str = "Un sujet") -> Letter:
    with opened(patient.person.id):
        words = {"subject": subject, "paragraphs": ["Bonjour,"], "closing": "Au revoir."}
        return write_letter(patient.person, uuid4(), words)


def test_a_mandate_is_printed_with_the_names_of_both_parties(odette: Patient, counter: Counter):
    mandate = mandate_of(odette, counter)
    printout = made(PrintoutKind.MANDATE, odette.person.id, subject_id=mandate.pk)
    words = text_of(content(printout))
    assert "MD-7K2P-9QXA" in words
    assert "Garnier" in words
    assert "Boussac" in words


def test_a_mandate_can_be_asked_for_in_large_print(odette: Patient, counter: Counter):
    mandate = mandate_of(odette, counter)
    normal = made(PrintoutKind.MANDATE, odette.person.id, subject_id=mandate.pk)
    large = made(PrintoutKind.MANDATE, odette.person.id, subject_id=mandate.pk, large_print=True)
    assert normal.pk != large.pk
    assert len(text_of(content(large))) > 0
    assert content(large) != content(normal)


def test_a_receipt_is_printed_from_its_trace(odette: Patient, notice):
    receipt = perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    printout = made(PrintoutKind.RECEIPT, odette.person.id, subject_id=receipt.pk)
    assert str(receipt.pk) in text_of(content(printout))


def test_the_receipt_of_someone_of_whom_nothing_is_kept_is_printed_too(notice):
    public = Basis(Via.PUBLIC, None, Actor(ActorKind.PUBLIC))
    traits = {
        "birth_name": "Perrin", "first_names": "Lucien", "birth_date": timezone.datetime(1950, 7, 2).date(),
        "sex": "M", "birth_place": "23176", "nir": "", "wish": True,
    }  # fmt: skip
    receipt = perform(get_act("space.refuse"), public, traits, request_id())
    printout = made(PrintoutKind.RECEIPT, None, subject_id=receipt.pk)
    words = text_of(content(printout))
    assert str(receipt.pk) in words
    assert "Perrin" not in words


def test_the_receipt_of_a_visit_tells_all_that_was_done(odette: Patient, counter: Counter, karim, notice):
    with opened(odette.person.id):
        visit = Visit.objects.create(counter=counter, agent=karim, person_id=odette.person.id, ended_at=timezone.now(),
                                     end_reason=VisitEnd.ENDED)  # fmt: skip
    basis = Basis(Via.SELF, odette.person.id, odette.basis.actor, visit_id=visit.pk)
    perform(get_act("space.open"), basis, open_space_answers(), request_id())
    printout = made(PrintoutKind.VISIT, odette.person.id, subject_id=visit.pk)
    words = text_of(content(printout))
    assert str(get_act("space.open").label) in words
    assert "Boussac" in words


def test_a_letter_is_printed_to_its_address(odette: Patient):
    letter = letter_of(odette, "Votre mandat")
    words = text_of(content(made(PrintoutKind.LETTER, odette.person.id, subject_id=letter.pk)))
    assert letter.reference in words
    assert "23600 Boussac" in words


def test_a_batch_is_one_pdf_of_all_its_letters(odette: Patient, aicha: Patient):
    batch = LetterBatch.objects.create()
    letters = [letter_of(odette, "Pour Odette"), letter_of(aicha, "Pour Aïcha")]
    for patient, letter in zip([odette, aicha], letters, strict=True):
        with opened(patient.person.id):
            Letter.objects.filter(pk=letter.pk).update(batch=batch)
    words = text_of(content(made(PrintoutKind.BATCH, None, subject_id=batch.pk)))
    assert "Pour Odette" in words
    assert "Pour Aïcha" in words


def test_a_notice_is_printed_by_its_version_and_language(notice):
    words = text_of(content(made(PrintoutKind.NOTICE, None, name=notice_name(notice))))
    assert "Rien n’existe sans vous." in words


def test_the_blank_form_of_an_act_is_printed(db):
    act = get_act("grant.give")
    words = text_of(content(made(PrintoutKind.FORM, None, name=form_name(act))))
    assert str(act.label) in words


def test_a_personal_form_says_for_whom_it_was_made(odette: Patient):
    with opened(odette.person.id):
        form = PersonalForm.objects.create(reference="PF-7K2P-9QXA", person_id=odette.person.id, act_code="space.close")
    words = text_of(content(made(PrintoutKind.FORM, odette.person.id, subject_id=form.pk)))
    assert "PF-7K2P-9QXA" in words
    assert "Odette Garnier" in words


def test_a_printout_lies_encrypted_under_its_persons_key(odette: Patient):
    letter = letter_of(odette)
    printout = made(PrintoutKind.LETTER, odette.person.id, subject_id=letter.pk)
    with default_storage.open(printout.path) as raw:
        assert b"%PDF" not in raw.read()
    with pytest.raises(files.FileUnreadable):
        files.read(printout.path, None)


def test_a_double_click_asks_once(odette: Patient):
    letter = letter_of(odette)
    first = printing.ask(PrintoutKind.LETTER, person_id=odette.person.id, subject_id=letter.pk)
    second = printing.ask(PrintoutKind.LETTER, person_id=odette.person.id, subject_id=letter.pk)
    assert first.pk == second.pk
    with opened(odette.person.id):
        assert OutboxItem.objects.filter(topic="print").count() == 1


def test_what_cannot_change_is_printed_once_and_what_can_is_printed_anew(odette: Patient, counter: Counter):
    letter, mandate = letter_of(odette), mandate_of(odette, counter)
    for kind, subject, again in [(PrintoutKind.LETTER, letter, True), (PrintoutKind.MANDATE, mandate, False)]:
        first = made(kind, odette.person.id, subject_id=subject.pk)
        with opened(odette.person.id):
            hour_ago = timezone.now() - timedelta(hours=1)
            Printout.objects.filter(pk=first.pk).update(asked_at=hour_ago, ready_at=hour_ago)
        second = printing.ask(kind, person_id=odette.person.id, subject_id=subject.pk)
        assert (second.pk == first.pk) is again


def test_one_persons_printout_is_never_anothers(odette: Patient, aicha: Patient):
    letter = letter_of(odette)
    printing.ask(PrintoutKind.LETTER, person_id=odette.person.id, subject_id=letter.pk)
    with opened(aicha.person.id):
        assert not Printout.objects.exists()
    stolen = printing.ask(PrintoutKind.LETTER, person_id=aicha.person.id, subject_id=letter.pk)
    for _ in range(printing.MOST_TRIES - 1):
        with pytest.raises(Letter.DoesNotExist):
            deliver_all(aicha.person.id)
    deliver_all(aicha.person.id)
    assert printing.find(stolen.pk, aicha.person.id).failed_at


def test_what_cannot_be_made_is_tried_four_times_then_failed_without_a_word_of_it(
    odette: Patient, press, monkeypatch, caplog
):
    def broken(sheet):
        raise ValueError("Odette Garnier, 4 rue du Château")

    monkeypatch.setattr(press, "render", broken)
    letter = letter_of(odette)
    printout = printing.ask(PrintoutKind.LETTER, person_id=odette.person.id, subject_id=letter.pk)
    with opened(odette.person.id):
        item = OutboxItem.objects.get(topic="print")
    with caplog.at_level(logging.DEBUG):
        for tried in range(1, printing.MOST_TRIES):
            outbox.sweep(older_than=timedelta(0))
            with opened(odette.person.id):
                assert OutboxItem.objects.get(pk=item.pk).attempts == tried
            assert printing.find(printout.pk, odette.person.id).failed_at is None
        outbox.sweep(older_than=timedelta(0))
    assert printing.find(printout.pk, odette.person.id).failed_at
    assert "Garnier" not in caplog.text
    assert "Château" not in caplog.text
    assert str(printout.pk) in caplog.text
    assert outbox.sweep(older_than=timedelta(0)) == 0
    monkeypatch.undo()
    again = printing.ask(PrintoutKind.LETTER, person_id=odette.person.id, subject_id=letter.pk)
    assert again.pk != printout.pk


def test_a_worker_killed_at_every_try_is_a_failure_in_the_end(odette: Patient, press, monkeypatch):
    letter = letter_of(odette)
    printout = printing.ask(PrintoutKind.LETTER, person_id=odette.person.id, subject_id=letter.pk)
    with opened(odette.person.id):
        item = OutboxItem.objects.get(topic="print")
        # A killed worker leaves only what was committed before: the count of its try.
        OutboxItem.objects.filter(pk=item.pk).update(attempts=printing.MOST_TRIES)
    monkeypatch.setattr(press, "render", lambda sheet: pytest.fail("tried once more"))
    assert outbox.deliver(item.pk, odette.person.id)
    assert printing.find(printout.pk, odette.person.id).failed_at


def test_after_a_day_nothing_is_left_of_a_printout(odette: Patient, notice):
    old = made(PrintoutKind.LETTER, odette.person.id, subject_id=letter_of(odette).pk)
    public = made(PrintoutKind.NOTICE, None, name=notice_name(notice))
    young = made(PrintoutKind.LETTER, odette.person.id, subject_id=letter_of(odette).pk)
    for printout in (old, public):
        with opened(printout.person_id):
            Printout.objects.filter(pk=printout.pk).update(asked_at=timezone.now() - timedelta(hours=25))
    assert printing.purge() == 2
    assert printing.find(old.pk, odette.person.id) is printing.find(public.pk, None) is None
    assert not default_storage.exists(old.path)
    assert not default_storage.exists(public.path)
    assert content(young)
    assert printing.purge() == 0


def test_a_file_that_a_killed_worker_left_goes_too(odette: Patient):
    fresh = made(PrintoutKind.LETTER, odette.person.id, subject_id=letter_of(odette).pk)
    left = files.store([b"%PDF-"], person_id=None, folder=printing.FOLDER)
    half = files._waiting_file()
    two_days_ago = time.time() - 48 * 3600
    for path in (default_storage.path(left), half):
        os.utime(path, (two_days_ago, two_days_ago))
    printing.purge()
    assert not default_storage.exists(left)
    assert not half.exists()
    assert content(fresh)


# -- The page --------------------------------------------------------------------------------------


@pytest.fixture
def request_of_someone(rf: RequestFactory) -> HttpRequest:
    return rf.get("/quelque-part/?page=2")


def sent(request, printout, **more):
    return printout_response(request, printout, filename="recu.pdf", back_url="/retour/", **more)


def test_a_ready_printout_is_sent_whole_to_be_looked_at(request_of_someone, odette: Patient):
    printout = made(PrintoutKind.LETTER, odette.person.id, subject_id=letter_of(odette).pk)
    answer = sent(request_of_someone, printout)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="recu.pdf"'
    assert answer.getvalue() == content(printout)


def test_what_takes_long_says_so_and_where_to_look_again(request_of_someone, odette: Patient, settings):
    settings.PRINTOUT_WAIT_SECONDS = 0.3
    printout = printing.ask(PrintoutKind.LETTER, person_id=odette.person.id, subject_id=letter_of(odette).pk)
    answer = sent(request_of_someone, printout)
    assert answer.status_code == 202
    page = answer.content.decode()
    assert 'href="/quelque-part/?page=2"' in page
    assert 'href="/retour/"' in page


@pytest.mark.parametrize("fault", ["failed", "purged", "file gone", "person erased"])
def test_what_could_not_be_made_is_said_plainly(request_of_someone, odette: Patient, fault: str):
    printout = made(PrintoutKind.LETTER, odette.person.id, subject_id=letter_of(odette).pk)
    with opened(odette.person.id):
        if fault == "failed":
            Printout.objects.filter(pk=printout.pk).update(failed_at=timezone.now(), ready_at=None)
        elif fault == "purged":
            Printout.objects.filter(pk=printout.pk).delete()
        elif fault == "person erased":
            destroy_key(odette.person.id)
        else:
            files.delete(printout.path)
    if fault in ("failed", "purged"):
        printout.ready_at = None
    answer = sent(request_of_someone, printout)
    assert answer.status_code == 503
    assert "Que faire ?" in answer.content.decode()
    assert 'href="/retour/"' in answer.content.decode()


def test_a_page_that_finds_its_printout_ready_asks_the_database_once(
    request_of_someone, odette: Patient, django_assert_max_num_queries
):
    letter = letter_of(odette)
    made(PrintoutKind.LETTER, odette.person.id, subject_id=letter.pk)
    with django_assert_max_num_queries(12):
        printout = printing.ask(PrintoutKind.LETTER, person_id=odette.person.id, subject_id=letter.pk)
        assert sent(request_of_someone, printout).status_code == 200
