"""`/verifier/`: anyone pastes a code or gives a picture of it, and is told in plain words what is proved."""

import hashlib
import io
import time
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import segno
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageFilter

from assistance import compose
from assistance.models import Letter, Visit
from assistance.pages import verifier as verifier_page
from assistance.pages.verifier import PICTURES_AT_ONCE, PLACE
from assistance.paper.render import render
from assistance.scans import sandbox
from consent import outbox
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.models import JournalEntry, OutboxItem, Receipt, SealCheckpoint
from consent.proofs import code, verifier
from consent.proofs.receipt import Choice, Proof, proof_of, qr_png
from consent.seal import keys, note, sealer
from consent.wall import opened
from tests import database
from tests.assistance.pdf import text_of
from tests.cast import Patient, open_space_answers, request_id
from tests.consent.conftest import does
from tests.html import html_errors

pytestmark = pytest.mark.django_db
URL = "/verifier/"


@pytest.fixture
def receipt(odette: Patient, notice) -> Receipt:
    return does(odette, "space.open", open_space_answers())


def proof(receipt: Receipt, choice: Choice = Choice.WORDS) -> Proof:
    with opened(receipt.person_id):
        return proof_of(receipt.entry, choice)


def ask(client: Client, **fields) -> tuple[int, str]:
    answer = client.post(URL, fields)
    html = answer.content.decode()
    assert html_errors(html) == []
    return answer.status_code, html


def picture(data: bytes, name: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def photo_of(text: str) -> bytes:
    """The QR as somebody photographs it: turned, grey, a little blurred, around it a table."""
    qr = Image.open(io.BytesIO(qr_png(text))).convert("L")
    table = Image.new("L", (qr.width + 400, qr.height + 300), 150)
    table.paste(qr, (200, 150))
    out = io.BytesIO()
    turned = table.rotate(7, expand=True, fillcolor=150, resample=Image.Resampling.BICUBIC)
    turned.filter(ImageFilter.GaussianBlur(0.8)).save(out, "JPEG", quality=70)
    return out.getvalue()


@pytest.mark.parametrize("form", ["qr", "text"])
def test_a_pasted_code_is_told_in_plain_words(client: Client, receipt, form):
    status, html = ask(client, code=getattr(proof(receipt), form))
    assert status == 200
    assert "Ce reçu est authentique" in html
    for words in ("Ouvrir mon espace", "la personne elle-même", "Ce qui est prouvé", "Ce qui ne l’est pas", "Espace"):
        assert words in html
    assert not any("session" in name for name in client.cookies)


def test_a_bare_code_says_that_something_was_done_and_not_what(client: Client, receipt):
    status, html = ask(client, code=proof(receipt, Choice.BARE).text)
    assert status == 200
    assert "Ouvrir mon espace" not in html
    assert "ce code ne porte pas ses mots" in html
    status, html = ask(client, code=proof(receipt, Choice.BARE).text, words=proof(receipt).words)
    assert status == 200
    assert "Ouvrir mon espace" in html


def test_an_inclusion_is_compared_with_the_published_root(client: Client, receipt):
    sealer.seal()
    whole = proof(receipt, Choice.INCLUSION)
    status, html = ask(client, code=whole.text, words=whole.words)
    assert status == 200
    assert "dans le journal scellé, à la place 1 sur 1" in html
    assert whole.checkpoint.splitlines()[2] in html.replace("&#x2B;", "+")


def test_the_words_of_another_receipt_are_refused(client: Client, receipt, aicha):
    other = does(aicha, "space.open", open_space_answers(statistics="yes"))
    status, html = ask(client, code=proof(receipt, Choice.BARE).text, words=proof(other).words)
    assert status == 422
    assert "Ces mots ne sont pas ceux de la trace" in html
    status, html = ask(client, code=proof(receipt, Choice.BARE).text, words="Ouvrir mon espace")
    assert status == 422
    assert "ne se lit pas" in html


def test_a_receipt_with_one_character_changed_is_refused(client: Client, receipt, settings):
    text = proof(receipt, Choice.BARE).text
    for at in (4, 12, 40, 100, len(text) - 1):
        other = "0" if text[at] != "0" else "1"
        answer = client.post(URL, {"code": text[:at] + other + text[at + 1 :]})
        assert answer.status_code == 422, at
        assert "Ce reçu n’est pas prouvé" in answer.content.decode()
        assert "un caractère a changé" in answer.content.decode()
    assert client.post(URL, {"code": text}).status_code == 200


def test_a_proof_for_another_root_is_refused(client: Client, receipt):
    sealer.seal()
    good = code.read(proof(receipt, Choice.INCLUSION).qr)
    assert isinstance(good, code.Inclusion)
    for forged, words in (
        (code.Inclusion(0, 1, good.hour, good.nonce, good.outline, bytes(32), ()), "une autre racine"),
        (code.Inclusion(0, 1, good.hour, good.nonce, bytes(32), good.digest, ()), "une autre racine"),
        (
            code.Inclusion(0, 2, good.hour, good.nonce, good.outline, good.digest, (bytes(32),)),
            "aucun scellé de cette taille",
        ),
        (code.Inclusion(0, 1, good.hour, good.nonce, good.outline, good.digest, (bytes(32),)), "ne mène nulle part"),
        (code.Inclusion(1, 1, good.hour, good.nonce, good.outline, good.digest, ()), "ne mène nulle part"),
    ):
        status, html = ask(client, code=code.copy_text(forged))
        assert status == 422
        assert words in html
        assert "prouve que le journal a été changé" not in html, (
            "nobody signed it: one bit that was mis-copied does the same"
        )


def test_an_inclusion_with_one_bit_changed_is_to_be_copied_again_before_anyone_is_accused(client: Client, receipt):
    sealer.seal()
    good = code.read(proof(receipt, Choice.INCLUSION).qr)
    digest = bytes([good.digest[0] ^ 1, *good.digest[1:]])
    _status, html = ask(client, code=code.copy_text(replace(good, digest=digest)))
    assert "un caractère a été mal copié" in html
    assert "il ne prouve rien contre le journal" in html


def test_a_promise_that_somebody_else_signed_is_refused(client: Client, receipt):
    good = code.read(proof(receipt, Choice.BARE).qr)
    forged = code.Promise(
        good.key_id, good.at, good.nonce, keys.create("x").sign(good.message), good.outline, good.digest
    )
    assert ask(client, code=code.qr_text(forged))[0] == 422


def test_words_of_another_second_than_the_promise_are_refused(client: Client, receipt):
    good = code.read(proof(receipt).qr)
    late = replace(good, at=good.at + 1)
    late = replace(late, signature=keys.current().sign(late.message))
    status, html = ask(client, code=code.copy_text(late))
    assert status == 422
    assert "L’heure écrite dans les mots" in html


def test_a_photo_of_the_code_is_read(client: Client, receipt):
    for choice in (Choice.WORDS, Choice.BARE):
        status, html = ask(client, picture=picture(photo_of(proof(receipt, choice).qr), "photo.jpg"))
        assert status == 200, choice
        assert "Ce reçu est authentique" in html


def test_the_printed_receipt_is_read_back_from_its_pdf(client: Client, receipt, odette):
    sealer.seal()
    for choice in Choice:
        with opened(odette.person.id):
            pdf = render(compose.receipt_sheet(receipt, odette.person, choice))
        status, html = ask(client, picture=picture(pdf, "recu.pdf"))
        assert status == 200, choice
        assert ("Ouvrir mon espace" in html) == (choice is Choice.WORDS)
        document = pypdfium2.PdfDocument(pdf)
        page = document[len(document) - 1].render(scale=200 / 72, grayscale=True).to_pil()
        assert len(zxingcpp.read_barcodes(page)) == 1, "one glance of a telephone at the paper"
        words = text_of(pdf)
        assert ("Ouvrir mon espace" in words) == (choice is not Choice.BARE)
        assert ("Garnier" in words) == (choice is not Choice.BARE)
        assert (str(receipt.pk) in "".join(words.split())) == (choice is not Choice.BARE)
        assert "".join(words.split()).count(proof(receipt, choice).text) == 1, "what is copied from the PDF is the code"


def test_the_sheet_of_a_visit_proves_each_of_its_traces(client: Client, odette: Patient, boussac, notice):
    with opened(odette.person.id):
        visit = Visit.objects.create(counter=boussac, agent=odette.user, person_id=odette.person.id)
    basis = replace(odette.basis, visit_id=visit.pk)
    perform(get_act("space.open"), basis, open_space_answers(), request_id())
    perform(get_act("consent.withdraw"), basis, {"purpose": "reminders", "wish": True}, request_id())
    with opened(odette.person.id):
        pdf = render(compose.visit_sheet(visit, odette.person, list(JournalEntry.objects.order_by("at"))))
    status, html = ask(client, picture=picture(pdf, "visite.pdf"))
    assert status == 200
    assert html.count("Ce reçu est authentique") == 2
    assert "Ouvrir mon espace" in html


def test_a_letter_proves_what_it_tells(client: Client, receipt, odette):
    with opened(odette.person.id):
        outbox.deliver(OutboxItem.objects.get(topic="told").pk, odette.person.id)
        pdf = render(compose.letter_sheet(Letter.objects.get()))
    status, html = ask(client, picture=picture(pdf, "lettre.pdf"))
    assert status == 200
    assert html.count("Ce reçu est authentique") == 1


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", 422, "vide"), (b"GIF89a", 422, "ni un PDF, ni une image"), (b"%PDF-1.7 broken", 422, "abîmé"),
        ("plain", 422, "Aucun code de reçu"), ("foreign", 422, "Aucun code de reçu"), ("false", 422, "un caractère a changé"),
    ],
)  # fmt: skip
def test_a_picture_without_a_good_code_is_told_clearly(client: Client, db, data, status, said):
    if isinstance(data, str):
        out = io.BytesIO()
        if data == "plain":
            Image.new("L", (300, 300), 200).save(out, "PNG")
        else:
            segno.make_qr("https://exemple.fr" if data == "foreign" else "PG1:ABC", error="m").save(
                out, kind="png", scale=5
            )
        data = out.getvalue()
    found, html = ask(client, picture=picture(data))
    assert (found, said in html) == (status, True)


def test_a_picture_that_is_too_large_is_refused(client: Client, db, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    assert client.post(URL, {"picture": picture(b"\x89PNG\r\n\x1a\n" + bytes(2000))}).status_code == 413


def white_pages(number: int) -> bytes:
    out, page = io.BytesIO(), Image.new("L", (200, 200), 255)
    page.save(out, "PDF", save_all=True, append_images=[page] * (number - 1))
    return out.getvalue()


def test_a_pdf_of_many_pages_is_refused_and_says_how_many(client: Client, db):
    status, html = ask(client, picture=picture(white_pages(6), "six.pdf"))
    assert (status, "5 au plus" in html) == (422, True)


def test_two_pictures_are_read_at_once_in_the_whole_service_and_a_text_waits_for_none(client: Client, receipt):
    with database.as_owner(database.CLONE) as others:
        for place in range(PICTURES_AT_ONCE):
            others.execute("SELECT pg_advisory_lock(%s)", [PLACE + place])
        status, html = ask(client, picture=picture(white_pages(1), "une.pdf"))
        assert (status, "Réessayez dans une minute" in html) == (503, True)
        assert ask(client, code=proof(receipt).text)[0] == 200
    status, html = ask(client, picture=picture(white_pages(1), "une.pdf"))
    assert (status, "Aucun code de reçu" in html) == (422, True)


def test_nothing_given_or_both_given_is_asked_again(client: Client, receipt):
    assert ask(client)[0] == 422
    assert "Collez le code du reçu" in ask(client, code="  ")[1]
    status, html = ask(client, code=proof(receipt).text, picture=picture(b"x"))
    assert status == 422
    assert "pas les deux" in html
    assert ask(client, code="PG1:" + "A" * 9000)[0] == 422


def test_nothing_is_kept_and_tries_are_counted(client: Client, receipt, django_assert_max_num_queries):
    for _turn in range(60):
        client.post(URL, {"code": "PG1:ABC"})
    assert client.post(URL, {"code": "PG1:ABC"}).status_code == 429
    assert client.get(URL).status_code == 200


def test_pictures_are_counted_apart_for_they_cost_more(client: Client, db):
    for _turn in range(20):
        assert client.post(URL, {"picture": picture(b"GIF89a")}).status_code == 422
    assert client.post(URL, {"picture": picture(b"GIF89a")}).status_code == 429
    assert client.post(URL, {"code": "PG1:ABC"}).status_code == 422


def test_a_picture_that_takes_long_is_given_up_sooner_than_a_scan_of_staff(client: Client, db, monkeypatch, tmp_path):
    sleeper = tmp_path / "child.py"
    sleeper.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(sandbox, "CHILD", sleeper)
    usual = verifier_page.MOST_OF_A_PICTURE
    assert usual.seconds <= sandbox.SECONDS / 3
    monkeypatch.setattr(verifier_page, "MOST_OF_A_PICTURE", replace(usual, seconds=1))
    began = time.monotonic()
    status, html = ask(client, picture=picture(b"%PDF-1.7"))
    assert time.monotonic() - began < 5
    assert status == 422
    assert "trop de temps" in html


def test_the_program_is_served_with_its_fingerprint_and_the_key_to_give_it(client: Client, db):
    served = client.get("/verifier/verifier.py")
    assert served.content == Path(verifier.__file__).read_bytes()
    html = client.get(URL).content.decode()
    assert hashlib.sha256(served.content).hexdigest() in html
    assert str(keys.public_keys()[0]) in html.replace("&#x2B;", "+")
    assert verifier.key_of(str(keys.public_keys()[0])).public == keys.public_keys()[0].public


def test_page_and_program_agree(client: Client, receipt):
    """Two checkers written apart say the same of good and of changed codes."""
    sealer.seal()
    known = [verifier.key_of(str(key)) for key in keys.public_keys()]
    point = verifier.checkpoint_of(SealCheckpoint.objects.get().note, known)
    assert point.signed
    assert note.open(SealCheckpoint.objects.get().note, keys.public_keys()).root == point.root
    whole = proof(receipt, Choice.INCLUSION)
    for at in range(4, len(whole.text), 9):
        changed = whole.text[:at] + ("0" if whole.text[at] != "0" else "1") + whole.text[at + 1 :]
        try:
            outside = verifier.check_receipt(changed, known, [point]).status
        except verifier.Unreadable:
            outside = verifier.UNREADABLE
        assert outside in (verifier.FALSE, verifier.UNREADABLE, verifier.INCOMPLETE)
        from consent.proofs.check import ReceiptFalse, check

        with pytest.raises(ReceiptFalse):
            check(changed)
