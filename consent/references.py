"""References: what a person can read aloud, or copy by hand from a paper."""

import re
import secrets

# Crockford's base 32: without I, L, O and U, which are read as something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# What those who copy by hand meant by the letters that it leaves out.
MEANT = str.maketrans("OIL", "011")
LONG = 12  # letters of a long reference: 60 bits


def new_reference(prefix: str) -> str:
    """A new reference such as "MD-7K2P-9QXA": 40 random bits, easy to read aloud and to copy by hand.

    The caller's unique constraint settles the rare reference drawn twice. `prefix`: 1 to 4 capitals.
    """
    if not re.fullmatch("[A-Z]{1,4}", prefix):
        raise ValueError(f"a prefix is 1 to 4 capital letters: {prefix!r}")
    drawn = base32(secrets.token_bytes(5), 8)
    return f"{prefix}-{drawn[:4]}-{drawn[4:]}"


def base32(raw: bytes, length: int) -> str:
    """The first `5 × length` bits of `raw` in the letters of references."""
    number = int.from_bytes(raw) >> (len(raw) * 8 - length * 5)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def long_reference(prefix: str, raw: bytes) -> str:
    """The first 60 bits of `raw` as a reference, such as "NP-7K2P-9QXA-3M4T"."""
    return _written(prefix, base32(raw, LONG))


def typed_long_reference(prefix: str, typed: str) -> str | None:
    """A long reference that somebody typed, as it is written; None when it does not look like one."""
    joined = re.sub(r"[\s.\-‐‑–—]+", "", typed).upper()
    found = re.fullmatch(rf"{prefix}([0-9A-Z]{{{LONG}}})", joined)
    return _written(prefix, found[1].translate(MEANT)) if found else None


def _written(prefix: str, drawn: str) -> str:
    return "-".join([prefix, drawn[:4], drawn[4:8], drawn[8:]])
