"""A witness: it co-signs a log that only grows, and writes evidence of a fork, a roll-back, a missing or late entry."""

import argparse
import base64
import json
import socket
import threading
from pathlib import Path

import pytest

from consent.proofs import code, verifier, witness
from consent.proofs.remote import OutOfReach, RemoteLog, tile_path
from consent.proofs.witness import GRACE, WITHIN, State, Witness
from consent.seal import keys, note
from consent.seal.keys import WITNESS
from tests.consent import proof_maker as maker

LOG = maker.Signer("plein-gre.example/journal")
NONCE = bytes(range(16))
NOW = maker.AT + 3600


class FakeLog:
    """A log with naive hashes that answers as the service does, or as an operator who cheats would like it to."""

    def __init__(self, size: int = 0, mark: bytes = b"honest") -> None:
        self.leaves = [maker.sha(mark + number.to_bytes(4)) for number in range(size)]
        self.at = maker.AT

    def note(self, signer: maker.Signer = LOG) -> str:
        return maker.signed(maker.body_of(len(self.leaves), maker.root_of(self.leaves), at=self.at), signer)

    def get(self, path: str, most: int) -> bytes:
        if path == "/journal/checkpoint":
            return self.note().encode()
        tiles = {}
        row, level = self.leaves, 0
        while row:
            for index in range(-(-len(row) // 256)):
                part = row[index * 256 : index * 256 + 256]
                tiles[tile_path(level, index, len(part))] = b"".join(part)
            whole = range(len(row) // 256)
            row, level = [maker.root_of(row[index * 256 : index * 256 + 256]) for index in whole], level + 1
        if path not in tiles:
            raise OutOfReach(path)
        return tiles[path]


def watcher(log: FakeLog, state: State | None = None, now: float = NOW) -> Witness:
    key = keys.create("temoin-a.example", WITNESS)
    return Witness(key, state or State(log_keys=[LOG.text]), log.get, lambda: now)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 700])
def test_the_proofs_made_from_tiles_are_those_of_the_whole_tree(size):
    log = FakeLog(size)
    remote = RemoteLog(log.get, size, maker.root_of(log.leaves))
    assert [found for _place, found in remote.leaves(0)] == log.leaves
    for place in {0, size // 2, size - 1}:
        assert remote.inclusion(place) == maker.path_of(place, log.leaves)
    for old in {1, size // 3 + 1, size}:
        assert remote.consistency(old) == maker.consistency_of(old, log.leaves)
        assert remote.beginning(old) == maker.root_of(log.leaves[:old])


def test_a_tile_of_the_third_level_and_its_address():
    assert tile_path(0, 0, 256) == "/journal/tile/0/000"
    assert tile_path(0, 1234067, 256) == "/journal/tile/0/x001/x234/067"
    assert tile_path(1, 5, 17) == "/journal/tile/1/005.p/17"


def test_a_log_that_grows_is_cosigned_each_time():
    log = FakeLog(3)
    one = watcher(log)
    for size in (3, 3, 10, 256, 300, 900):
        log.leaves = FakeLog(size).leaves
        log.at += 5
        assert one.look() is None
        seen = note.cosignatures(one.state.cosigned, [one.key.public_key])
        assert [(found.witness.name, found.time) for found in seen] == [("temoin-a.example", NOW)]
        assert note.open(one.state.cosigned, one.log_keys).size == size
    outside = [verifier.key_of(LOG.text), verifier.key_of(str(one.key.public_key))]
    assert verifier.checkpoint_of(one.state.cosigned, outside).witnesses == [("temoin-a.example", NOW)]


def test_a_fork_is_proved_by_two_signed_checkpoints():
    one = watcher(FakeLog(300))
    assert one.look() is None
    cosigned = one.state.cosigned
    for size in (300, 420):
        fork = FakeLog(size, b"another past")
        one.get = fork.get
        evidence = one.look()
        assert evidence.what == "fork"
        assert one.state.cosigned == cosigned, "nothing more is co-signed"
        known = [verifier.key_of(LOG.text)]
        old, new = (verifier.checkpoint_of(text, known) for text in (evidence.old, evidence.new))
        assert old.signed
        assert new.signed
        path = [base64.b64decode(step) for step in evidence.proof]
        assert verifier.check_consistency(old, new, path).status == verifier.FALSE


@pytest.mark.parametrize("old_size", [300, 256])
def test_a_fork_says_with_what_the_new_log_begins_and_proves_it(old_size):
    """A proof that fails convinces nobody: anyone writes one. This one holds, of another beginning than was signed."""
    one = watcher(FakeLog(old_size))
    one.look()
    fork = FakeLog(420, b"another past")
    one.get = fork.get
    evidence = one.look()
    began, path = base64.b64decode(evidence.began), [base64.b64decode(step) for step in evidence.proof]
    old, new = (verifier.checkpoint_of(text, [verifier.key_of(LOG.text)]) for text in (evidence.old, evidence.new))
    assert began == maker.root_of(fork.leaves[:old_size]) != old.root
    assert verifier.consistent(old.size, began, new.size, new.root, path)


def damaged(log: FakeLog, tile: str, at: int = 0):
    """The answers of an honest log, through a line that changes one hash of one tile."""

    def get(path: str, most: int) -> bytes:
        data = log.get(path, most)
        return data[: at * 32] + bytes(32) + data[at * 32 + 32 :] if path.startswith(f"/journal/tile/{tile}") else data

    return get


@pytest.mark.parametrize("old_size", [300, 256, 128])
@pytest.mark.parametrize("tile", ["0/000", "0/001", "1/000"])
def test_a_tile_that_does_not_fit_accuses_nobody_of_a_fork(old_size, tile):
    log = FakeLog(old_size)
    one = watcher(log)
    one.look()
    cosigned, log.leaves = one.state.cosigned, FakeLog(420).leaves
    one.get = damaged(log, tile)
    try:
        assert one.look() is None, "a tile that no proof needs"
        assert (old_size, tile) in {(300, "0/000"), (256, "0/000")}
    except OutOfReach:
        assert one.state.cosigned == cosigned


def test_one_leaf_of_the_past_that_changes_is_a_fork():
    log = FakeLog(600)
    one = watcher(log)
    one.look()
    log.leaves = [*FakeLog(620).leaves]
    log.leaves[41] = maker.sha(b"changed")
    assert one.look().what == "fork"


def test_a_roll_back_is_proved():
    log = FakeLog(20)
    one = watcher(log)
    one.look()
    log.leaves = log.leaves[:19]
    log.at += 1
    evidence = one.look()
    assert (evidence.what, "20" in evidence.says, "19" in evidence.says) == ("rollback", True, True)


@pytest.mark.parametrize("later", [0, 60])
def test_an_old_checkpoint_that_is_shown_again_accuses_nobody(later):
    """A cache or a line replays what the log signed before: true then, and no later word of the log."""
    log = FakeLog(10)
    old = log.note()
    log.leaves = FakeLog(20).leaves
    log.at += later
    one = watcher(log)
    one.look()
    cosigned, log.note = one.state.cosigned, lambda: old
    with pytest.raises(OutOfReach, match="older"):
        one.look()
    assert one.state.cosigned == cosigned


@pytest.mark.parametrize("size", [5, 7, 3, 1])
def test_another_past_is_a_fork_whatever_its_date(size):
    """Put back, written anew, and dated as the first one was: its two signed roots are in hand."""
    log = FakeLog(5)
    one = watcher(log)
    one.look()
    log.leaves, log.at = FakeLog(10).leaves, log.at + 60
    assert one.look() is None
    cosigned, fork = one.state.cosigned, FakeLog(size, b"another past")
    if size < 5:  # nothing so short was seen: the log of today says what it began with
        one.get = lambda path, most: (fork if path == "/journal/checkpoint" else log).get(path, most)
    else:
        one.get = fork.get
    evidence = one.look()
    assert evidence.what == "fork"
    assert one.state.cosigned == cosigned
    old, new = (verifier.checkpoint_of(text, [verifier.key_of(LOG.text)]) for text in (evidence.old, evidence.new))
    if old.size == new.size:
        assert old.root != new.root
    else:
        began, path = base64.b64decode(evidence.began), [base64.b64decode(step) for step in evidence.proof]
        assert began != old.root
        assert verifier.consistent(old.size, began, new.size, new.root, path)


def test_a_checkpoint_that_the_log_did_not_sign_proves_nothing_against_it():
    log = FakeLog(20)
    one = watcher(log)
    one.look()
    log.note = lambda: FakeLog(3).note(maker.Signer("plein-gre.example/journal"))
    with pytest.raises(OutOfReach):
        one.look()
    log.note = lambda: "nonsense"
    with pytest.raises(OutOfReach):
        one.look()


def test_tiles_that_do_not_lead_to_the_root_are_not_cosigned():
    log = FakeLog(20)
    one = watcher(log)
    shown = log.note()
    log.note = lambda: shown
    log.leaves[7] = maker.sha(b"changed")
    with pytest.raises(OutOfReach):
        one.look()
    assert one.state.cosigned == ""


def promise() -> str:
    return "PG1:" + maker.base45(maker.promise(LOG, NONCE, with_words=False))


@pytest.mark.parametrize("clocks", [2, -30], ids=["clocks agree", "the sealer's clock is behind"])
def test_a_promise_that_was_kept_is_found_and_not_sought_again(clocks):
    log = FakeLog(300)
    log.at = maker.AT - 3600
    one = watcher(log, now=log.at)
    one.look()
    one.clock = lambda: NOW
    log.leaves = FakeLog(400).leaves
    log.leaves[333] = maker.leaf(333, NONCE)
    log.at = maker.AT + clocks
    one.look()
    asked: list[str] = []
    one.get = lambda path, most: asked.append(path) or log.get(path, most)
    assert one.check_receipts([promise()]) == []
    assert list(one.state.found.values()) == [333]
    assert "/journal/tile/0/000" not in asked[:1], "what was sealed long before is not gone through"
    one.get = None
    assert one.check_receipts([promise()]) == [], "what was found is asked for no more"


def test_a_promise_is_given_its_minute():
    log = FakeLog(10)
    one = watcher(log, now=maker.AT + WITHIN + GRACE - 1)
    one.look()
    assert one.check_receipts([promise()]) == []
    one.clock = lambda: maker.AT + WITHIN + GRACE
    assert [found.what for found in one.check_receipts([promise()])] == ["missing"]


def test_a_missing_entry_is_proved_by_the_promise_and_the_checkpoint_that_lacks_it():
    one = watcher(FakeLog(300))
    one.look()
    (evidence,) = one.check_receipts([promise()])
    assert evidence.what == "missing"
    assert verifier.receipt_of(evidence.receipt).signature == verifier.receipt_of(promise()).signature
    assert note.cosignatures(evidence.witnessed, [one.key.public_key])


@pytest.mark.parametrize(("tile", "at"), [("0/000", 5), ("0/000", 9), ("0/001", 7), ("1/000", 0)])
def test_a_tile_that_does_not_fit_accuses_nobody_of_a_missing_entry(tile, at):
    log = FakeLog(300)
    log.leaves[5] = maker.leaf(5, NONCE)
    one = watcher(log)
    one.look()
    one.get = damaged(log, tile, at)
    try:
        assert one.check_receipts([promise()]) == []
        assert (tile, at) == ("0/000", 9), "what is not changed is found"
    except OutOfReach:
        assert one.state.found == {}
    one.get = log.get
    assert one.check_receipts([promise()]) == []


def test_an_entry_at_another_place_or_hour_than_its_leaf_says_is_missing():
    log = FakeLog(300)
    log.leaves[5] = maker.leaf(6, NONCE)
    log.leaves[8] = maker.leaf(8, NONCE, at=maker.AT + 7200)
    one = watcher(log)
    one.look()
    assert [found.what for found in one.check_receipts([promise()])] == ["missing"]


def test_a_late_entry_is_proved_by_the_checkpoint_that_was_signed_without_it():
    log = FakeLog(10)
    log.at = maker.AT + WITHIN + 10
    one = watcher(log)
    one.look()
    log.leaves.append(maker.leaf(10, NONCE))
    log.at += 60
    one.look()
    (evidence,) = one.check_receipts([promise()])
    assert evidence.what == "late"
    known = [verifier.key_of(LOG.text)]
    assert verifier.checkpoint_of(evidence.old, known).size == 10
    assert evidence.place == 10


def test_a_log_whose_dates_stand_still_hides_no_entry_that_came_late():
    """It says that it signed within the minute; the witness itself saw, hours later, that the entry was not there."""
    log = FakeLog(10)
    log.at = maker.AT + WITHIN - 30
    one = watcher(log, now=maker.AT + 20)
    one.look()
    one.clock = lambda: maker.AT + 6 * 3600
    one.look()
    log.leaves.append(maker.leaf(10, NONCE))
    log.at = maker.AT + WITHIN - 10
    one.clock = lambda: maker.AT + 7 * 3600
    assert one.look() is None
    (evidence,) = one.check_receipts([promise()])
    assert (evidence.what, evidence.place) == ("late", 10)
    seen = note.cosignatures(evidence.old, [one.key.public_key])
    assert [found.time for found in seen] == [maker.AT + 6 * 3600]


def test_a_code_that_the_log_did_not_sign_is_no_evidence():
    one = watcher(FakeLog(3))
    one.look()
    forged = "PG1:" + maker.base45(maker.promise(maker.Signer("x"), NONCE, with_words=False))
    with pytest.raises(code.CodeUnreadable):
        one.check_receipts([forged])


# -- The command ------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(tmp_path: Path, monkeypatch) -> tuple[FakeLog, argparse.Namespace, list[str]]:
    """A log behind an address, the options of the command, and what was sent to the log."""
    log, sent = FakeLog(5), []
    monkeypatch.setattr(witness, "http_get", lambda url: log.get)
    monkeypatch.setattr(witness, "http_post", lambda url, path, body: sent.append(body))
    options = argparse.Namespace(
        url="https://plein-gre.example", state=tmp_path / "state.json", key=tmp_path / "key.txt",
        name="temoin-a.example", log_key=[LOG.text], receipts=None, no_post=False,
    )  # fmt: skip
    return log, options, sent


def test_the_command_remembers_and_sends(asked):
    log, options, sent = asked
    said: list[str] = []
    assert witness.run(options, said.append) == 0
    assert options.key.stat().st_mode & 0o777 == 0o600
    options.log_key, options.name = [], ""
    log.leaves = FakeLog(9).leaves
    assert witness.run(options, said.append) == 0
    assert [note.open(body, [keys.parse(LOG.text)]).size for body in sent] == [5, 9]
    assert "9 leaves" in said[-1]


def test_the_command_writes_evidence_and_ends_with_2(asked, tmp_path):
    log, options, sent = asked
    assert witness.run(options, [].append) == 0
    log.leaves = FakeLog(4).leaves
    log.at += 60
    said: list[str] = []
    for _turn in (1, 2):
        assert witness.run(options, said.append) == 2
        assert len(list(tmp_path.glob("evidence-*.json"))) == 1
    evidence = json.loads(min(tmp_path.glob("evidence-*.json")).read_text())
    assert evidence["what"] == "rollback"
    assert len(sent) == 1, "a log that went back is not co-signed"
    assert note.open(json.loads(options.state.read_text())["seen"][-1], [keys.parse(LOG.text)]).size == 5


def test_the_command_checks_a_file_of_receipts(asked, tmp_path):
    _log, options, sent = asked
    options.receipts = tmp_path / "receipts.txt"
    options.receipts.write_text(promise() + "\n\n")
    said: list[str] = []
    assert witness.run(options, said.append) == 2
    assert "not kept" in said[-1]
    assert len(sent) == 1, "what was seen is told, whatever was promised"


def test_what_is_found_again_has_its_file_already(asked, tmp_path):
    log, options, sent = asked
    options.receipts = tmp_path / "receipts.txt"
    options.receipts.write_text(promise() + "\n")
    for size in (5, 6, 7):
        log.leaves = FakeLog(size).leaves
        log.at += 60
        assert witness.run(options, [].append) == 2
    assert len(list(tmp_path.glob("evidence-missing-*.json"))) == 1
    assert len(sent) == 3


def test_a_line_that_is_no_promise_stops_no_other(asked, tmp_path):
    _log, options, sent = asked
    options.receipts = tmp_path / "receipts.txt"
    options.receipts.write_text("une ligne mal copiée\n\n" + promise() + "\n")
    said: list[str] = []
    assert witness.run(options, said.append) == 2
    assert [line for line in said if "line 1 of" in line]
    assert list(tmp_path.glob("evidence-missing-*.json"))
    assert len(sent) == 1
    options.receipts.write_text("une ligne mal copiée\n")
    assert witness.run(options, said.append) == 1


def test_a_file_of_receipts_that_is_not_there_is_told_before_anything_is_cosigned(asked, tmp_path):
    _log, options, sent = asked
    options.receipts = tmp_path / "receipts.txt"
    said: list[str] = []
    assert witness.run(options, said.append) == 1
    assert "receipts.txt" in said[0]
    assert said[0].startswith("Nothing is co-signed")
    assert sent == []
    assert not options.state.exists()


def test_tiles_that_do_not_come_are_told_after_what_was_cosigned(asked, tmp_path, monkeypatch):
    log, options, sent = asked
    options.receipts = tmp_path / "receipts.txt"
    options.receipts.write_text(promise() + "\n")
    assert witness.run(options, [].append) == 2
    monkeypatch.setattr(log, "get", lambda path, most: log.note().encode() if "tile" not in path else b"")
    said: list[str] = []
    assert witness.run(options, said.append) == 1
    assert "Seen and co-signed" in said[0]
    assert "could not be looked for" in said[1]
    assert len(sent) == 2


def test_an_answer_that_is_no_http_is_told_in_a_line(asked, monkeypatch):
    from consent.proofs import remote

    _log, options, _sent = asked
    monkeypatch.setattr(witness, "http_get", remote.http_get)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=says_hello, args=[server], daemon=True).start()
        options.url = f"http://127.0.0.1:{server.getsockname()[1]}"
        said: list[str] = []
        assert witness.run(options, said.append) == 1
    assert said[0].startswith("Nothing is co-signed")


def says_hello(server: socket.socket) -> None:
    caller, _address = server.accept()
    with caller:
        caller.recv(1000)
        caller.sendall(b"hello\r\n\r\n")


def test_a_log_that_takes_no_cosignature_hides_nothing_by_that(asked, tmp_path, monkeypatch):
    _log, options, _sent = asked

    def refuse(url: str, path: str, body: str) -> None:
        raise OutOfReach("422, no declared witness co-signed it")

    monkeypatch.setattr(witness, "http_post", refuse)
    said: list[str] = []
    assert witness.run(options, said.append) == 1
    assert "Seen and co-signed" in said[0], "the key to declare is told"
    assert "no declared witness" in said[1]
    options.receipts = tmp_path / "receipts.txt"
    options.receipts.write_text(promise())
    assert witness.run(options, said.append) == 2


@pytest.mark.parametrize("fault", ["no key of the log", "no name", "bad state", "bad key", "unreachable", "bad scheme"])
def test_a_command_that_cannot_look_says_so_and_ends_with_1(asked, fault, monkeypatch):
    log, options, sent = asked
    if fault == "no key of the log":
        options.log_key = []
    elif fault == "no name":
        options.name = ""
    elif fault == "bad state":
        options.state.write_text('{"other": 1}')
    elif fault == "bad key":
        options.key.write_text(LOG.text)
    elif fault == "unreachable":
        log.get = lambda path, most: (_ for _ in ()).throw(OutOfReach(path))
    else:
        from consent.proofs import remote

        monkeypatch.setattr(witness, "http_get", remote.http_get)
        options.url = "file:///etc/passwd"
    said: list[str] = []
    assert witness.run(options, said.append) == 1
    assert said[0].startswith("Nothing is co-signed")
    assert sent == []
