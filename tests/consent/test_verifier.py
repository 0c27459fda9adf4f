"""`verifier.py`: one file that anyone runs, without us. It is tried by its command line and by its parts."""

import ast
import base64
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.bases import Via
from consent.models.journal_entry import ActorKind, Nature, Outcome
from consent.proofs import verifier
from consent.proofs.verifier import FALSE, HOLDS, INCOMPLETE, UNREADABLE, Unreadable
from tests.consent import proof_maker as maker

FILE = Path(verifier.__file__)
DATA = Path(__file__).parents[1] / "data" / "wycheproof"
LOG = maker.Signer("plein-gre.example/journal")
OTHER = maker.Signer("plein-gre.example/journal")
WITNESS = maker.Signer("temoin-a.example", kind=4)
NONCE = bytes(range(16))
# Certificate Transparency's reference leaves, and the roots of the trees of 1 to 8 of them.
CT_LEAVES = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CT_CONSISTENCY = {
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
# RFC 8032, section 7.1: TEST 1, 2, 3 and TEST SHA(abc), as (public key, message, signature).
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


def code(data: bytes) -> str:
    return "PG1:" + maker.base45(data)


def run(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-I", str(FILE), *arguments], capture_output=True, text=True, input=text)


def status(written: str, keys=(LOG,), **more) -> int:
    """What the check of a code ends with, unreadable included."""
    known = [verifier.key_of(key.text) for key in keys]
    try:
        return verifier.check_receipt(written, known, **more).status
    except Unreadable:
        return UNREADABLE


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_signatures_of_rfc_8032_hold(public, message, signature):
    public, message, signature = (bytes.fromhex(one) for one in (public, message, signature))
    assert verifier.ed25519_holds(public, message, signature)
    assert not verifier.ed25519_holds(public, message + b"x", signature)


def test_the_vectors_of_wycheproof():
    vectors = json.loads((DATA / "ed25519_test.json").read_text())
    wrong, tried = [], 0
    for group in vectors["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for one in group["tests"]:
            tried += 1
            holds = verifier.ed25519_holds(public, bytes.fromhex(one["msg"]), bytes.fromhex(one["sig"]))
            if holds != (one["result"] == "valid"):
                wrong.append((one["tcId"], one["comment"]))
    assert tried == vectors["numberOfTests"] > 100
    assert wrong == []


def test_a_key_has_one_writing():
    """The point (0, 1) written as p + 1: with it, an empty signature would hold for every message."""
    signature = (1).to_bytes(32, "little") + bytes(32)
    assert not verifier.ed25519_holds((verifier.P + 1).to_bytes(32, "little"), b"anything", signature)


@pytest.mark.parametrize(
    ("text", "data"), [("BB8", b"AB"), ("%69 VD92EX0", b"Hello!!"), ("UJCLQE7W581", b"base-45"), ("QED8WEX0", b"ietf!")]
)
def test_the_examples_of_rfc_9285(text, data):
    assert verifier.base45(text) == data


@pytest.mark.parametrize("text", ["GGW", "ZZ", "A", "BB8B", "bb8", "B\u00c98"])
def test_what_is_not_base45(text):
    with pytest.raises(Unreadable):
        verifier.base45(text)


@given(st.binary(max_size=80))
def test_base45_both_ways(data):
    assert verifier.base45(maker.base45(data)) == data


def test_the_known_answers_of_certificate_transparency():
    leaves = [verifier.leaf_hash(data) for data in CT_LEAVES]
    roots = [bytes.fromhex(root) for root in CT_ROOTS]
    for (place, size), path in CT_PATHS.items():
        steps = [bytes.fromhex(one) for one in path]
        assert verifier.root_from_path(leaves[place], place, size, steps) == roots[size - 1]
        assert verifier.root_from_path(leaves[place], place + 1, size, steps) != roots[size - 1]
        assert verifier.root_from_path(leaves[place], place, size, [*steps, bytes(32)]) is None
    for (old, new), path in CT_CONSISTENCY.items():
        steps = [bytes.fromhex(one) for one in path]
        assert verifier.consistent(old, roots[old - 1], new, roots[new - 1], steps)
        assert not verifier.consistent(old, roots[old - 2], new, roots[new - 1], steps)
        assert not verifier.consistent(old, roots[old - 1], new, roots[new - 2], steps)
        assert not verifier.consistent(old, roots[old - 1], new, roots[new - 1], steps[:-1])


@given(st.data())
def test_every_place_of_every_tree_of_naive_hashes(data):
    size = data.draw(st.integers(1, 70))
    leaves = [verifier.leaf_hash(bytes([number])) for number in range(size)]
    place, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    path, root = maker.path_of(place, leaves), maker.root_of(leaves)
    assert verifier.root_from_path(leaves[place], place, size, path) == root
    if path:
        assert verifier.root_from_path(leaves[place], place, size, path[:-1]) is None
    steps = maker.consistency_of(old, leaves) if old else []
    assert verifier.consistent(old, maker.root_of(leaves[:old]), size, root, steps)
    assert not verifier.consistent(old, maker.sha(b"another"), size, root, steps)


def test_a_promise_with_its_words_holds_and_tells_them():
    said = run(code(maker.promise(LOG, NONCE)), "--key", LOG.text)
    assert said.returncode == HOLDS, said.stdout
    for words in ("plein-gre.example/journal", "20/11/2026 à 10:12:33 UTC", "Dr Claire Lemoine", "MD-7K2P-9QXA", "137"):
        assert words in said.stdout
    assert "Ce qui n’est pas prouvé" in said.stdout
    english = run(code(maker.promise(LOG, NONCE)), "--key", LOG.text, "--lang", "en")
    assert "The promise was signed by" in english.stdout
    assert "Dr Claire Lemoine" in english.stdout


def test_whoever_acted_and_by_what_right_is_told_in_words():
    told = [*ActorKind.values, *Nature.values, *Outcome.values, *map(str, Via)]
    assert [value for value in told if value not in verifier.VALUES] == []


def test_a_promise_without_words_says_nothing_of_the_person(tmp_path):
    written = code(maker.promise(LOG, NONCE, with_words=False))
    said = run(written, "--key", LOG.text)
    assert said.returncode == INCOMPLETE
    assert "Lemoine" not in said.stdout
    beside = tmp_path / "words.txt"
    beside.write_text(maker.words_beside())
    said = run(written, "--key", LOG.text, "--words", str(beside))
    assert said.returncode == HOLDS
    assert "Dr Claire Lemoine" in said.stdout


def test_words_of_another_receipt_are_told_apart():
    written = code(maker.promise(LOG, NONCE, with_words=False))
    others = maker.SHOWN | {"facts": [["Accès retiré", "Dr Hugo Ferrand"]]}
    assert status(written, words=maker.words_beside(others)) == FALSE
    assert status(written, words=maker.words_beside()) == HOLDS
    assert status(written, words="Accès retiré") == UNREADABLE


def test_words_of_another_second_than_the_promise_are_false():
    later = code(maker.promise(LOG, NONCE, at=maker.AT + 1))
    assert status(later) == FALSE
    leaves = [maker.leaf(0, NONCE, at=maker.AT + 3600)]
    data = bytearray(maker.inclusion(0, 1, NONCE, []))
    data[11:15] = (maker.AT // 3600 + 1).to_bytes(4)
    point = verifier.checkpoint_of(
        maker.signed(maker.body_of(1, maker.root_of(leaves)), LOG), [verifier.key_of(LOG.text)]
    )
    assert status(code(bytes(data)), checkpoints=[point]) == INCOMPLETE, "the proof itself holds"
    assert status(code(bytes(data)), checkpoints=[point], words=maker.words_beside()) == FALSE


@pytest.mark.parametrize("broken", ["Dr\nClaire", "Dr Clai\nre", "Dr\r\nClaire"])
def test_words_copied_from_a_pdf_have_broken_lines(broken):
    written = code(maker.promise(LOG, NONCE, with_words=False))
    assert status(written, words=maker.words_beside().replace("Dr Claire", broken)) == HOLDS


def test_a_terminal_without_accents_is_told_all_the_same():
    said = subprocess.run(
        [sys.executable, str(FILE), code(maker.promise(LOG, NONCE)), "--key", LOG.text],
        capture_output=True, env={"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (said.returncode, said.stderr) == (HOLDS, b"")
    assert b"OUI" in said.stdout


def test_the_status_is_the_same_when_nobody_reads_what_is_printed():
    gone, closed = os.pipe()
    os.close(gone)
    said = subprocess.run(
        [sys.executable, str(FILE), code(maker.promise(LOG, NONCE)), "--key", LOG.text],
        stdout=closed, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(closed)
    assert (said.returncode, said.stderr) == (HOLDS, b"")


def test_without_the_key_nothing_is_vouched_for():
    written = code(maker.promise(LOG, NONCE))
    said = run(written)
    assert said.returncode == INCOMPLETE
    assert LOG.key_id.hex() in said.stdout
    assert "Les mots sont ceux de la trace" not in said.stdout
    assert status(written, keys=[OTHER]) == INCOMPLETE
    assert status(written, keys=[OTHER, LOG]) == HOLDS


def test_a_promise_signed_by_somebody_else_is_false():
    data = bytearray(maker.promise(OTHER, NONCE))
    data[1:5] = LOG.key_id
    assert status(code(bytes(data))) == FALSE


EVERY_BIT = [7, pytest.param(1, marks=pytest.mark.long)]


def each_changed(data: bytes, step: int) -> Iterator[tuple[int, bytes]]:
    """The data with one bit changed: every 7th bit touches every byte."""
    for bit in range(0, len(data) * 8, step):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(changed)


@pytest.mark.parametrize("step", EVERY_BIT)
def test_one_bit_changed_anywhere_in_a_promise_is_seen(step):
    beside = maker.words_beside()
    for with_words in (True, False):
        data = maker.promise(LOG, NONCE, with_words=with_words)
        assert status(code(data), words=beside) == HOLDS
        for bit, changed in each_changed(data, step):
            assert status(code(changed), words=beside) != HOLDS, bit


def test_the_words_of_a_code_have_one_writing_only():
    data = maker.promise(LOG, NONCE)
    for bit, changed in each_changed(data[-8:], 1):
        assert status(code(data[:-8] + changed)) != HOLDS, bit


def test_one_character_changed_anywhere_in_the_text_is_seen():
    written = code(maker.promise(LOG, NONCE, with_words=False))
    for at in range(len(written)):
        for other in "0A ":
            if written[at] != other:
                assert status(written[:at] + other + written[at + 1 :], words=maker.words_beside()) != HOLDS
        assert status(written[:at] + written[at + 1 :], words=maker.words_beside()) != HOLDS


def test_the_text_to_copy_bears_the_spaces_and_line_ends_that_copying_adds():
    written = code(maker.promise(LOG, NONCE))
    to_copy = "PG1_" + written[4:].replace(" ", "_").replace("-", "~")
    assert status(to_copy) == HOLDS
    lines = "\n ".join(to_copy[at : at + 40] for at in range(0, len(to_copy), 40))
    assert status(f"  {lines} \r\n") == HOLDS


def test_a_hyphen_of_a_copied_text_is_none_of_base45():
    data = next(data for number in range(1000) if "-" in code(data := maker.promise(LOG, number.to_bytes(16))))
    assert status("PG1_" + code(data)[4:].replace(" ", "_")) == UNREADABLE


@pytest.fixture
def sealed() -> tuple[str, str]:
    """An entry at place 4 of a log of 7, its code and the signed checkpoint."""
    leaves = [maker.sha(bytes([number])) for number in range(7)]
    leaves[4] = maker.leaf(4, NONCE)
    data = maker.inclusion(4, 7, NONCE, maker.path_of(4, leaves))
    return code(data), maker.signed(maker.body_of(7, maker.root_of(leaves)), LOG, WITNESS)


def test_an_inclusion_holds_against_a_signed_checkpoint(sealed, tmp_path):
    written, note = sealed
    (tmp_path / "checkpoint").write_text(note)
    (tmp_path / "words").write_text(maker.words_beside())
    files = ("--checkpoint", str(tmp_path / "checkpoint"), "--words", str(tmp_path / "words"))
    said = run(written, *files, "--key", LOG.text, "--key", WITNESS.text)
    assert said.returncode == HOLDS, said.stdout
    assert "témoin temoin-a.example" in said.stdout
    assert run("-", *files, "--key", LOG.text, text=written).returncode == HOLDS
    assert run(written, "--words", str(tmp_path / "words")).returncode == INCOMPLETE
    assert run(written, *files).returncode == INCOMPLETE, "a checkpoint that nobody known signed"


def test_an_inclusion_whose_root_nothing_vouches_for_says_yes_to_nothing(sealed, tmp_path):
    """Anyone makes up a tree, with what words they like: only a signed checkpoint tells it from the log."""
    made_up = code(maker.inclusion(0, 1, NONCE, []))
    own = maker.body_of(1, maker.leaf(0, NONCE))
    stranger = maker.Signer("plein-gre.example/journal")
    (tmp_path / "words").write_text(maker.words_beside())
    for point in ("", own, maker.signed(own, stranger), maker.signed(maker.body_of(8, maker.sha(b"later")), LOG)):
        (tmp_path / "point").write_text(point)
        files = ("--words", str(tmp_path / "words"), *(("--checkpoint", str(tmp_path / "point")) if point else ()))
        said = run(made_up, *files, "--key", LOG.text)
        assert said.returncode == INCOMPLETE, said.stdout
        assert not any(line.startswith("OUI") for line in said.stdout.splitlines() if "est signé par" not in line)
        assert "Si cette racine est celle du journal" in said.stdout
        assert "Les mots, qui ne sont ceux d’une trace que si cette racine est celle du journal" in said.stdout
    said = run(made_up, *files[:2], "--lang", "en")
    assert "The words, which are those of a trace only if this root is that of the log" in said.stdout


def test_a_log_signs_for_itself_alone(tmp_path):
    """C2SP: the origin is the name of the key. A second log that is trusted cannot speak for the first."""
    body = maker.body_of(7, maker.sha(b"made up"), origin=LOG.name)
    neighbour = maker.Signer("another.example/log")
    keys = [verifier.key_of(LOG.text), verifier.key_of(neighbour.text)]
    assert verifier.checkpoint_of(maker.signed(body, neighbour), keys).signed is None
    assert verifier.checkpoint_of(maker.signed(body, neighbour, LOG), keys).signed is True
    assert verifier.checkpoint_of(maker.signed(body, LOG), keys).signed is True


def test_a_proof_for_another_root_is_told(sealed):
    written, note = sealed
    keys = [verifier.key_of(LOG.text)]
    elsewhere = maker.signed(maker.body_of(7, maker.sha(b"another log")), LOG)
    larger = maker.signed(maker.body_of(8, maker.sha(b"later")), LOG)
    for one, ends in ((note, HOLDS), (elsewhere, FALSE), (larger, INCOMPLETE)):
        assert status(written, checkpoints=[verifier.checkpoint_of(one, keys)], words=maker.words_beside()) == ends


@pytest.mark.parametrize("step", EVERY_BIT)
def test_one_bit_changed_anywhere_in_an_inclusion_or_its_checkpoint_is_seen(sealed, step):
    written, note = sealed
    keys = [verifier.key_of(LOG.text), verifier.key_of(WITNESS.text)]
    good = verifier.checkpoint_of(note, keys)
    for bit, changed in each_changed(verifier.base45(written[4:]), step):
        assert status(code(changed), checkpoints=[good], words=maker.words_beside()) != HOLDS, bit
    for bit, changed in each_changed(note.encode(), step):
        try:
            point = verifier.checkpoint_of(changed.decode(), keys)
        except (Unreadable, UnicodeDecodeError):
            continue
        ends = status(written, checkpoints=[point], words=maker.words_beside())
        # A change in the name of a witness makes it one that is not known.
        assert ends != HOLDS or point.witnesses == [], bit


def test_consistency_of_two_checkpoints(tmp_path):
    leaves = [maker.sha(bytes([number])) for number in range(9)]
    old = maker.signed(maker.body_of(5, maker.root_of(leaves[:5])), LOG)
    new = maker.signed(maker.body_of(9, maker.root_of(leaves)), LOG)
    fork = maker.signed(maker.body_of(9, maker.root_of([leaves[8], *leaves[1:]])), LOG)
    proof = "\n".join(base64.b64encode(one).decode() for one in maker.consistency_of(5, leaves))
    for name, text in (("old", old), ("new", new), ("fork", fork), ("proof", proof)):
        (tmp_path / name).write_text(text)
    at = {name: str(tmp_path / name) for name in ("old", "new", "fork", "proof")}
    assert run("--consistency", at["old"], at["new"], at["proof"], "--key", LOG.text).returncode == HOLDS
    assert run("--consistency", at["old"], at["new"], at["proof"]).returncode == INCOMPLETE
    for pair in ((at["old"], at["fork"]), (at["new"], at["old"])):
        said = run("--consistency", *pair, at["proof"], "--key", LOG.text)
        assert said.returncode == FALSE
        assert "elle est fausse, ou le passé a été changé" in said.stdout, "a proof that fails does not say which"


@pytest.mark.parametrize(
    "arguments",
    [
        ["PG1:", "--key", LOG.text], ["PG1:ABC"], ["bonjour"], [""], ["PG1:" + "A" * 5000], ["PG1_é"],
        [code(maker.promise(LOG, NONCE)), "--key", "nonsense"],
        [code(maker.promise(LOG, NONCE)), "--key", LOG.text.replace("plein", "pleine")],
        [code(maker.promise(LOG, NONCE)), "--words", "/does/not/exist"],
        [code(maker.promise(LOG, NONCE)), "--checkpoint", str(FILE)],
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_without_a_traceback(arguments):
    said = run(*arguments)
    assert said.returncode == UNREADABLE
    assert said.stderr == ""
    assert said.stdout.strip()


ROOT = base64.b64encode(bytes(32)).decode()
SIGNED_AT = f'"at":"{maker.SHOWN["at"]}"'


@pytest.mark.parametrize(
    "files",
    [
        {"--checkpoint": "log\n" + "9" * 5000 + f"\n{ROOT}\n"},
        {"--checkpoint": f"log\n7\n{ROOT}\ntime " + "9" * 5000 + "\n"},
        {"--words": f'{{"hidden":"{maker.HIDDEN.hex()}","shown":{{"reason":"\\ud800"}}}}'},
        {"--words": f'{{"hidden":"{maker.HIDDEN.hex()}","shown":{{"counter":' + "9" * 5000 + "}}"},
        {"--words": "[" * 100_000},
    ],
    ids=[
        "a size of 5000 digits",
        "a time of 5000 digits",
        "half a character",
        "a number of 5000 digits",
        "a deep list",
    ],
)
def test_a_file_that_cannot_be_read_is_not_called_false(sealed, tmp_path, files):
    ((option, text),) = files.items()
    (tmp_path / "file").write_text(text)
    said = run(sealed[0], option, str(tmp_path / "file"), "--key", LOG.text)
    assert (said.returncode, said.stderr) == (UNREADABLE, "")
    assert said.stdout.strip()


@pytest.mark.parametrize(
    "shown",
    [
        "5",
        "[]",
        "{",
        '{"at":5}',
        '{"at":null}',
        '{"at":"yesterday"}',
        f'{{{SIGNED_AT},"facts":5}}',
        f'{{{SIGNED_AT},"facts":[5]}}',
    ],
)
def test_signed_words_that_are_those_of_no_trace_are_unreadable(shown):
    words = zlib.compress(shown.encode(), 9)
    made = maker.imprint(NONCE, shown.encode())
    signature = LOG.private.sign(b"plein-gre promise v2\n" + made + maker.AT.to_bytes(8))
    start = b"\x01" + LOG.key_id + maker.AT.to_bytes(8) + NONCE + signature + maker.OUTLINE + maker.HIDDEN
    said = run(code(start + words), "--key", LOG.text)
    assert (said.returncode, said.stderr) == (UNREADABLE, "")
    assert "ne se lit pas" in said.stdout


def test_whatever_stops_the_check_is_no_verdict(monkeypatch, capsys):
    def stop(*_arguments):
        raise RuntimeError

    monkeypatch.setattr(verifier, "check_receipt", stop)
    assert verifier.main([code(maker.promise(LOG, NONCE)), "--key", LOG.text]) == UNREADABLE
    assert "n’a pas pu être vérifié" in capsys.readouterr().out


def test_a_screen_that_is_full_changes_no_status():
    with open("/dev/full", "w") as full:
        said = subprocess.run(
            [sys.executable, str(FILE), code(maker.promise(LOG, NONCE)), "--key", LOG.text],
            stdout=full, stderr=subprocess.PIPE,
        )  # fmt: skip
    assert (said.returncode, said.stderr) == (HOLDS, b"")


def test_words_cannot_move_the_cursor_nor_fill_the_memory():
    nasty = maker.SHOWN | {"facts": [["Accès", "\x1b[2Jeffacé\nOUI : tout est juste"]]}
    said = run(code(maker.promise(LOG, NONCE, nasty)), "--key", LOG.text)
    assert "\x1b" not in said.stdout
    assert "\nOUI : tout est juste" not in said.stdout
    bomb = maker.SHOWN | {"facts": [["Accès", "A" * 5_000_000]]}
    assert status(code(maker.promise(LOG, NONCE, bomb))) == UNREADABLE


def test_it_needs_the_standard_library_alone_and_no_network():
    tree = ast.parse(FILE.read_text(), feature_version=(3, 9))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)
    assert not names & {"socket", "ssl", "http", "urllib", "subprocess", "ctypes"}
