"""The codes printed on paper: a reference in clear text, and a QR text that proves it is ours.

A QR text is `PG1:<kind>:<parts>:<check>`, all in the alphanumeric set of ISO/IEC 18004, so that the QR
stays coarse and survives a fax. The check is keyed: nobody outside can print a sheet that passes for ours.
"""

import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from consent.crypto import blind_index
from consent.references import ALPHABET, MEANT, base32
from consent.references import new_reference as new_reference

MARK = "PG1"
CHECK_LENGTH = 10
LONGEST = 120
_PART = r"[0-9A-Z.-]+"
_SHAPE = re.compile(rf"{MARK}:([A-Z])((?::{_PART})+):([0-9A-HJKMNP-TV-Z]{{{CHECK_LENGTH}}})")
_REFERENCE = re.compile(rf"([A-Z]{{1,4}})-([{ALPHABET}]{{4}})-([{ALPHABET}]{{4}})")


class ForeignCode(ValueError):
    """This text is not one of our codes, or was altered. The message can be shown to people."""


class Kind(StrEnum):
    """What a code is printed on."""

    MANDATE = "M"
    FORM = "F"
    PERSONAL_FORM = "P"
    SLIP = "S"


PARTS = {Kind.MANDATE: 1, Kind.FORM: 2, Kind.PERSONAL_FORM: 1, Kind.SLIP: 1}


@dataclass(frozen=True)
class Code:
    """A code of ours that was read: its kind and its parts, as strings."""

    kind: Kind
    parts: tuple[str, ...]

    @property
    def reference(self) -> str:
        """The reference that it carries ("MD-7K2P-9QXA"); empty on a blank form."""
        return "" if self.kind is Kind.FORM else self.parts[0]

    @property
    def act_code(self) -> str:
        """The act of a blank form ("grant.revoke"); empty on anything else."""
        return self.parts[0].lower() if self.kind is Kind.FORM else ""

    @property
    def form_version(self) -> int | None:
        """The version of a blank form, or None."""
        return int(self.parts[1]) if self.kind is Kind.FORM else None


def normalise_reference(typed: str) -> str:
    """A reference as typed by hand ("md 7k2p 9qxa", O for 0, l for 1) in its printed shape.

    Raises `ForeignCode` when it has not the shape of a reference.
    """
    joined = re.sub(r"[\s.\-_‐‑–—]+", "", typed).upper()
    prefix, drawn = joined[:-8], joined[-8:].translate(MEANT)
    reference = f"{prefix}-{drawn[:4]}-{drawn[4:]}"
    if not _REFERENCE.fullmatch(reference):
        raise ForeignCode(
            _("Cette référence n’a pas la bonne forme. Recopiez celle du papier, par exemple MD-7K2P-9QXA.")
        )
    return reference


def mandate_code(reference: str) -> str:
    """The QR text of each page of a mandate."""
    return _code(Kind.MANDATE, reference)


def form_code(act_code: str, form_version: int) -> str:
    """The QR text of the blank form of an act."""
    return _code(Kind.FORM, act_code.upper(), str(form_version))


def personal_form_code(reference: str) -> str:
    """The QR text of a form made for one person: it names person, act and targets by reference only."""
    return _code(Kind.PERSONAL_FORM, reference)


def slip_code(reference: str) -> str:
    """The QR text of a slip to cut off and post: that of a mandate ends it, that of a letter answers it."""
    return _code(Kind.SLIP, reference)


def read_code(text: str) -> Code:
    """The code in the text of a QR. Raises `ForeignCode` when it is not ours or its check is wrong."""
    found = _SHAPE.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if found is None or found[1] not in set(Kind):
        raise ForeignCode(_("Ce code n’est pas un code de Plein gré."))
    kind, parts = Kind(found[1]), tuple(found[2][1:].split(":"))
    if not hmac.compare_digest(_check(kind, parts), found[3]):
        raise ForeignCode(_("Ce code ressemble à un code de Plein gré, mais il n’en est pas un."))
    return Code(kind, parts)


def _code(kind: Kind, *parts: str) -> str:
    if len(parts) != PARTS[kind] or not all(re.fullmatch(_PART, part) for part in parts):
        raise ValueError(f"these parts cannot be printed in a code: {parts!r}")
    return ":".join([MARK, kind, *parts, _check(kind, parts)])


def _check(kind: Kind, parts: tuple[str, ...]) -> str:
    return base32(blind_index("paper", ":".join([MARK, kind, *parts])), CHECK_LENGTH)
