"""Co-signatures of declared witnesses are kept once and shown; anything else is refused in words."""

import io
import re

import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from consent.models import Cosignature, SealCheckpoint
from consent.proofs import cosigned
from consent.seal import keys, note, sealer
from consent.seal.keys import WITNESS
from tests.cast import Patient, open_space_answers
from tests.consent.conftest import does
from tests.html import html_errors

pytestmark = pytest.mark.django_db
URL = "/journal/cosignature"
WHEN = 1_795_169_553


@pytest.fixture
def witness():
    key = keys.create("temoin-a.example", WITNESS)
    call_command("declare_witness", str(key.public_key))
    return key


@pytest.fixture
def published(odette: Patient, notice) -> str:
    """The signed note of the latest checkpoint."""
    does(odette, "space.open", open_space_answers())
    sealer.seal()
    return SealCheckpoint.objects.get().note


def send(client: Client, body: str | bytes):
    return client.post(URL, body, content_type="text/plain")


def test_a_cosignature_is_kept_once_and_shown(client: Client, published, witness):
    signed = note.cosign(published, witness, WHEN)
    for later in (0, 60):
        assert send(client, note.cosign(published, witness, WHEN + later)).status_code == 200
    assert Cosignature.objects.count() == 1
    assert cosigned.with_cosignatures(published, 1) == signed
    assert [(one.name, one.size) for one in cosigned.last_seen()] == [("temoin-a.example", 1)]
    assert "temoin-a.example" in client.get("/journal/affiche/").content.decode()


def test_a_log_at_rest_is_seen_again(client: Client, published, witness):
    days = [note.cosign(published, witness, WHEN + day * 86400) for day in range(3)]
    for signed in days:
        assert send(client, signed).status_code == 200
    assert [one.at.timestamp() for one in cosigned.last_seen()] == [WHEN + 2 * 86400]
    assert cosigned.with_cosignatures(published, 1) == days[-1], "a line for each witness"


def test_who_saw_the_log_last_is_found_without_going_through_the_rest(db):
    for name in ("a.example", "b.example"):
        cosigned.declare(str(keys.create(name, WITNESS).public_key))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO consent_cosignature (size, at, line, witness_id) SELECT n, now(), '', w.id "
            "FROM generate_series(1, 3000) n, consent_witness w"
        )
    with CaptureQueriesContext(connection) as asked:
        assert [(one.name, one.size) for one in cosigned.last_seen()] == [("a.example", 3000), ("b.example", 3000)]
    (query,) = asked
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
        plan = str(cursor.fetchone())
    assert "cosignature_last_seen" in plan
    most = max(float(rows) for rows in re.findall(r"'Actual Rows': ([\d.]+)", plan))
    assert most <= 2


def test_whoever_is_not_declared_is_refused(client: Client, published, witness):
    stranger = keys.create("temoin-a.example", WITNESS)
    for body in (published, note.cosign(published, stranger, WHEN)):
        assert send(client, body).status_code == 422
    call_command("declare_witness", str(witness.public_key), end=True)
    assert send(client, note.cosign(published, witness, WHEN)).status_code == 422
    assert not Cosignature.objects.exists()


@pytest.mark.parametrize("when", [2**63, 2**64 - 1, 4_000_000_000])
def test_a_cosignature_of_a_time_to_come_is_refused(client: Client, published, witness, when: int):
    assert send(client, note.cosign(published, witness, when)).status_code == 422
    assert not Cosignature.objects.exists()


def test_a_false_line_under_a_declared_name_is_refused(client: Client, published, witness):
    signed = note.cosign(published, witness, WHEN)
    at = signed.rindex(" ") + 20
    changed = signed[:at] + ("A" if signed[at] != "A" else "B") + signed[at + 1 :]
    assert send(client, changed).status_code == 422
    assert not Cosignature.objects.exists()


@pytest.mark.parametrize("false_line", ["before", "after"])
def test_the_line_that_holds_is_the_one_that_is_kept(client: Client, published, witness, false_line):
    """Two lines of one key: what is shown afterwards is what was verified, not what stands beside it."""
    signed = note.cosign(published, witness, WHEN)
    false = str(note.Signature(witness.name, witness.key_id, WHEN.to_bytes(8) + bytes(64)))
    body = published + false + signed.removeprefix(published) if false_line == "before" else signed + false
    assert send(client, body).status_code == 200
    assert cosigned.with_cosignatures(published, 1) == signed


def test_a_checkpoint_that_was_not_published_is_refused(client: Client, published, witness):
    """Even one that our own key signed: the evidence is then on the side of the witness."""
    other = note.Checkpoint(note.read(note.split(published)[0]).origin, 1, bytes(32), WHEN)
    larger = note.Checkpoint(other.origin, 9, bytes(32), WHEN)
    for checkpoint in (other, larger):
        body = note.cosign(note.sign(checkpoint, keys.signing_keys()), witness, WHEN)
        answer = send(client, body)
        assert answer.status_code == 422
        assert "not published here" in answer.content.decode()


@pytest.mark.parametrize(("body", "status"), [("", 422), ("x", 422), (b"\xff\xfe", 422), ("x" * 20_000, 413)])
def test_nonsense_is_refused(client: Client, db, body, status):
    assert send(client, body).status_code == status
    assert client.get(URL).status_code == 405


def test_a_length_that_is_no_number_is_refused(client: Client, db):
    assert client.post(URL, "x", content_type="text/plain", CONTENT_LENGTH="²").status_code == 413


def test_a_key_of_another_kind_is_no_witness(db):
    for line in (str(keys.create("x").public_key), keys.create("x", WITNESS).line(), "x"):
        with pytest.raises(CommandError):
            call_command("declare_witness", line)


def test_the_poster_before_and_after_the_first_seal(client: Client, db):
    assert "Aucune trace" in client.get("/journal/affiche/").content.decode()


def test_the_poster_says_the_checkpoint_in_letters_and_in_a_picture(client: Client, published):
    page = client.get("/journal/affiche/").content.decode()
    assert html_errors(page) == []
    lines = published.splitlines()
    letters = "".join(page.replace("&#x2B;", "+").replace("</dd>", "").split())
    assert lines[2] in letters, "the root, in groups of four"
    assert str(keys.public_keys()[0]) in page.replace("&#x2B;", "+")
    picture = Image.open(io.BytesIO(client.get("/journal/affiche/?image=1").content))
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == published
