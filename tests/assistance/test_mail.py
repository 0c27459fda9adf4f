"""The mail room: papers that arrive, who deals with them, and what becomes of their scans."""

import logging
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance.models import Letter, Mail, MailState, Mandate
from assistance.paper.codes import form_code, mandate_code, new_reference, personal_form_code, slip_code
from consent.crypto import files
from consent.models import JournalEntry
from consent.wall import opened
from tests.assistance.mail_room import *  # noqa: F403
from tests.assistance.mail_room import (
    ODETTE_TYPED,
    deliver_all,
    mail_ids,
    mail_of,
    paper,
    post_paper,
    staff,
    today,
    upload,
)  # fmt: skip
from tests.assistance.scans.papers import FOREIGN, pdf, png, sheet

pytestmark = pytest.mark.django_db
OPEN = form_code("space.open", 1)
REVOKE = form_code("grant.revoke", 1)
GET_PAGES = ["/service/", "/service/courrier/", "/service/courrier/{id}/", "/service/courrier/{id}/scan/",
             "/service/courrier/{id}/ecarter/", "/service/courrier/{id}/actes/space.open/", "/service/lettres/"]  # fmt: skip
POST_PAGES = ["prendre/", "acte/", "personne/", "mandat/"]


def receive(desk: Client, *uploads, day: str = ""):
    return desk.post("/service/courrier/", {"received_on": day or today(), "scans": list(uploads)})


# -- Who may come in ------------------------------------------------------------------------------


@pytest.mark.parametrize("page", GET_PAGES)
def test_for_whoever_is_no_clerk_the_page_does_not_exist(page, desk, sign_in, odette):
    mail_id = post_paper(desk, OPEN)
    agent = staff("karim@boussac.exemple.fr", "Karim")
    for user in (agent, odette.user):
        answer = sign_in(user).get(page.format(id=mail_id))
        # Without second factor, one is sent to set it up before anything is looked at.
        assert answer.status_code == (404 if user is agent else 302)
    assert Client().get(page.format(id=mail_id)).status_code == 302


@pytest.mark.parametrize("page", POST_PAGES)
def test_nobody_but_a_clerk_acts_on_a_mail(page, desk, sign_in):
    mail_id = post_paper(desk, OPEN)
    stranger = sign_in(staff("karim@boussac.exemple.fr", "Karim"))
    assert stranger.post(f"/service/courrier/{mail_id}/{page}").status_code == 404
    assert desk.get(f"/service/courrier/{mail_id}/{page}").status_code == 405


def test_a_clerk_who_left_the_team_sees_nothing_from_the_next_click_on(desk, claire):
    assert desk.get("/service/courrier/").status_code == 200
    claire.groups.clear()
    assert desk.get("/service/courrier/").status_code == 404


@pytest.mark.parametrize("page", [*GET_PAGES[2:6], "/service/courrier/{id}/recu/{id}/"])
def test_a_mail_that_is_not_there_is_not_found(page, desk):
    assert desk.get(page.format(id="0e2f6e2c-0f4f-4c9e-9a54-111111111111")).status_code == 404


# -- Arriving -------------------------------------------------------------------------------------


def test_a_blank_form_is_known_by_its_code(desk):
    answer = receive(desk, paper(OPEN))
    assert answer.status_code == 303
    mail = mail_of(mail_ids()[0])
    assert (mail.act_code, mail.form_version, mail.person_id, mail.finding) == ("space.open", 1, None, "")
    page = desk.get("/service/courrier/").content.decode()
    assert mail.reference in page
    assert "Ouvrir mon espace" in page


def test_several_files_make_several_mails_and_a_bad_one_loses_none(desk):
    answer = desk.post(
        "/service/courrier/",
        {"received_on": today(), "scans": [paper(OPEN), upload(b"bonjour"), upload(pdf(sheet(REVOKE)), "b.pdf")]},
        follow=True,
    )
    text = answer.content.decode()
    assert len(mail_ids()) == 2
    assert "2 courriers enregistrés" in text
    assert "Fichier 2 : Ce fichier n’est ni un PDF" in text


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 422, "vide"),
        (b"bonjour", 422, "ni un PDF"),
        (b"%PDF-1.7 rien", 422, "abîmé"),
    ],
)
def test_what_is_no_scan_is_refused_in_words(data, status, words, desk):
    answer = receive(desk, upload(data))
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert mail_ids() == []


def test_no_file_no_day_and_a_day_to_come_are_refused_in_words(desk):
    assert desk.post("/service/courrier/", {}).status_code == 422
    tomorrow = f"{timezone.localdate() + timedelta(days=1):%d/%m/%Y}"
    answer = receive(desk, paper(OPEN), day=tomorrow)
    assert answer.status_code == 422
    assert "dans le futur" in answer.content.decode()
    assert mail_ids() == []


@pytest.mark.parametrize(
    ("codes", "finding", "act"),
    [
        ([], "no-code", ""),
        ([FOREIGN], "foreign", ""),
        ([OPEN, REVOKE], "several", ""),
        ([form_code("space.open", 7)], "old-form", "space.open"),
        ([form_code("space.unknown", 1)], "gone", ""),
        ([personal_form_code("PF-0000-0000")], "gone", ""),
        ([slip_code("MD-0000-0000")], "gone", ""),
    ],
)
def test_what_is_strange_about_a_paper_is_said_and_the_clerk_decides(codes, finding, act, desk):
    mail_id = post_paper(desk, *codes)
    mail = mail_of(mail_id)
    assert (mail.finding, mail.act_code) == (finding, act)
    page = desk.get(f"/service/courrier/{mail_id}/").content.decode()
    assert mail.get_finding_display() in page
    if not act:
        answer = desk.post(f"/service/courrier/{mail_id}/acte/", {"act": "space.refuse"})
        assert answer.status_code == 303
        assert mail_of(mail_id).act_code == "space.refuse"


def test_an_act_that_is_none_is_refused(desk):
    mail_id = post_paper(desk)
    for act in ("", "space.invented"):
        assert desk.post(f"/service/courrier/{mail_id}/acte/", {"act": act}).status_code == 422


# -- In hand --------------------------------------------------------------------------------------


def test_one_clerk_at_a_time_has_a_mail(desk, denis, sign_in):
    mail_id = post_paper(desk, OPEN)
    other = sign_in(denis)
    assert "Claire Vidal" in other.get(f"/service/courrier/{mail_id}/").content.decode()
    assert other.get(f"/service/courrier/{mail_id}/scan/").status_code == 404
    assert other.post(f"/service/courrier/{mail_id}/acte/", {"act": "space.refuse"}).status_code == 409
    assert other.get(f"/service/courrier/{mail_id}/actes/space.open/").status_code == 303
    other.post(f"/service/courrier/{mail_id}/prendre/")
    assert mail_of(mail_id).taken_by_id == denis.pk
    assert desk.get(f"/service/courrier/{mail_id}/scan/").status_code == 404
    other.post(f"/service/courrier/{mail_id}/prendre/", {"step": "back"})
    assert mail_of(mail_id).taken_by_id is None


def test_nobody_deals_with_their_own_mail(desk, claire, odette):
    claire.person_id, odette.user.person_id = odette.person.pk, None
    odette.user.save()
    claire.save()
    receive(desk, paper(REVOKE))
    mail_id = mail_ids()[0]
    desk.post(f"/service/courrier/{mail_id}/prendre/")
    answer = desk.post(f"/service/courrier/{mail_id}/personne/", ODETTE_TYPED)
    assert answer.status_code == 409
    assert "son propre courrier" in answer.content.decode()
    assert mail_of(mail_id).person_id is None


def test_the_person_is_found_by_exactly_the_five_traits_and_nothing_is_told_of_them(desk, odette):
    mail_id = post_paper(desk, REVOKE)
    wrong = desk.post(f"/service/courrier/{mail_id}/personne/", {**ODETTE_TYPED, "birth_date": "13/03/1945"})
    assert wrong.status_code == 422
    assert 'value="garnier"' in wrong.content.decode()
    assert desk.post(f"/service/courrier/{mail_id}/personne/", {}).status_code == 422
    found = desk.post(f"/service/courrier/{mail_id}/personne/", ODETTE_TYPED, follow=True)
    assert mail_of(mail_id).person_id == odette.person.pk
    text = found.content.decode()
    assert "reconnue" in text
    assert "Garnier" not in text
    assert "Boussac" not in text
    with opened(odette.person.pk):
        assert JournalEntry.objects.get().code == "mail.identified"


# -- The scan -------------------------------------------------------------------------------------


def test_the_scan_is_shown_to_the_clerk_alone_and_in_our_own_frame(desk, own_store):
    data = png(sheet(OPEN))
    receive(desk, upload(data))
    mail_id = mail_ids()[0]
    assert desk.get(f"/service/courrier/{mail_id}/scan/").status_code == 404
    desk.post(f"/service/courrier/{mail_id}/prendre/")
    answer = desk.get(f"/service/courrier/{mail_id}/scan/")
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    stored = b"".join(path.read_bytes() for path in own_store.rglob("*") if path.is_file())
    assert data[:64] not in stored
    page = desk.get(f"/service/courrier/{mail_id}/")
    assert page["X-Frame-Options"] == "DENY"


# -- Its end --------------------------------------------------------------------------------------


def test_a_mail_of_someone_unknown_is_rejected_with_a_letter_and_its_scan_is_destroyed(
    desk, django_capture_on_commit_callbacks
):
    mail_id = post_paper(desk, FOREIGN)
    url = f"/service/courrier/{mail_id}/ecarter/"
    assert desk.post(url, {}).status_code == 422
    assert desk.post(url, {"reason": "foreign"}).status_code == 422
    assert desk.post(url, {"reason": "other", "no_address": "on"}).status_code == 422
    scan = mail_of(mail_id).scan
    answer = desk.post(url, {"reason": "foreign", "address": "Marie Faure\n3 rue Neuve\n23000 Guéret"})
    assert answer.status_code == 303
    with django_capture_on_commit_callbacks(execute=True):
        deliver_all()
    mail = mail_of(mail_id)
    assert (mail.state, mail.reason, mail.scan) == (MailState.REJECTED, "foreign", "")
    assert not default_storage.exists(scan)
    letter = Letter.objects.get(subject_id=mail_id)
    assert letter.content["address"] == ["Marie Faure", "3 rue Neuve", "23000 Guéret"]
    assert "pas un formulaire" in " ".join(letter.content["paragraphs"])
    assert desk.post(url, {"reason": "foreign", "no_address": "on"}).status_code == 409


def test_a_rejected_mail_of_someone_known_is_answered_where_they_want_and_kept_under_their_key(
    desk, odette, claire, django_capture_on_commit_callbacks
):
    mail_id = post_paper(desk, REVOKE)
    desk.post(f"/service/courrier/{mail_id}/personne/", ODETTE_TYPED)
    old = mail_of(mail_id).scan
    desk.post(f"/service/courrier/{mail_id}/ecarter/", {"reason": "unsigned"})
    with django_capture_on_commit_callbacks(execute=True):
        deliver_all()
    mail = mail_of(mail_id)
    assert mail.filed_at
    assert mail.scan != old
    assert not default_storage.exists(old)
    with pytest.raises(files.FileUnreadable):
        files.read(mail.scan, None)
    with opened(odette.person.pk):
        letter = Letter.objects.get(subject_id=mail_id)
        assert letter.content["address"] == ["Odette Garnier", "4 rue du Château", "23600 Boussac"]
        assert "pas signé" in " ".join(letter.content["paragraphs"])
    # Looking at it again is a read, and the person sees it.
    assert desk.get(f"/service/courrier/{mail_id}/scan/").status_code == 200
    with opened(odette.person.pk):
        entry = JournalEntry.objects.filter(code="mail.read").get()
        assert (entry.nature, entry.via, entry.actor_id) == ("read", "service", claire.pk)


@pytest.fixture
def mandate(odette, boussac, claire) -> Mandate:
    with opened(odette.person.pk):
        return Mandate.objects.create(
            reference="MD-7K2P-9QXA", person=odette.person, counter=boussac, scopes=["space.open"], duration="year",
            signer="person", state="printed",
        )  # fmt: skip


def test_a_signed_mandate_that_came_by_post_comes_into_force_once_the_clerk_saw_its_signature(
    desk, odette, mandate, django_capture_on_commit_callbacks
):
    mail_id = post_paper(desk, mandate_code(mandate.reference), slip_code(mandate.reference))
    assert (mail_of(mail_id).act_code, mail_of(mail_id).target_id) == ("mandate.signed", mandate.pk)
    with opened(odette.person.pk):
        mandate.refresh_from_db()
        assert mandate.state == "printed"
    assert "Il est signé" in desk.get(f"/service/courrier/{mail_id}/").content.decode()
    assert desk.post(f"/service/courrier/{mail_id}/mandat/").status_code == 303
    with django_capture_on_commit_callbacks(execute=True):
        deliver_all()
    with opened(odette.person.pk):
        mandate.refresh_from_db()
        assert (mandate.state, mandate.evidence) == ("in_force", "scan")
        assert mandate.scan == mail_of(mail_id).scan
        assert default_storage.exists(mandate.scan)
        assert JournalEntry.objects.get(code="mandate.signed").actor_kind == "clerk"
    assert desk.post(f"/service/courrier/{mail_id}/mandat/").status_code == 409


def test_a_mandate_too_old_to_be_signed_is_refused_in_words(desk, odette, mandate):
    with opened(odette.person.pk):
        Mandate.objects.update(drafted_at=timezone.now() - timedelta(days=8))
    mail_id = post_paper(desk, mandate_code(mandate.reference))
    answer = desk.post(f"/service/courrier/{mail_id}/mandat/")
    assert answer.status_code == 409
    assert "ne peut plus être signé" in answer.content.decode()
    assert mail_of(mail_id).state == MailState.WAITING


def test_a_form_is_no_mandate(desk):
    mail_id = post_paper(desk, OPEN)
    assert desk.post(f"/service/courrier/{mail_id}/mandat/").status_code == 409


# -- Lists ----------------------------------------------------------------------------------------


def fill(many: int) -> None:
    now = timezone.now()
    Mail.objects.bulk_create(
        Mail(reference=new_reference("CR"), act_code="space.open", created_at=now) for _ in range(many)
    )


def test_the_list_asks_as_many_questions_for_one_mail_as_for_a_hundred(desk):
    asked = []
    for many in (1, 9, 90):
        fill(many)
        with CaptureQueriesContext(
            connection,
        ) as questions:
            page = desk.get("/service/courrier/")
        assert page.status_code == 200
        asked.append(len(questions))
    assert len(set(asked)) == 1
    assert asked[0] <= 12


def test_the_list_goes_by_pages(desk):
    fill(60)
    assert "Page 3 sur 3" in desk.get("/service/courrier/?page=3").content.decode()
    for strange in ("?page=x", "?page=999", "?etat=volé", "?page=-1"):
        assert desk.get(f"/service/courrier/{strange}").status_code == 200


def test_one_mail_asks_at_most_twelve_questions(desk, odette):
    mail_id = post_paper(desk, REVOKE)
    desk.post(f"/service/courrier/{mail_id}/personne/", ODETTE_TYPED)
    with CaptureQueriesContext(connection) as questions:
        desk.get(f"/service/courrier/{mail_id}/")
    # A wall inside the test's own transaction is given back by a statement; a request's ends with its transaction.
    own = ("SAVEPOINT", "set_config('plein.person', '', true)")
    real = [q for q in questions if not any(mark in q["sql"] for mark in own)]
    assert len(real) <= 12, [q["sql"][:90] for q in real]


def test_nothing_personal_is_logged(desk, odette, caplog):
    caplog.set_level(logging.DEBUG)
    mail_id = post_paper(desk, REVOKE)
    desk.post(f"/service/courrier/{mail_id}/personne/", {**ODETTE_TYPED, "birth_date": "13/03/1945"})
    desk.post(f"/service/courrier/{mail_id}/personne/", ODETTE_TYPED)
    desk.post(f"/service/courrier/{mail_id}/ecarter/", {"reason": "unsigned"})
    logged = "\n".join(r.getMessage() for r in caplog.records if r.name != "django.db.backends").lower()
    assert "garnier" not in logged
    assert "odette" not in logged
