"""Proofs made by other means than the service's own: naive trees, `cryptography` for signatures, base45 by the book."""

import base64
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
AT = 1_795_169_553  # 2026-11-20 10:12:33 UTC
SHOWN = {
    "v": 1, "at": "2026-11-20T10:12:33.123456Z", "nature": "act", "code": "grant.revoke", "outcome": "done",
    "via": "mandate", "by": "agent", "counter": 137, "reference": "MD-7K2P-9QXA",
    "facts": [["Accès retiré", "Dr Claire Lemoine"], ["À partir de", "20 novembre 2026"]], "reason": "",
}  # fmt: skip
HIDDEN = hashlib.sha256(b"what is not shown").digest()
OUTLINE = hashlib.sha256(b"an outline, which nobody outside can make again").digest()


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def canonical(words: dict) -> bytes:
    """The words as they are hashed."""
    return json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def base45(data: bytes) -> str:
    """RFC 9285, section 4: two bytes are three characters, one byte is two."""
    out = ""
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number = int.from_bytes(pair)
        for _place in range(len(pair) + 1):
            number, value = divmod(number, 45)
            out += ALPHABET[value]
    return out


@dataclass
class Signer:
    """A key pair with its name, of the log (kind 1) or of a witness (kind 4)."""

    name: str
    kind: int = 1
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        return sha(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]

    @property
    def text(self) -> str:
        """The verifier key, as published."""
        written = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{written}"

    def line(self, signature: bytes) -> str:
        return f"\u2014 {self.name} {base64.b64encode(self.key_id + signature).decode()}\n"


def body_of(size: int, root: bytes, origin: str = "plein-gre.example/journal", at: int = AT) -> str:
    """The text of a checkpoint."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\ntime {at}\n"


def signed(body: str, *signers: Signer, at: int = AT) -> str:
    """A signed note: by the log, then by its witnesses."""
    lines = ""
    for signer in signers:
        if signer.kind == 1:
            lines += signer.line(signer.private.sign(body.encode()))
        else:
            said = f"cosignature/v1\ntime {at}\n{body}".encode()
            lines += signer.line(at.to_bytes(8) + signer.private.sign(said))
    return f"{body}\n{lines}"


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word; `leaves` are hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:]))


def path_of(place: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962, section 2.1.1."""
    if len(leaves) < 2:
        return []
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if place < half:
        return [*path_of(place, leaves[:half]), root_of(leaves[half:])]
    return [*path_of(place - half, leaves[half:]), root_of(leaves[:half])]


def consistency_of(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962, section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= half:
        return [*consistency_of(old, leaves[:half], whole), root_of(leaves[half:])]
    return [*consistency_of(old - half, leaves[half:], False), root_of(leaves[:half])]


def digest_of(words: dict | bytes = SHOWN) -> bytes:
    """The digest of an entry; of words as they are hashed, where they are those of no entry."""
    return sha(sha(words if isinstance(words, bytes) else canonical(words)) + HIDDEN)


def imprint(nonce: bytes, words: dict | bytes = SHOWN) -> bytes:
    """What the log holds of an entry."""
    return sha(hmac.digest(nonce, digest_of(words), "sha256") + OUTLINE)


def promise(signer: Signer, nonce: bytes, words: dict = SHOWN, *, with_words: bool = True, at: int = AT) -> bytes:
    """The bytes of a promise."""
    signature = signer.private.sign(b"plein-gre promise v2\n" + imprint(nonce, words) + at.to_bytes(8))
    start = bytes([1 if with_words else 2]) + signer.key_id + at.to_bytes(8) + nonce + signature + OUTLINE
    return start + (HIDDEN + zlib.compress(canonical(words), 9) if with_words else digest_of(words))


def leaf(place: int, nonce: bytes, words: dict = SHOWN, at: int = AT) -> bytes:
    """The hash of the leaf of an entry."""
    return sha(b"\x00\x02" + place.to_bytes(8) + (at // 3600).to_bytes(4) + imprint(nonce, words))


def inclusion(place: int, size: int, nonce: bytes, path: list[bytes], words: dict = SHOWN) -> bytes:
    """The bytes of an inclusion proof."""
    start = b"\x03" + place.to_bytes(5) + size.to_bytes(5) + (AT // 3600).to_bytes(4)
    return start + nonce + OUTLINE + digest_of(words) + b"".join(path)


def words_beside(words: dict = SHOWN) -> str:
    """The text to paste."""
    return canonical({"hidden": HIDDEN.hex(), "shown": words}).decode()
