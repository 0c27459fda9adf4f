"""Base45 (RFC 9285): bytes as the characters that a QR symbol packs best."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


class NotBase45(ValueError):
    """This text is not base45."""


def encode(data: bytes) -> str:
    """Two bytes as three characters, a last byte as two; the lowest digit first."""
    text = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number = int.from_bytes(pair)
        for _digit in range(len(pair) + 1):
            number, value = divmod(number, 45)
            text.append(ALPHABET[value])
    return "".join(text)


def decode(text: str) -> bytes:
    """The bytes of a text, which have one writing only. Raises `NotBase45`."""
    if len(text) % 3 == 1 or not _VALUES.keys() >= set(text):
        raise NotBase45("a character is missing, added or foreign")
    data = bytearray()
    for at in range(0, len(text), 3):
        digits = [_VALUES[character] for character in text[at : at + 3]]
        number = sum(value * 45**place for place, value in enumerate(digits))
        if number >= 256 ** (len(digits) - 1):
            raise NotBase45("too large a group")
        data += number.to_bytes(len(digits) - 1)
    return bytes(data)
