"""Keys and signed notes, against the known answers of those who wrote the format."""

import pytest

from consent.seal import keys, note
from consent.seal.keys import WITNESS
from consent.seal.note import Checkpoint, NoteRefused

# The example of the Go project's package `note`, from which C2SP made its signed-note.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
POINT = Checkpoint("plein-gre.example/journal", 4211, bytes(range(32)), 1764065553, 4200)


def test_a_key_reads_and_writes_as_others_do():
    key = keys.parse(SECRET)
    assert str(key.public_key) == PUBLIC
    assert key.line() == SECRET
    assert keys.parse(PUBLIC) == key.public_key
    assert str(note.Signature(key.name, key.key_id, key.sign(TEXT.encode()))) == LINE
    assert SECRET[-20:] not in repr(key)


def test_a_note_signed_by_others_is_well_read():
    text, (signature,) = note.split(f"{TEXT}\n{LINE}")
    assert text == TEXT
    assert keys.parse(PUBLIC).verifies(signature.made, text.encode())


@pytest.mark.parametrize(
    "line", ["", "PRIVATE+KEY+", SECRET[:-8], SECRET.replace("c74f20a3", "c74f20a4"), PUBLIC[:-8], "a b+1+2", "x+y+!"]
)
def test_what_is_no_key_is_refused_without_repeating_it(line: str):
    with pytest.raises(ValueError, match=r"^this is not a key of a signed note$"):
        keys.parse(line)


def test_a_checkpoint_is_a_note_of_the_form_that_witnesses_know():
    key = keys.create(POINT.origin)
    lines = note.sign(POINT, [key]).split("\n")
    assert lines[:6] == [
        "plein-gre.example/journal", "4211", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "time 1764065553",
        "previous 4200", "",
    ]  # fmt: skip
    assert lines[6].startswith("— plein-gre.example/journal ")
    assert lines[7:] == [""]


def test_the_note_of_a_log_that_does_not_chain_its_checkpoints_reads_too():
    said = note.read("another.example/log\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\ntime 1\n")
    assert (said.size, said.previous) == (7, None)


def test_a_checkpoint_opens_with_any_key_that_signed_it():
    old, new, stranger = (keys.create(POINT.origin) for _ in range(3))
    signed = note.sign(POINT, [new, old])
    for known in ([old.public_key], [stranger.public_key, new.public_key], [old.public_key, new.public_key]):
        assert note.open(signed, known) == POINT
    with pytest.raises(NoteRefused, match="known key"):
        note.open(signed, [stranger.public_key])


def test_a_log_signs_for_itself_alone():
    """C2SP: the origin is the name of the key. A second log that is trusted cannot speak for the first."""
    own, neighbour = keys.create(POINT.origin), keys.create("another.example/log")
    known = [own.public_key, neighbour.public_key]
    assert note.open(note.sign(POINT, [neighbour, own]), known) == POINT
    with pytest.raises(NoteRefused, match="not the name"):
        note.open(note.sign(POINT, [neighbour]), known)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("4211", "4212"),
        ("AAEC", "AAED"),
        ("time 1764065553", "time 1764065554"),
        ("plein-gre.example/journal\n42", "x\n42"),
    ],
)
def test_a_changed_note_does_not_open(before: str, after: str):
    key = keys.create(POINT.origin)
    with pytest.raises(NoteRefused, match="is false"):
        note.open(note.sign(POINT, [key]).replace(before, after, 1), [key.public_key])


@pytest.mark.parametrize(
    "text", ["", "x", "\n\n", "a\n1\n\n— x y\n", POINT.text(), "a\n01\nAAAA\ntime 1\n\n— n AAAAAAAA\n", "a\n\n\n"]
)
def test_what_is_no_checkpoint_is_refused(text: str):
    key = keys.create(POINT.origin)
    with pytest.raises(NoteRefused):
        note.open(text, [key.public_key])


def test_a_witness_adds_its_line_and_a_false_one_does_not_count():
    log, witness, other = (
        keys.create(POINT.origin),
        keys.create("temoin.example", WITNESS),
        keys.create("b.example", WITNESS),
    )
    signed = note.cosign(note.sign(POINT, [log]), witness, 1764065560)
    assert note.open(signed, [log.public_key]) == POINT
    found = note.cosignatures(signed, [other.public_key, witness.public_key])
    assert [(one.witness.name, one.time) for one in found] == [("temoin.example", 1764065560)]
    assert note.cosignatures(signed.replace("4211", "4212", 1), [witness.public_key]) == []
    # The witness's key has another id than a log's of the same bytes: what one signs is never taken for the other's.
    assert keys.key_id("x", witness.public, WITNESS) != keys.key_id("x", witness.public)
