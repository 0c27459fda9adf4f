"""A witness of the log: it fetches checkpoints, proves that each only adds to the last, and co-signs (C2SP tlog-cosignature).

Other bodies run it beside the service, from a clock of theirs, with no database: `python -m consent.proofs.witness`,
or `manage.py witness`. What the log did wrong is written in a file that convinces without the witness being believed.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from consent import merkle
from consent.proofs import code
from consent.proofs.remote import LONGEST_NOTE, Get, OutOfReach, RemoteLog, http_get, http_post
from consent.seal import keys, note
from consent.seal.keys import WITNESS, PublicKey, SigningKey
from consent.seal.note import Checkpoint, NoteRefused

# What was promised (docs/proofs.md), and how long past it a witness waits, for clocks that differ.
WITHIN = 60
GRACE = 30
# A checkpoint signed so long before an entry cannot hold it, whatever the clocks of two machines say.
CLOCKS = 600
# So many checkpoints are remembered, to say later which one lacked an entry.
MOST_SEEN = 1000
SEEN_WELL, NOT_REACHED, EVIDENCE = 0, 1, 2


@dataclass
class State:
    """What a witness remembers between two looks.

    `seen` are the signed notes, the oldest first, each co-signed when it was last shown; `cosigned` is the last of them.
    """

    log_keys: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    cosigned: str = ""
    found: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "State":
        """The state of this file, or a new one. Raises `ValueError` for a file that is no state: it is never replaced."""
        if not path.exists():
            return cls()
        try:
            return cls(**json.loads(path.read_text()))
        except TypeError as error:
            raise ValueError(f"{path} is not the state of a witness") from error

    def save(self, path: Path) -> None:
        """Replace the file at once, or not at all."""
        new = path.with_name(path.name + ".new")
        with new.open("w") as file:
            json.dump(asdict(self), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)


@dataclass(frozen=True)
class Evidence:
    """What the log did wrong. `old` and `new` are signed notes, `receipt` a signed promise.

    `proof` leads to the signed root of `new`: from the `place` of an entry, or from `began`, with which `new` begins.
    A note that is co-signed was what the log showed at that time; `witnessed` is `new` so.
    """

    what: str
    says: str
    old: str = ""
    new: str = ""
    began: str = ""
    proof: list[str] = field(default_factory=list)
    place: int | None = None
    receipt: str = ""
    witnessed: str = ""

    def write(self, folder: Path) -> Path:
        """Write it beside the state, once: what is found again at the next look has its file already; its path."""
        # Of a promise, the log that lacks its entry is another at each look.
        notes = [] if self.receipt else [note.split(each)[0] for each in (self.old, self.new)]
        about = "\0".join([self.what, self.receipt, *notes])
        path = folder / f"evidence-{self.what}-{hashlib.sha256(about.encode()).hexdigest()[:12]}.json"
        if not path.exists():
            path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False))
        return path


class Witness:
    """One witness of one log. `get` asks the log for a path."""

    def __init__(self, key: SigningKey, state: State, get: Get, clock: Callable[[], float] = time.time) -> None:
        self.key = key
        self.state = state
        self.get = get
        self.clock = clock

    @property
    def log_keys(self) -> list[PublicKey]:
        """The keys of the log that this witness trusts to name it."""
        return [one for line in self.state.log_keys if isinstance(one := keys.parse(line), PublicKey)]

    def look(self) -> Evidence | None:
        """Fetch the checkpoint, prove it against the last, co-sign it in the state; or the evidence against the log.

        Raises `OutOfReach` when the log does not answer; nothing is then co-signed.
        """
        fetched = self.get("/journal/checkpoint", LONGEST_NOTE).decode(errors="replace")
        try:
            now = note.open(fetched, self.log_keys)
        except NoteRefused as error:
            raise OutOfReach(f"the checkpoint is not signed by the log: {error}") from error
        before = self.state.seen[-1] if self.state.seen else ""
        if before and (wrong := self._against(note.open(before, self.log_keys), before, now, fetched)):
            return wrong
        if not before:
            RemoteLog(self.get, now.size, now.root)
        if before and note.open(before, self.log_keys).size == now.size:
            self.state.seen[-1] = self._cosigned(before)
        else:
            self.state.seen = [*self.state.seen, self._cosigned(fetched)][-MOST_SEEN:]
        self.state.cosigned = self.state.seen[-1]
        return None

    def _cosigned(self, text: str) -> str:
        """The note with this witness's line of now, in the place of one from before."""
        body, signatures = note.split(text)
        mine = (self.key.name, self.key.key_id)
        others = "".join(str(one) for one in signatures if (one.name, one.key_id) != mine)
        return note.cosign(f"{body}\n{others}", self.key, int(self.clock()))

    def _against(self, old: Checkpoint, old_note: str, now: Checkpoint, now_note: str) -> Evidence | None:
        if old.origin != now.origin:
            raise OutOfReach(f"this is another log: {now.origin} instead of {old.origin}")
        if now.size > old.size:
            return self._begins_otherwise(old, old_note, now, now_note)
        seen = [(note.open(each, self.log_keys), each) for each in self.state.seen]
        for point, each in seen:
            if point.size == now.size and point.root != now.root:
                says = f"The log forked: two signed roots for {now.size} leaves."
                return Evidence("fork", says, old=each, new=now_note)
        if now.size == old.size:
            return None
        if now.time > old.time:
            says = f"The log went back: it showed {old.size} leaves, and now shows {now.size}."
            return Evidence("rollback", says, old=old_note, new=now_note)
        # What the log signed before, shown again by whoever stands between, accuses nobody; another past, dated back, does.
        smaller = [(point, each) for point, each in seen if point.size < now.size][-1:]
        pairs = [(now, now_note, old, old_note), *((*each, now, now_note) for each in smaller)]
        for pair in pairs:
            try:
                wrong = self._begins_otherwise(*pair)
            except OutOfReach:
                continue
            if wrong:
                return wrong
        raise OutOfReach(f"an older checkpoint is shown: {now.size} leaves, and {old.size} were seen")

    def _begins_otherwise(self, old: Checkpoint, old_note: str, now: Checkpoint, now_note: str) -> Evidence | None:
        """The evidence that the larger of two does not begin with the smaller."""
        remote = RemoteLog(self.get, now.size, now.root)
        path = remote.consistency(old.size)
        if merkle.consistent(old.size, old.root, now.size, now.root, path):
            return None
        # A proof that fails convinces nobody; this one holds, of another beginning than the log had signed.
        (began,) = _written([remote.beginning(old.size)])
        says = f"The log of {now.size} leaves does not begin with that of {old.size}: the past was changed."
        return Evidence("fork", says, old=old_note, new=now_note, began=began, proof=_written(path))

    def check_receipts(self, texts: Sequence[str]) -> list[Evidence]:
        """The evidence against the log for each promise of these codes that it did not keep; call `look` before.

        Raises `OutOfReach`, and `CodeUnreadable` for what is no promise of this log.
        """
        due = [promise for text in texts if (promise := self._promise(text)).imprint.hex() not in self.state.found]
        limit = self.clock() - WITHIN - GRACE
        return [wrong for promise in due if promise.at <= limit and (wrong := self._sought(promise))]

    def _promise(self, text: str) -> code.Promise:
        promise = code.read(text)
        if not isinstance(promise, code.Promise):
            raise code.CodeUnreadable("not a promise: an inclusion proof is checked by verifier.py")
        if not any(
            key.verifies(promise.signature, promise.message) for key in self.log_keys if key.key_id == promise.key_id
        ):
            raise code.CodeUnreadable("no key of this log signed this promise")
        return promise

    def _sought(self, promise: code.Promise) -> Evidence | None:
        """Look for the leaf of a promise; remember its place, or say what is wrong."""
        seen = [(note.open(each, self.log_keys), each) for each in self.state.seen]
        now, now_note = seen[-1]
        remote = RemoteLog(self.get, now.size, now.root)
        first = max((point.size for point, _note in seen if point.time < promise.at - CLOCKS), default=0)
        place = next((place for place, found in remote.leaves(first) if found == _leaf(promise, place)), None)
        receipt = code.copy_text(promise)
        if place is None:
            says = f"A promise of {promise.at} is not kept: no leaf of {first} to {now.size - 1} is its entry."
            return Evidence("missing", says, new=now_note, receipt=receipt, witnessed=self.state.cosigned)
        path = remote.inclusion(place)
        self.state.found[promise.imprint.hex()] = place
        due = promise.at + WITHIN
        for point, each in seen:
            # The log's own word, or, if its dates stand still, what it showed to this witness.
            if point.size <= place and (point.time > due or self._saw(each) > due + GRACE):
                at = max(point.time, self._saw(each))
                says = f"A promise of {promise.at} was kept late: the log of {at} has not place {place}."
                proof = _written(path)
                return Evidence("late", says, old=each, new=now_note, proof=proof, place=place, receipt=receipt)
        return None

    def _saw(self, text: str) -> int:
        """When this witness was last shown this note; 0 when its line is not there."""
        return max((one.time for one in note.cosignatures(text, [self.key.public_key])), default=0)


def _leaf(promise: code.Promise, place: int) -> bytes:
    return merkle.leaf_hash(code.leaf_of(place, promise.at // 3600, promise.imprint))


def _written(path: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in path]


def own_key(path: Path, name: str) -> SigningKey:
    """The key of the witness in this file; a new one, for its owner's eyes alone, when there is none.

    Raises `ValueError` for a file that holds no key of a witness, and for a name that a key cannot have.
    """
    if path.exists():
        key = keys.parse(path.read_text().strip())
        if not isinstance(key, SigningKey) or key.kind != WITNESS:
            raise ValueError(f"{path} holds no key of a witness")
        return key
    if not name:
        raise ValueError(f"{path} does not exist: say --name to make a new key")
    key = keys.create(name, WITNESS)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.line() + "\n")
    return key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--url", required=True, help="address of the service, such as https://plein-gre.example")
    parser.add_argument("--state", required=True, type=Path, help="file that remembers; evidence is written beside it")
    parser.add_argument(
        "--key", required=True, type=Path, help="file of the witness's own key; made if it is not there"
    )
    parser.add_argument("--name", default="", help="name of a new key, such as temoin.exemple.fr")
    parser.add_argument("--log-key", action="append", default=[], help="verifier key of the log; needed the first time")
    parser.add_argument("--receipts", type=Path, help="file of receipt codes, one a line, that must be in the log")
    parser.add_argument("--no-post", action="store_true", help="keep the co-signature, do not send it to the log")


def run(options: argparse.Namespace, say: Callable[[str], object] = print) -> int:
    """One look. 0: seen and co-signed; 1: not reached or misused; 2: evidence was written."""
    try:
        return _run(options, say)
    except (OutOfReach, NoteRefused, ValueError, OSError) as error:
        say(f"Nothing is co-signed: {error}")
        return NOT_REACHED


def _run(options: argparse.Namespace, say: Callable[[str], object]) -> int:
    key, state = own_key(options.key, options.name), State.load(options.state)
    state.log_keys = list(dict.fromkeys([*state.log_keys, *(str(keys.parse(line)) for line in options.log_key)]))
    if not state.log_keys:
        raise ValueError("say --log-key the first time: the verifier key of the log, as printed on posters")
    # Read before anything is signed: a file that is not there is told as what stopped this look.
    lines = options.receipts.read_text().splitlines() if options.receipts else []
    witness = Witness(key, state, http_get(options.url))
    if wrong := witness.look():
        return _tell([wrong], options, say)
    # Remembered before it is told to anyone: a witness never signs two pasts.
    state.save(options.state)
    status = _send(witness, options, say)
    return max(status, _check_receipts(witness, lines, options, say)) if lines else status


def _tell(evidence: Sequence[Evidence], options: argparse.Namespace, say: Callable[[str], object]) -> int:
    for one in evidence:
        say(f"{one.says} Evidence: {one.write(options.state.parent)}")
    return EVIDENCE if evidence else SEEN_WELL


def _send(witness: Witness, options: argparse.Namespace, say: Callable[[str], object]) -> int:
    state = witness.state
    seen = note.open(state.seen[-1], witness.log_keys)
    say(f"Seen and co-signed: {seen.size} leaves, by {witness.key.public_key}")
    if not options.no_post:
        try:
            http_post(options.url, "/journal/cosignature", state.cosigned)
        except OutOfReach as error:
            # Said last: a log that takes no co-signature hides nothing by that.
            say(f"The log did not take the co-signature: {error}")
            return NOT_REACHED
    return SEEN_WELL


def _check_receipts(
    witness: Witness, lines: Sequence[str], options: argparse.Namespace, say: Callable[[str], object]
) -> int:
    """Look for what was promised; a line that cannot be used is told, and stops no other."""
    status = SEEN_WELL
    for number, line in enumerate(lines, 1):
        try:
            evidence = witness.check_receipts([line]) if line.strip() else []
        except code.CodeUnreadable as error:
            say(f"No promise in line {number} of {options.receipts}: {error}")
            status = max(status, NOT_REACHED)
        except OutOfReach as error:
            say(f"Line {number} of {options.receipts} could not be looked for, nor those after it: {error}")
            status = max(status, NOT_REACHED)
            break
        else:
            status = max(status, _tell(evidence, options, say))
    witness.state.save(options.state)
    return status


def main(arguments: Sequence[str] | None = None) -> int:
    """The command without Django's settings."""
    parser = argparse.ArgumentParser(prog="witness", description="Check a log, co-sign it, keep evidence against it.")
    add_arguments(parser)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
