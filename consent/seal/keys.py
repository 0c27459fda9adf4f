"""The Ed25519 keys of the seal, in the text form of C2SP signed notes, one a line.

    PRIVATE+KEY+name+id+base64    it signs; the first of them signs promises, all of them sign checkpoints
    name+id+base64                only its public half is left: it still opens what it signed

They come from SEAL_KEYS or from the file SEAL_KEYS_FILE, outside the data. docs/operating.md says how one key
follows another.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# The algorithm byte of C2SP signed-note: a log's own signature, and a witness's co-signature.
LOG, WITNESS = 0x01, 0x04
SECRET = "PRIVATE+KEY+"  # noqa: S105


def key_id(name: str, public: bytes, kind: int = LOG) -> bytes:
    """The four bytes by which a signature says which key made it."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True)
class PublicKey:
    """What checks signatures: 32 bytes, the name of who signs, and whether that is a log or a witness."""

    name: str
    public: bytes
    kind: int = LOG

    @cached_property
    def key_id(self) -> bytes:
        """The four bytes by which its signatures name it."""
        return key_id(self.name, self.public, self.kind)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key made this signature of this message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def __str__(self) -> str:
        """The verifier key of C2SP signed-note, as it is published."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True)
class SigningKey:
    """A whole key: 32 secret bytes and the name of who signs."""

    name: str
    secret: bytes
    kind: int = LOG

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    @cached_property
    def public(self) -> bytes:
        """The 32 bytes of its public half."""
        return self._private.public_key().public_bytes_raw()

    @cached_property
    def public_key(self) -> PublicKey:
        """What checks its signatures."""
        return PublicKey(self.name, self.public, self.kind)

    @property
    def key_id(self) -> bytes:
        """The four bytes by which its signatures name it."""
        return self.public_key.key_id

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of its signature."""
        return self._private.sign(message)

    def line(self) -> str:
        """The key as SEAL_KEYS keeps it. Whoever has this line signs in the service's name."""
        secret = base64.b64encode(bytes([self.kind]) + self.secret).decode()
        return f"{SECRET}{self.name}+{self.key_id.hex()}+{secret}"

    def __repr__(self) -> str:
        return f"SigningKey({self.public_key})"


def create(name: str, kind: int = LOG) -> SigningKey:
    """A new key. `name` is the log's origin, without spaces or plus signs."""
    if not name or "+" in name or any(mark.isspace() for mark in name):
        raise ValueError("a key's name has no space and no plus sign")
    return SigningKey(name, secrets.token_bytes(32), kind)


def parse(line: str) -> SigningKey | PublicKey:
    """A key from its line. Raises `ValueError`, which never repeats the line."""
    private = line.startswith(SECRET)
    try:
        name, named_id, data = line.removeprefix(SECRET).strip().split("+", 2)
        kind, *key = base64.b64decode(data, validate=True)
        made = SigningKey(name, bytes(key), kind) if private else PublicKey(name, bytes(key), kind)
        fits = len(key) == 32 and kind in (LOG, WITNESS) and made.key_id.hex() == named_id
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("this is not a key of a signed note")
    return made


def current() -> SigningKey:
    """The key that signs promises now."""
    return signing_keys()[0]


def signing_keys() -> list[SigningKey]:
    """Every key that signs checkpoints, the current one first."""
    found = [key for key in _keyring() if isinstance(key, SigningKey)]
    if not found:
        raise ImproperlyConfigured("SEAL_KEYS holds no key that signs (see docs/operating.md).")
    return found


def public_keys() -> list[PublicKey]:
    """Every key that signs or ever signed, the current one first: what is published."""
    return [key.public_key if isinstance(key, SigningKey) else key for key in _keyring()]


@cache
def _keyring() -> list[SigningKey | PublicKey]:
    text = settings.SEAL_KEYS
    if not text and settings.SEAL_KEYS_FILE:
        text = Path(settings.SEAL_KEYS_FILE).read_text()
    if not text.strip():
        raise ImproperlyConfigured("Set SEAL_KEYS or SEAL_KEYS_FILE (see docs/operating.md).")
    try:
        keys = [parse(line) for line in text.split()]
    except ValueError as error:
        raise ImproperlyConfigured("A line of SEAL_KEYS is no key (see docs/operating.md).") from error
    return sorted(keys, key=lambda key: isinstance(key, PublicKey))
