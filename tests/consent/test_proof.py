"""The proof on a receipt: what it shows is chosen by its holder, and `verifier.py` confirms it without us."""

import io
import json
import os
import re
from html import unescape

import pytest
import zxingcpp
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from assistance import compose
from consent import erasure, journal
from consent.acts.base import Effect
from consent.models import JournalEntry, Receipt, SealCheckpoint, Space
from consent.proofs import base45, code, verifier
from consent.proofs.receipt import Choice, NotSealedYet, TraceChanged, proof_of, qr_png
from consent.proofs.words import readings
from consent.seal import keys, sealer
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id
from tests.consent import proof_maker as maker
from tests.consent.conftest import check, confirm, does

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(with_space: Patient) -> Receipt:
    with opened(with_space.person.id):
        return Receipt.objects.select_related("entry").get()


def proof(receipt: Receipt, choice: Choice):
    with opened(receipt.person_id):
        return proof_of(receipt.entry, choice)


def verdict(proof, **more) -> verifier.Report:
    known = [verifier.key_of(str(key)) for key in keys.public_keys()]
    checkpoints = [verifier.checkpoint_of(proof.checkpoint, known)] if proof.checkpoint else []
    return verifier.check_receipt(proof.qr, known, checkpoints, **more)


def test_a_promise_with_its_words_is_confirmed_by_the_program_of_anyone(receipt):
    found = verdict(proof(receipt, Choice.WORDS))
    assert found.status == verifier.HOLDS, found.lines
    assert "space.open" in "\n".join(found.lines)
    assert verifier.receipt_of(proof(receipt, Choice.WORDS).text) == verifier.receipt_of(
        proof(receipt, Choice.WORDS).qr
    )


def test_a_bare_promise_holds_and_has_no_word_of_the_person(receipt):
    bare = proof(receipt, Choice.BARE)
    assert bare.words == ""
    found = verdict(bare)
    assert found.status == verifier.INCOMPLETE
    assert "OUI" in found.lines[0]
    raw = base45.decode(bare.qr.removeprefix("PG1:"))
    assert len(raw) == 157
    for word in (b"space", b"Garnier", receipt.person_id.bytes, receipt.entry_id.bytes, bytes(receipt.entry.salt)):
        assert word not in raw
    assert verdict(bare, words=proof(receipt, Choice.WORDS).words).status == verifier.HOLDS


def test_the_words_and_the_hidden_half_lead_to_nobody(receipt):
    words = proof(receipt, Choice.WORDS).words
    for number in (receipt.person_id, receipt.entry_id, receipt.entry.actor_id):
        assert str(number) not in words
    assert set(json.loads(words)["shown"]) == {
        "v", "at", "nature", "code", "outcome", "via", "by", "counter", "reference", "facts", "reason",
    }  # fmt: skip


def test_an_inclusion_is_for_what_is_sealed(receipt):
    with pytest.raises(NotSealedYet):
        proof(receipt, Choice.INCLUSION)
    assert sealer.seal() > 0
    whole = proof(receipt, Choice.INCLUSION)
    found = verdict(whole, words=whole.words)
    assert found.status == verifier.HOLDS, found.lines
    assert SealCheckpoint.objects.get().note == whole.checkpoint


def test_nothing_is_promised_of_a_trace_that_was_changed(receipt):
    for name, value in (("code", "space.close"), ("basis_reference", "MD-0000-0000"), ("details", {"facts": []})):
        with opened(receipt.person_id):
            entry = JournalEntry.objects.get(pk=receipt.entry_id)
            setattr(entry, name, value)
            with pytest.raises(TraceChanged):
                proof_of(entry, Choice.WORDS)


def test_a_code_is_under_1000_bytes_at_a_hundred_million_leaves():
    path = tuple(os.urandom(32) for _level in range(27))
    whole = code.Inclusion(99_999_998, 10**8, 498_826, os.urandom(16), os.urandom(32), os.urandom(32), path)
    assert len(whole.to_bytes()) < 1000
    assert code.read(code.qr_text(whole)) == whole
    picture = Image.open(io.BytesIO(qr_png(code.qr_text(whole))))
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [code.qr_text(whole)]


@pytest.fixture
def long_receipt(with_space: Patient) -> Receipt:
    """The receipt of an act with many lines."""
    facts = [("Accès donné à", os.urandom(1200).hex())]
    with opened(with_space.person.id):
        entry = journal.write_act(
            with_space.basis, "grant.give", Effect(facts=facts), person_id=with_space.person.id, request_id=request_id()
        )
        return Receipt.objects.create(person_id=with_space.person.id, entry=entry)


def test_a_code_too_short_for_its_words_says_so_and_has_them_beside_it(odette_online: Client, long_receipt):
    page = odette_online.get(f"/mon-espace/recu/{long_receipt.pk}/").content.decode()
    assert "porte les mots de ce reçu" not in page
    assert "sont trop longs pour le code" in page
    with opened(long_receipt.person_id):
        sheet = compose.receipt_sheet(long_receipt, None)
    assert "sont trop longs pour le code" in sheet.proof_shows
    known = [verifier.key_of(str(key)) for key in keys.public_keys()]
    assert verifier.check_receipt(sheet.proof_text, known, [], sheet.words).status == verifier.HOLDS


def test_a_promise_whose_words_are_too_long_leaves_them_out():
    shown = maker.canonical(maker.SHOWN | {"facts": [["Ce qui change", os.urandom(1500).hex()]]})
    digest = code.digest_of(shown, bytes(32))
    long = code.Promise(b"k" * 4, maker.AT, bytes(16), bytes(64), bytes(32), digest, shown, bytes(32))
    assert long.to_bytes()[0] == 2
    assert len(long.to_bytes()) == 157


@pytest.mark.parametrize("with_words", [True, False])
def test_codes_made_by_the_book_are_read_as_they_are(with_words):
    signer = maker.Signer("plein-gre.example/journal")
    data = maker.promise(signer, bytes(range(16)), with_words=with_words)
    read = code.read("PG1:" + maker.base45(data))
    assert (read.at, read.nonce, read.key_id) == (maker.AT, bytes(range(16)), signer.key_id)
    assert read.digest == maker.digest_of()
    assert read.to_bytes() == data
    assert code.read(code.copy_text(read)) == read


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\u0085"])
def test_words_with_a_sign_that_ends_a_line_elsewhere_are_genuine(sign):
    """What a person wrote may hold one, pasted from another program: it is theirs, and no broken line."""
    shown = maker.SHOWN | {"reason": f"un{sign}deux"}
    wanted = (maker.canonical(shown), maker.HIDDEN)
    for text in (maker.words_beside(shown), maker.words_beside(shown).replace("Dr Claire", "Dr\r\nClaire")):
        assert wanted in readings(text)
        assert wanted in verifier.words_of(text)


def test_one_bit_changed_in_a_code_reads_as_another_or_as_none():
    data = maker.promise(maker.Signer("x"), bytes(16))
    good = code.read("PG1:" + maker.base45(data))
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            assert code.read("PG1:" + maker.base45(bytes(changed))) != good, bit
        except code.CodeUnreadable:
            continue


@pytest.mark.parametrize("text", ["", "PG1:", "PG1_", "PG1:M:MD-7K2P-9QXA:0123456789", "PG1:" + "0" * 5000, "Bonjour"])
def test_what_is_no_code_of_a_receipt(text):
    with pytest.raises(code.CodeUnreadable):
        code.read(text)


# -- The page of a receipt --------------------------------------------------------------------------------------


def copied(page: str) -> list[str]:
    """What stands to be copied, as a browser copies it."""
    return [unescape(text) for text in re.findall(r'class="pg-copy"[^>]*>(.*?)</(?:p|pre)>', page, re.S)]


def test_the_page_of_a_receipt_shows_what_was_chosen(odette_online: Client, receipt):
    url = f"/mon-espace/recu/{receipt.pk}/"
    page = odette_online.get(url).content.decode()
    text, words = copied(page)
    assert verifier.receipt_of(text).kind == 1
    assert f'{url}pdf/"' in page
    bare = odette_online.get(url + "?preuve=sans").content.decode()
    assert [verifier.receipt_of(one).kind for one in copied(bare)] == [2]
    assert f"{url}pdf/?preuve=sans" in bare
    waiting = odette_online.get(url + "?preuve=inclusion").content.decode()
    assert "pas encore scellée" in waiting
    assert copied(waiting) == []
    sealer.seal()
    text, words, checkpoint = copied(odette_online.get(url + "?preuve=inclusion").content.decode())
    known = [verifier.key_of(str(key)) for key in keys.public_keys()]
    point = verifier.checkpoint_of(checkpoint.lstrip("\n"), known)
    assert verifier.check_receipt(text, known, [point], words).status == verifier.HOLDS
    assert odette_online.get(url + "?preuve=nonsense").status_code == 200


def test_the_picture_is_read_by_a_telephone(odette_online: Client, receipt):
    url = f"/mon-espace/recu/{receipt.pk}/"
    assert "?preuve=sans&amp;image=1" in odette_online.get(url + "?preuve=sans").content.decode()
    for choice in ("mots", "sans"):
        answer = odette_online.get(f"{url}?preuve={choice}&image=1")
        assert answer.headers["Content-Type"] == "image/png"
        assert "no-store" in answer.headers["Cache-Control"]
        (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)))
        assert found.text == proof(receipt, Choice(choice)).qr
    assert odette_online.get(url + "?preuve=inclusion&image=1").status_code == 409


def test_the_page_with_the_whole_proof_asks_the_database_little(odette_online: Client, receipt):
    sealer.seal()
    with CaptureQueriesContext(connection) as asked:
        answer = odette_online.get(f"/mon-espace/recu/{receipt.pk}/?preuve=inclusion")
    assert copied(answer.content.decode())
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) <= 12


def test_somebody_else_has_neither_page_nor_picture(aicha: Patient, sign_in, receipt):
    for query in ("?preuve=sans", "?preuve=sans&image=1"):
        assert sign_in(aicha.user).get(f"/mon-espace/recu/{receipt.pk}/{query}").status_code == 404


def test_a_refusal_is_proved_and_says_nothing_about_who(client: Client, odette_online: Client):
    url = "/mon-espace/actes/space.refuse/"
    done = confirm(odette_online, url, check(odette_online, url, {"wish": "on"}))
    page = client.get(done.url.replace("/mon-espace/", "/sans-compte/")).content.decode()
    text, words = copied(page)
    known = [verifier.key_of(str(key)) for key in keys.public_keys()]
    found = verifier.check_receipt(text, known)
    assert found.status == verifier.HOLDS
    assert "space.refuse" in words
    assert "Garnier" not in words + "".join(found.lines)


def test_once_somebody_is_erased_the_receipts_of_others_and_their_own_old_codes_still_hold(with_space, aicha, notice):
    hers = does(aicha, "space.open", open_space_answers())
    with opened(with_space.person.id):
        old = Receipt.objects.select_related("entry").get()
    kept = proof(old, Choice.WORDS)
    sealer.seal()
    whole = proof(old, Choice.INCLUSION)
    does(with_space, "space.close", {"way": "erase"})
    with opened(with_space.person.id):
        Space.objects.update(erase_after=timezone.now())
    assert erasure.erase_space(with_space.person.id)
    sealer.seal()
    others = proof(hers, Choice.INCLUSION)
    assert verdict(others, words=others.words).status == verifier.HOLDS
    assert verdict(kept).status == verifier.HOLDS
    assert verdict(whole, words=whole.words).status == verifier.HOLDS
