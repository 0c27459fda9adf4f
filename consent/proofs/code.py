"""The code of a receipt: what its QR carries, in bytes and in text (docs/proofs.md says the layout).

A promise is signed by the service; an inclusion shows the way from the entry to a root of the log.
"""

import hashlib
import hmac
import zlib
from dataclasses import dataclass
from typing import ClassVar

from consent.proofs import base45

# "PG1:" begins the text of a QR. "PG1_" begins the text to copy by hand or by mouse: each space of base45 is
# written `_`, so that what copying adds (line ends, spaces at the ends) does not count; each hyphen `~`, for readers of
# PDF drop one at the end of a line.
QR_MARK, COPY_MARK = "PG1:", "PG1_"
# A symbol of 1,000 bytes is still read from a photograph of a paper (design §8).
MOST_BYTES = 1000
LONGEST_TEXT = len(QR_MARK) + 3 * (MOST_BYTES // 2)
MOST_WORDS = 64 * 1024
_TO_COPY, _FROM_COPY = str.maketrans(" -", "_~"), str.maketrans("_~", " -")
PROMISED = b"plein-gre promise v2\n"


class CodeUnreadable(ValueError):
    """This text is not the code of a receipt, or a character of it has changed."""


@dataclass(frozen=True)
class Promise:
    """The promise that an entry made at `at` (unix seconds) is in the log within a minute.

    `shown` are the words and `hidden` the SHA-256 of what is not shown: both, or neither for a code that says
    nothing of the person.
    """

    kinds: ClassVar[tuple[int, int]] = (1, 2)

    key_id: bytes
    at: int
    nonce: bytes
    signature: bytes
    outline: bytes
    digest: bytes
    shown: bytes | None = None
    hidden: bytes = b""

    @property
    def imprint(self) -> bytes:
        """What the log holds instead of the entry."""
        return imprint_of(self.nonce, self.digest, self.outline)

    @property
    def message(self) -> bytes:
        """What is signed."""
        return promised(self.imprint, self.at)

    @property
    def tells(self) -> bool:
        """Whether the code carries its words."""
        return self.to_bytes()[0] == self.kinds[0]

    def to_bytes(self) -> bytes:
        """Kind 1 with its words, kind 2 without them, also when with them it would be too long for a QR."""
        common = self.key_id + self.at.to_bytes(8) + self.nonce + self.signature + self.outline
        if self.shown is not None:
            whole = b"\x01" + common + self.hidden + zlib.compress(self.shown, 9)
            if len(whole) <= MOST_BYTES:
                return whole
        return b"\x02" + common + self.digest


@dataclass(frozen=True)
class Inclusion:
    """The way from an entry to the root of the log of `size` leaves; `hour` is the unix time of the entry // 3600."""

    place: int
    size: int
    hour: int
    nonce: bytes
    outline: bytes
    digest: bytes
    path: tuple[bytes, ...]

    @property
    def leaf(self) -> bytes:
        """The data of the leaf."""
        return leaf_of(self.place, self.hour, imprint_of(self.nonce, self.digest, self.outline))

    def to_bytes(self) -> bytes:
        """Kind 3."""
        start = b"\x03" + self.place.to_bytes(5) + self.size.to_bytes(5) + self.hour.to_bytes(4)
        return start + self.nonce + self.outline + self.digest + b"".join(self.path)


Code = Promise | Inclusion


def promised(imprint: bytes, at: int) -> bytes:
    """What the service signs to promise that an imprint of this second (unix) is in the log within a minute."""
    return PROMISED + imprint + at.to_bytes(8)


def imprint_of(nonce: bytes, digest: bytes, outline: bytes) -> bytes:
    """What the log holds of the entry with this digest."""
    return hashlib.sha256(hmac.digest(nonce, digest, "sha256") + outline).digest()


def leaf_of(place: int, hour: int, imprint: bytes) -> bytes:
    """The data of the leaf at this place, of this hour (since 1970)."""
    return b"\x02" + place.to_bytes(8) + hour.to_bytes(4) + imprint


def digest_of(shown: bytes, hidden: bytes) -> bytes:
    """The digest of an entry from its words and from the SHA-256 of what is not shown."""
    return hashlib.sha256(hashlib.sha256(shown).digest() + hidden).digest()


def qr_text(code: Code) -> str:
    """The text of the QR, in the alphanumeric set."""
    return QR_MARK + base45.encode(code.to_bytes())


def copy_text(code: Code) -> str:
    """The same to select and paste: it holds no space."""
    return COPY_MARK + base45.encode(code.to_bytes()).translate(_TO_COPY)


def _as_in_qr(copied: str) -> str:
    """A text to copy as base45 writes it; what no copy holds is no character of base45 either. Raises `CodeUnreadable`."""
    if "-" in copied:
        raise CodeUnreadable(copied)
    return copied.translate(_FROM_COPY)


def read(text: str) -> Code:
    """The code in a text read from a QR or pasted. Raises `CodeUnreadable`."""
    text = text.strip("\r\n\t")
    if text.lstrip().startswith(COPY_MARK):
        written = _as_in_qr("".join(text.split()).removeprefix(COPY_MARK))
    elif text.startswith(QR_MARK):
        written = text.removeprefix(QR_MARK)
    else:
        raise CodeUnreadable("no mark")
    if len(written) > LONGEST_TEXT:
        raise CodeUnreadable("too long")
    try:
        return _from_bytes(base45.decode(written))
    except base45.NotBase45 as error:
        raise CodeUnreadable("not base45") from error


def _from_bytes(data: bytes) -> Code:
    kind, length = data[:1], len(data)
    if kind == b"\x03" and length >= 95 and (length - 95) % 32 == 0:
        path = tuple(data[at : at + 32] for at in range(95, length, 32))
        place, size, hour = (int.from_bytes(data[first:last]) for first, last in ((1, 6), (6, 11), (11, 15)))
        return Inclusion(place, size, hour, data[15:31], data[31:63], data[63:95], path)
    common = (data[1:5], int.from_bytes(data[5:13]), data[13:29], data[29:93], data[93:125])
    if kind == b"\x02" and length == 157:
        return Promise(*common, data[125:157])
    if kind == b"\x01" and length > 157:
        shown, hidden = _words(data[157:]), data[125:157]
        return Promise(*common, digest_of(shown, hidden), shown, hidden)
    raise CodeUnreadable("not a code")


def _words(data: bytes) -> bytes:
    """The words of a code, which have one writing only: the bits that inflating ignores are zero.

    Those are above the highest bit that counts in the last byte before the checksum (RFC 1951, section 3.1.1).
    """
    words = _inflated(data)
    if last := data[-5]:
        cleared = bytes([last ^ 1 << last.bit_length() - 1])
        try:
            other = _inflated(data[:-5] + cleared + data[-4:])
        except CodeUnreadable:
            return words
        if other == words:
            raise CodeUnreadable("another writing of the same words")
    return words


def _inflated(data: bytes) -> bytes:
    machine = zlib.decompressobj()
    try:
        words = machine.decompress(data, MOST_WORDS)
    except zlib.error as error:
        raise CodeUnreadable("damaged words") from error
    if not machine.eof or machine.unused_data:
        raise CodeUnreadable("unfinished words")
    return words
