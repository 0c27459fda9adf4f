"""References: what a person can read aloud, or copy by hand from a paper."""

import re
import secrets

# Crockford's base 32: without I, L, O and U, which are read as something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


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
