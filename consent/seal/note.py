"""Signed notes of C2SP: a checkpoint of the log as text, its signatures, and those that witnesses add.

plein-gre.example/journal            origin
4211                                 size
q0Zy…=                               root, base64
time 1764065553                      when it was signed, in seconds
previous 4200                        size of the checkpoint before this one, 0 for the first: none can be left out

— plein-gre.example/journal Az3grl…  a line for each signature
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from consent.seal.keys import WITNESS, PublicKey, SigningKey

DASH = "— "


class NoteRefused(Exception):
    """The note is not well formed, or a signature that we can check is missing or false; the message says which."""


@dataclass(frozen=True)
class Checkpoint:
    """What a note says: the log, its size, its root (32 bytes), when it was signed (seconds).

    `previous` is the size of the log's checkpoint before this one; None in the note of a log that does not say it.
    """

    origin: str
    size: int
    root: bytes
    time: int
    previous: int | None = None

    def text(self) -> str:
        """The text that is signed."""
        chain = "" if self.previous is None else f"previous {self.previous}\n"
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\ntime {self.time}\n{chain}"


@dataclass(frozen=True)
class Signature:
    """One line of signature: who, four bytes that name the key, and what the key made."""

    name: str
    key_id: bytes
    made: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.made).decode()}\n"


@dataclass(frozen=True)
class Cosignature:
    """A witness saw this checkpoint, consistent with all that it had seen before, at `time` (seconds).

    `line` is the very line of the note that holds.
    """

    witness: PublicKey
    time: int
    line: str


def sign(checkpoint: Checkpoint, keys: Sequence[SigningKey]) -> str:
    """The signed note."""
    text = checkpoint.text()
    return text + "\n" + "".join(str(Signature(k.name, k.key_id, k.sign(text.encode()))) for k in keys)


def open(note: str, keys: Sequence[PublicKey]) -> Checkpoint:
    """What a note says, once one of these keys, of its origin's name, is found to have signed it. Lines of unknown keys are passed over.

    Raises `NoteRefused`, also when one of these keys is named and the signature is not its own.
    """
    text, signatures = split(note)
    known = {(key.name, key.key_id): key for key in keys}
    mine = [(known[name], one) for one in signatures if (name := (one.name, one.key_id)) in known]
    if not mine:
        raise NoteRefused("none of its signatures is by a known key")
    for key, one in mine:
        if not key.verifies(one.made, text.encode()):
            raise NoteRefused(f"the signature of {key.name} ({key.key_id.hex()}) is false")
    found = read(text)
    # A log signs for itself alone (C2SP): the key of another says nothing of this one.
    if found.origin not in {key.name for key, _one in mine}:
        raise NoteRefused(f"its origin {found.origin} is not the name of a key that signed it")
    return found


def cosign(note: str, witness: SigningKey, time: int) -> str:
    """The note with one more line: this witness saw it at `time`."""
    text, _signatures = split(note)
    made = time.to_bytes(8, "big") + witness.sign(_cosigned(text, time))
    return note + str(Signature(witness.name, witness.key_id, made))


def cosignatures(note: str, witnesses: Sequence[PublicKey]) -> list[Cosignature]:
    """Which of these witnesses co-signed, and when; a false one does not count."""
    text, signatures = split(note)
    known = {(key.name, key.key_id): key for key in witnesses if key.kind == WITNESS}
    found = []
    for one in signatures:
        key = known.get((one.name, one.key_id))
        if key is not None and len(one.made) == 72:
            time = int.from_bytes(one.made[:8], "big")
            if key.verifies(one.made[8:], _cosigned(text, time)):
                found.append(Cosignature(key, time, str(one)))
    return found


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def split(note: str) -> tuple[str, list[Signature]]:
    """The text that is signed, and the signatures under it. Raises `NoteRefused`."""
    text, found, below = note.rpartition("\n\n")
    lines = below.split("\n")
    if not found or lines.pop() != "" or not lines:
        raise NoteRefused("it is not a signed note")
    try:
        signatures = [_signature(line) for line in lines]
    except ValueError as error:
        raise NoteRefused("a line of signature is not well formed") from error
    return text + "\n", signatures


def _signature(line: str) -> Signature:
    dash, name, coded = line.split(" ")
    made = base64.b64decode(coded, validate=True)
    if f"{dash} " != DASH or not name or "+" in name or len(made) < 5:
        raise ValueError(line)
    return Signature(name, made[:4], made[4:])


def read(text: str) -> Checkpoint:
    """The text of a checkpoint, its signatures left aside. Raises `NoteRefused`."""
    lines = text.split("\n")
    try:
        origin, size, coded, *more = lines
        root = base64.b64decode(coded, validate=True)
        times, chain = _numbers("time ", more), _numbers("previous ", more)
        well = bool(origin) and size == str(int(size)) and int(size) >= 0 and len(root) == 32
        well = well and len(times) == 1 and len(chain) <= 1
    except ValueError:
        well = False
    if not well or more[-1] != "":
        raise NoteRefused("it is not a checkpoint")
    return Checkpoint(origin, int(size), root, times[0], chain[0] if chain else None)


def _numbers(name: str, lines: Sequence[str]) -> list[int]:
    return [int(line.removeprefix(name)) for line in lines if line.startswith(name)]
