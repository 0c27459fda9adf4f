"""The proof that a receipt carries: its holder chooses what it shows, and may have an inclusion proof once it is sealed."""

import hashlib
import io
from dataclasses import dataclass
from enum import StrEnum

import segno
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.models import JournalEntry, SealCheckpoint
from consent.proofs import code
from consent.seal import keys, log
from consent.seal.entry import commitment, digest, halves, hour_of, imprint, outline_of


class Choice(StrEnum):
    """What a code shows: the promise and the words of the trace, the promise alone, or the way to the log's root."""

    WORDS = "mots"
    BARE = "sans"
    INCLUSION = "inclusion"


SHOWS: dict[Choice, str | Promise] = {
    Choice.WORDS: _(
        "Ce code porte les mots de ce reçu, et la promesse signée que la trace est dans le journal scellé en moins "
        "d’une minute. Qui le lit voit ce que vous avez fait."
    ),
    Choice.BARE: _(
        "Ce code prouve qu’une trace a été faite à cette heure, sans dire laquelle ni de qui. Si vous montrez aussi les "
        "mots, il les confirme."
    ),
    Choice.INCLUSION: _(
        "Ce code montre le chemin de la trace jusqu’à la racine du journal, celle que nous publions et que des témoins "
        "gardent. Il ne dit pas ce que vous avez fait ; avec les mots copiés à côté, il les confirme."
    ),
}
TOO_LONG = _(
    "Ce code porte la promesse signée que la trace est dans le journal scellé en moins d’une minute. Les mots de ce reçu "
    "sont trop longs pour le code : ils sont à copier à côté, et le code les confirme."
)


class NotSealedYet(Exception):
    """The entry has no place in a signed checkpoint yet: it will within a minute."""


class TraceChanged(Exception):
    """The entry is no longer what it was when it was written: nothing is promised of it, and the auditor must know."""


@dataclass(frozen=True)
class Proof:
    """One code, as the text of a QR and as the text to copy; `words` is what to paste beside it, empty when bare.

    `checkpoint` is the signed note that an inclusion leads to; `tells` is whether the code itself carries the words.
    """

    choice: Choice
    qr: str
    text: str
    words: str = ""
    checkpoint: str = ""
    tells: bool = False

    @property
    def shows(self) -> str | Promise:
        """What this code shows, in a sentence."""
        return TOO_LONG if self.choice is Choice.WORDS and not self.tells else SHOWS[self.choice]


def choice_of(asked: str | None) -> Choice:
    """What was asked for in an address; the words by default, since the receipt tells them beside the code."""
    return Choice(asked) if asked in set(Choice) else Choice.WORDS


def proof_of(entry: JournalEntry, choice: Choice) -> Proof:
    """The proof of an entry. The wall must be open for its person.

    Raises `NotSealedYet` for an inclusion, `TraceChanged` for an entry that its imprint does not fit.
    """
    shown, hidden = halves(entry)
    nonce, of_entry = bytes.fromhex(entry.nonce), digest(shown, hidden)
    outline = outline_of(entry)
    if imprint(commitment(nonce, of_entry), outline) != bytes(entry.imprint):
        raise TraceChanged
    beside = "" if choice is Choice.BARE else words_beside(shown, hidden)
    if choice is Choice.INCLUSION:
        found, checkpoint = _inclusion(entry, nonce, outline, of_entry)
        return Proof(choice, code.qr_text(found), code.copy_text(found), beside, checkpoint)
    words = (shown, hashlib.sha256(hidden).digest()) if choice is Choice.WORDS else (None, b"")
    made = _promise(entry, nonce, outline, of_entry, *words)
    return Proof(choice, code.qr_text(made), code.copy_text(made), beside, tells=made.tells)


def can_prove(entry: JournalEntry, choice: Choice) -> bool:
    """Whether `proof_of` has a proof to give. The wall must be open for the entry's person."""
    try:
        proof_of(entry, choice)
    except (NotSealedYet, TraceChanged):
        return False
    return True


def qr_of(entry: JournalEntry) -> str:
    """The text of the QR that a paper of several traces prints beside the words of this one; empty for one that was changed.

    The wall must be open for the entry's person.
    """
    try:
        return proof_of(entry, Choice.WORDS).qr
    except TraceChanged:
        return ""


def words_beside(shown: bytes, hidden: bytes) -> str:
    """The words to paste beside a code that does not carry them, with the hash of what is not shown."""
    return f'{{"hidden":"{hashlib.sha256(hidden).hexdigest()}","shown":{shown.decode()}}}'


def _promise(
    entry: JournalEntry, nonce: bytes, outline: bytes, of_entry: bytes, shown: bytes | None, hidden_sha256: bytes
) -> code.Promise:
    key, at = keys.current(), int(entry.at.timestamp())
    signature = key.sign(code.promised(bytes(entry.imprint), at))
    return code.Promise(key.key_id, at, nonce, signature, outline, of_entry, shown, hidden_sha256)


def _inclusion(entry: JournalEntry, nonce: bytes, outline: bytes, of_entry: bytes) -> tuple[code.Inclusion, str]:
    place, latest = log.place_of(entry.pk), log.latest()
    if place is None or latest is None or place >= latest.size:
        raise NotSealedYet
    path = tuple(log.inclusion(place, latest.size))
    made = code.Inclusion(place, latest.size, hour_of(entry.at), nonce, outline, of_entry, path)
    return made, SealCheckpoint.objects.get(size=latest.size).note


def qr_png(text: str) -> bytes:
    """The QR of a code as a black and white PNG, quiet zone included: a few hundred bytes, sharp at any size."""
    out = io.BytesIO()
    symbol(text).save(out, kind="png", scale=4, border=4)
    return out.getvalue()


def symbol(text: str) -> segno.QRCode:
    """The QR of a code: level M, so that a fold or a stain does not end it."""
    return segno.make_qr(text, error="m", mode="alphanumeric")
