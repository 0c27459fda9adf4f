"""The words pasted beside a code: one JSON object {"hidden": hexadecimal, "shown": {…}}."""

import json

from consent.seal.entry import canonical

LONGEST = 64 * 1024


class WordsUnreadable(ValueError):
    """This text is not that of the words of a receipt."""


def readings(text: str) -> list[tuple[bytes, bytes]]:
    """The ways to read a pasted text: the words as they are hashed, and the SHA-256 of what is not shown.

    A text copied from a PDF may have been broken at a space or inside a word: both are tried. Raises
    `WordsUnreadable` when it is the words in none of them.
    """
    # At "\n" alone: `splitlines` also breaks at signs that a genuine word may hold, such as U+2028.
    lines = [line.strip("\r") for line in text[:LONGEST].strip().split("\n")]
    found = [reading for between in ("\n", " ", "") if (reading := _reading(between.join(lines)))]
    if not found:
        raise WordsUnreadable
    return found


def _reading(text: str) -> tuple[bytes, bytes] | None:
    try:
        said = json.loads(text, strict=False)
        shown, hidden = said["shown"], bytes.fromhex(said["hidden"])
        return (canonical(shown), hidden) if isinstance(shown, dict) and len(hidden) == 32 else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
