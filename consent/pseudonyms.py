"""The number by which the auditor knows a person: « Mon numéro pour le délégué ». It says nothing to anyone else.

It stands for a name wherever the auditor looks; the person reads it on their own papers and tells it if they wish. It
is kept with the person's row and goes with it: after an erasure nothing leads from the number to the traces.
"""

import re
from uuid import UUID

from consent.crypto import blind_index
from consent.references import base32

PREFIX = "NP"
LETTERS = 12  # 60 bits
JOINED = re.compile(rf"{PREFIX}([0-9A-Z]{{{LETTERS}}})")
# Letters that references do not have, and what those who copy them by hand meant.
MEANT = str.maketrans("OIL", "011")


def pseudonym_of(person_id: UUID) -> str:
    """The number of a person, such as "NP-7K2P-9QXA-3M4T": a digest under the key of indexes, the same for ever."""
    drawn = base32(blind_index("pseudonym", str(person_id)), LETTERS)
    return _written(drawn)


def typed_pseudonym(typed: str) -> str | None:
    """The number that somebody typed, as it is kept; None when it does not look like one."""
    found = JOINED.fullmatch(re.sub(r"[\s.\-‐‑–—]+", "", typed).upper())
    return _written(found[1].translate(MEANT)) if found else None


def _written(drawn: str) -> str:
    return "-".join([PREFIX, drawn[:4], drawn[4:8], drawn[8:]])
