#!/usr/bin/env python3
"""Check a receipt of Plein gré, or the whole log, without Plein gré: this file and Python 3.9 or later are enough.

    python verifier.py CODE --key VERIFIERKEY [--checkpoint FILE] [--words FILE]
    python verifier.py --consistency OLD NEW PROOF --key VERIFIERKEY

CODE is the text of the receipt's QR ("PG1:…" or "PG1_…"), a file that holds it, or `-` for the input. A key is
the text "name+id+base64" that the service publishes and prints: several may be given. A checkpoint is a file in the
signed note format (c2sp.org/tlog-checkpoint); the words are the text that stands beside the code on the receipt.

Exit status: 0 all was checked and holds; 1 something is false; 2 this cannot be read; 3 nothing is false, but
something could not be checked. No network, no file written, no other package. Licence: AGPL-3.0-or-later.

Sources: RFC 8032 (Ed25519), RFC 9285 (base45), RFC 6962 and 9162 (Merkle log), c2sp.org/signed-note,
c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature. The codes themselves: docs/proofs.md of Plein gré.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import calendar
import hashlib
import hmac
import json
import os
import sys
import time
import zlib
from dataclasses import dataclass, field
from typing import Any

HOLDS, FALSE, UNREADABLE, INCOMPLETE = 0, 1, 2, 3
LONGEST_CODE = 4000
MOST_WORDS = 64 * 1024
# Sizes and seconds are shorter; Python itself refuses some thousands of digits.
MOST_DIGITS = 20
LOG_KEY, WITNESS_KEY = 1, 4


class Unreadable(Exception):
    """This is not what it should be; the argument is a key of `SAYINGS`."""


# ---- Ed25519 (RFC 8032, section 5.1), verification only ----

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple  # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def _add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return (w * x % P, y * z % P, x * y % P, w * z % P)


def _times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _add(total, point)
        point = _add(point, point)
        number >>= 1
    return total


def _x_of(y: int, odd: int) -> int | None:
    """The x of a point of the curve, or None: RFC 8032, section 5.1.3."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    return x if x & 1 == odd else P - x


def _point(data: bytes) -> Point | None:
    number = int.from_bytes(data, "little")
    y, odd = number & (2**255 - 1), number >> 255
    x = _x_of(y, odd)
    return None if x is None else (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _x_of(_BASE_Y, 0) or 0
BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is that of this message by this key. Nothing but the one right writing is accepted."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = _point(public), int.from_bytes(signature[32:], "little")
    if key is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    minus_key = (P - key[0], key[1], key[2], P - key[3])
    x, y, z, _t = _add(_times(s, BASE), _times(h, minus_key))
    inverse = pow(z, P - 2, P)
    written = (y * inverse % P) | ((x * inverse % P & 1) << 255)
    return written.to_bytes(32, "little") == signature[:32]


# ---- Base45 (RFC 9285) and base64, with one writing only ----

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45(text: str) -> bytes:
    """The bytes of a base45 text. Raises `Unreadable`."""
    values = [ALPHABET.find(character) for character in text]
    if -1 in values or len(values) % 3 == 1:
        raise Unreadable("base45")
    out = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        number, size = sum(value * 45**place for place, value in enumerate(group)), len(group) - 1
        if number >= 256**size:
            raise Unreadable("base45")
        out += number.to_bytes(size, "big")
    return bytes(out)


def base64_of(text: str) -> bytes:
    """The bytes of a base64 text. Raises `Unreadable`."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable("base64") from error
    if base64.b64encode(data).decode() != text:
        raise Unreadable("base64")
    return data


# ---- The Merkle log (RFC 6962; the two checks are those of RFC 9162, sections 2.1.3.2 and 2.1.4.2) ----


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from_path(leaf: bytes, place: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that this path gives to this leaf; None when no tree of this size has such a path."""
    if not 0 <= place < size:
        return None
    at, last, found = place, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def consistent(old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: list[bytes]) -> bool:
    """Whether this path shows that the new tree only adds to the old one."""
    if old_size > new_size:
        return False
    if old_size == new_size:
        return old_root == new_root and not path
    if old_size == 0:
        return old_root == hashlib.sha256(b"").digest() and not path
    steps = list(path)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    at, last = old_size - 1, new_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


# ---- Keys, signed notes, checkpoints (C2SP) ----


@dataclass(frozen=True)
class Key:
    """A key that verifies: of the log (kind 1) or of a witness (kind 4)."""

    name: str
    id: bytes
    kind: int
    public: bytes


@dataclass
class Checkpoint:
    """A signed state of the log. `signed`: True, False (by a known key, and wrong), or None (by no known key)."""

    origin: str
    size: int
    root: bytes
    time: int | None
    signed: bool | None = None
    witnesses: list[tuple[str, int]] = field(default_factory=list)
    false_witnesses: list[str] = field(default_factory=list)


def key_of(text: str) -> Key:
    """The key of a text "name+id+base64". Raises `Unreadable`."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not parts[0]:
        raise Unreadable("key")
    data = base64_of(parts[2])
    if len(data) != 33 or data[0] not in (LOG_KEY, WITNESS_KEY):
        raise Unreadable("key")
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if key_id.hex() != parts[1]:
        raise Unreadable("key")
    return Key(parts[0], key_id, data[0], data[1:])


def checkpoint_of(text: str, keys: list[Key]) -> Checkpoint:
    """The checkpoint in a signed note, with what these keys say of its signatures. Raises `Unreadable`."""
    body, parted, lines = _apart(text.replace("\r\n", "\n"))
    if any(ord(character) < 32 and character != "\n" for character in text.replace("\r\n", "\n")):
        raise Unreadable("checkpoint")
    if not parted:
        body, lines = body.rstrip("\n"), ""
    head = body.split("\n")
    if len(head) < 3 or not head[0]:
        raise Unreadable("checkpoint")
    size, root, at = _number(head[1]), base64_of(head[2]), None
    if str(size) != head[1] or len(root) != 32:
        raise Unreadable("checkpoint")
    for line in head[3:]:
        if line.startswith("time "):
            at = _number(line[5:])
    found = Checkpoint(head[0], size, root, at)
    for line in lines.rstrip("\n").split("\n") if parted else []:
        _read_signature(line, body + "\n", keys, found)
    return found


def _apart(note: str) -> tuple[str, str, str]:
    """What is signed, and the lines of signature: after an empty line, which copying from a PDF loses."""
    body, parted, lines = note.partition("\n\n")
    if parted:
        return body, parted, lines
    head, first, rest = note.partition("\n\u2014 ")
    return head, first, f"\u2014 {rest}" if first else ""


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        raise Unreadable("checkpoint")
    return int(text)


def _read_signature(line: str, body: str, keys: list[Key], found: Checkpoint) -> None:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\u2014":
        raise Unreadable("checkpoint")
    data = base64_of(parts[2])
    for key in keys:
        if (key.name, key.id) != (parts[1], data[:4]):
            continue
        if key.kind == LOG_KEY:
            if key.name != found.origin:
                continue  # a log signs for itself alone: the key of another says nothing of this one
            holds = ed25519_holds(key.public, body.encode(), data[4:])
            found.signed = holds and found.signed is not False
        else:
            at = int.from_bytes(data[4:12], "big")
            said = f"cosignature/v1\ntime {at}\n{body}".encode()
            if ed25519_holds(key.public, said, data[12:]):
                found.witnesses.append((key.name, at))
            else:
                found.false_witnesses.append(key.name)


def hashes_of(text: str) -> list[bytes]:
    """The hashes of a proof: base64, one a line. Raises `Unreadable`."""
    found = [base64_of(line.strip()) for line in text.splitlines() if line.strip()]
    if any(len(one) != 32 for one in found):
        raise Unreadable("proof")
    return found


# ---- The code of a receipt ----

PROMISE_WITH_WORDS, PROMISE, INCLUSION = 1, 2, 3
PROMISED = b"plein-gre promise v2\n"


@dataclass(frozen=True)
class Receipt:
    """What a code says. `at` and `signature` are those of a promise; `place`, `size`, `hour`, `path` of an inclusion."""

    kind: int
    nonce: bytes
    outline: bytes
    digest: bytes
    key_id: bytes = b""
    at: int = 0
    signature: bytes = b""
    shown: bytes | None = None
    place: int = 0
    size: int = 0
    hour: int = 0
    path: tuple[bytes, ...] = ()

    @property
    def imprint(self) -> bytes:
        """What the log holds instead of the entry."""
        commitment = hmac.new(self.nonce, self.digest, hashlib.sha256).digest()
        return hashlib.sha256(commitment + self.outline).digest()

    @property
    def leaf(self) -> bytes:
        """The hash of its leaf in the log."""
        data = b"\x02" + self.place.to_bytes(8, "big") + self.hour.to_bytes(4, "big") + self.imprint
        return leaf_hash(data)


def receipt_of(text: str) -> Receipt:
    """The receipt in the text of a code. Raises `Unreadable`.

    "PG1:" begins the text of a QR. "PG1_" begins the text to copy: each space is written `_`, so that spaces and
    ends of lines that copying adds do not count; each hyphen `~`, for readers of PDF drop one at the end of a line.
    """
    text = text.strip("\r\n\t")
    if text.lstrip().startswith("PG1_"):
        written = "".join(text.split())[4:]
        if "-" in written:
            raise Unreadable("code")
        written = written.replace("_", " ").replace("~", "-")
    elif text.startswith("PG1:"):
        written = text[4:]
    else:
        raise Unreadable("code")
    if len(written) > LONGEST_CODE:
        raise Unreadable("code")
    data = base45(written)
    if data[:1] in (b"\x01", b"\x02"):
        return _promise_of(data)
    if data[:1] == b"\x03":
        return _inclusion_of(data)
    raise Unreadable("code")


def _promise_of(data: bytes) -> Receipt:
    if len(data) < 157 or (data[0] == PROMISE and len(data) != 157):
        raise Unreadable("code")
    common = {
        "kind": data[0], "key_id": data[1:5], "at": int.from_bytes(data[5:13], "big"),
        "nonce": data[13:29], "signature": data[29:93], "outline": data[93:125],
    }  # fmt: skip
    if data[0] == PROMISE:
        return Receipt(digest=data[125:157], **common)
    shown = _inflated(data[157:])
    return Receipt(digest=digest_of(shown, data[125:157]), shown=shown, **common)


def _inclusion_of(data: bytes) -> Receipt:
    if len(data) < 95 or (len(data) - 95) % 32:
        raise Unreadable("code")
    path = tuple(data[at : at + 32] for at in range(95, len(data), 32))
    place, size, hour = (int.from_bytes(data[a:b], "big") for a, b in ((1, 6), (6, 11), (11, 15)))
    return Receipt(INCLUSION, data[15:31], data[31:63], data[63:95], place=place, size=size, hour=hour, path=path)


def _inflated(data: bytes) -> bytes:
    """The words of a code, which have one writing only: what a machine would ignore may not differ either."""
    words = _inflate(data)
    if words is None:
        raise Unreadable("code")
    last = data[-5]
    if last:
        # The bits after the end of the last block are zero: clearing the highest bit must change something.
        cleared = last & ~(1 << (last.bit_length() - 1))
        if _inflate(data[:-5] + bytes([cleared]) + data[-4:]) == words:
            raise Unreadable("code")
    return words


def _inflate(data: bytes) -> bytes | None:
    machine = zlib.decompressobj()
    try:
        words = machine.decompress(data, MOST_WORDS)
    except zlib.error:
        return None
    return words if machine.eof and not machine.unused_data and len(data) > 6 else None


def digest_of(shown: bytes, hidden_sha256: bytes) -> bytes:
    """The digest of an entry from its words and from the hash of what is not shown."""
    return hashlib.sha256(hashlib.sha256(shown).digest() + hidden_sha256).digest()


def words_of(text: str) -> list[tuple[bytes, bytes]]:
    """The ways to read the words of a receipt, each with the hash of what is not shown. Raises `Unreadable`.

    The words are one JSON object {"hidden": hexadecimal, "shown": {…}}. Copied from a PDF, a line may have been
    broken at a space or inside a word: both are tried.
    """
    found = []
    for between in ("\n", " ", ""):
        try:
            said = json.loads(between.join(line.strip("\r") for line in text.strip().split("\n")), strict=False)
            shown = json.dumps(said["shown"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
            hidden = bytes.fromhex(said["hidden"])
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(said["shown"], dict) and len(hidden) == 32:
            found.append((shown, hidden))
    if not found:
        raise Unreadable("words")
    return found


# ---- What is said ----

SAYINGS = {
    "code": (
        "Ce code ne se lit pas : il n’est pas celui d’un reçu de Plein gré, ou un caractère a changé.",
        "This code cannot be read: it is not that of a receipt of Plein gré, or a character has changed.",
    ),
    "base45": (
        "Ce code ne se lit pas : un caractère manque, est en trop ou a changé.",
        "This code cannot be read: a character is missing, added or changed.",
    ),
    "base64": ("Une clé, une signature ou une empreinte est mal écrite.", "A key, a signature or a hash is badly written."),
    "key": ("Cette clé de vérification est mal écrite.", "This verifier key is badly written."),
    "checkpoint": ("Ce scellé est mal écrit.", "This checkpoint is badly written."),
    "proof": ("Cette preuve de cohérence est mal écrite.", "This consistency proof is badly written."),
    "words": ("Le texte des mots du reçu ne se lit pas.", "The text of the words of the receipt cannot be read."),
    "stopped": ("Ceci n’a pas pu être vérifié : le contrôle s’est arrêté ({}).", "This could not be checked: the check stopped ({})."),
    "file": ("Ce fichier ne peut pas être lu : {}", "This file cannot be read: {}"),
    "yes": ("OUI", "YES"),
    "no": ("NON", "NO"),
    "unknown": ("NON VÉRIFIÉ", "NOT CHECKED"),
    "promise": (
        "La promesse a été signée par {} : une trace faite le {} est dans le journal scellé une minute après.",
        "The promise was signed by {}: a trace made on {} is in the sealed log within one minute.",
    ),
    "promise false": (
        "La signature n’est pas celle de {} : ce reçu est faux, ou a été changé.",
        "The signature is not that of {}: this receipt is false, or was changed.",
    ),
    "no key": (
        "La signature. Donnez la clé de vérification du service avec --key ; ce reçu demande la clé {}.",
        "The signature. Give the verifier key of the service with --key; this receipt needs key {}.",
    ),
    "words hold": ("Les mots sont ceux de la trace, sans un signe de changé :", "The words are those of the trace, without one sign changed:"),
    "words alone": (
        "Les mots, que rien ne confirme sans la signature :",
        "The words, which nothing confirms without the signature:",
    ),
    "words if root": (
        "Les mots, qui ne sont ceux d’une trace que si cette racine est celle du journal :",
        "The words, which are those of a trace only if this root is that of the log:",
    ),
    "words false": (
        "Les mots ne sont pas ceux de la trace : un texte a été changé, ou vient d’un autre reçu.",
        "The words are not those of the trace: a text was changed, or comes from another receipt.",
    ),
    "hour false": (
        "L’heure écrite dans les mots n’est pas celle de la trace.",
        "The time written in the words is not that of the trace.",
    ),
    "no words": (
        "Ce que dit la trace : ce code ne porte pas ses mots. Donnez leur texte avec --words pour les vérifier.",
        "What the trace says: this code does not carry its words. Give their text with --words to check them.",
    ),
    "path": (
        "La trace a la place {} dans le journal de {} traces, à l’heure du {}. Racine : {}",
        "The trace has place {} in the log of {} traces, in the hour of {}. Root: {}",
    ),
    "path if root": (
        "La place. Si cette racine est celle du journal, la trace y a la place {} sur {}, à l’heure du {}. Racine : {}",
        "The place. If this root is that of the log, the trace has place {} there of {}, in the hour of {}. Root: {}",
    ),
    "path false": (
        "Aucun journal de {} traces n’a un tel chemin : ce reçu est faux, ou a été changé.",
        "No log of {} traces has such a path: this receipt is false, or was changed.",
    ),
    "root holds": (
        "Cette racine est celle du scellé de {} traces : la trace est dans le journal.",
        "This root is that of the checkpoint of {} traces: the trace is in the log.",
    ),
    "root same": (
        "La racine. Elle est celle du scellé de {} traces que vous donnez, mais rien ici ne dit qu’il est celui du journal.",
        "The root. It is that of the checkpoint of {} traces that you give, but nothing here says that it is that of the log.",
    ),
    "root false": (
        "Cette racine n’est pas celle du scellé de {} traces : le reçu est faux, ou le journal a été changé. Gardez les deux.",
        "This root is not that of the checkpoint of {} traces: the receipt is false, or the log was changed. Keep both.",
    ),
    "no checkpoint": (
        "La racine. Comparez-la à un scellé de {} traces, publié ou imprimé, ou donnez-le avec --checkpoint.",
        "The root. Compare it with a checkpoint of {} traces, published or printed, or give it with --checkpoint.",
    ),
    "signed": ("Le scellé de {} traces est signé par {}{}.", "The checkpoint of {} traces is signed by {}{}."),
    "dated": (", le {}", ", on {}"),
    "signed false": (
        "La signature du scellé de {} traces est fausse.",
        "The signature of the checkpoint of {} traces is false.",
    ),
    "unsigned": (
        "La signature du scellé de {} traces : aucune n’est d’une clé de ce journal donnée avec --key.",
        "The signature of the checkpoint of {} traces: none is by a key of this log given with --key.",
    ),
    "witness": ("Le témoin {} l’a vu et co-signé, le {}.", "The witness {} saw it and co-signed it, on {}."),
    "witness false": ("La co-signature du témoin {} est fausse.", "The co-signature of the witness {} is false."),
    "other log": ("Les deux scellés sont de deux journaux différents.", "The two checkpoints are of two different logs."),
    "consistent": (
        "Le journal de {} traces contient tout celui de {} traces, sans rien de changé ni d’enlevé.",
        "The log of {} traces holds all of that of {} traces, with nothing changed or removed.",
    ),
    "inconsistent": (
        "Cette preuve ne montre pas que le journal de {} traces contient celui de {} traces : elle est fausse, ou le passé a été changé. Gardez les trois fichiers.",
        "This proof does not show that the log of {} traces holds that of {} traces: it is false, or the past was changed. Keep the three files.",
    ),
    "all holds": ("Tout ce qui a été vérifié est juste.", "All that was checked holds."),
    "is false": ("C’est faux. Ne vous y fiez pas.", "This is false. Do not rely on it."),
    "incomplete": ("Rien n’est faux, mais tout n’a pas pu être vérifié.", "Nothing is false, but not everything could be checked."),
    "limits promise": (
        "Ce qui n’est pas prouvé : qui présente ce reçu, et que la trace a bien été scellée. Pour cela, demandez une preuve d’inclusion sur la page du reçu.",
        "What is not proved: who presents this receipt, and that the trace was sealed indeed. For this, ask for an inclusion proof on the page of the receipt.",
    ),
    "limits inclusion": (
        "Ce qui n’est pas prouvé : qui présente ce reçu, et que le journal montré à d’autres est le même. Pour cela, comparez le scellé à celui d’un témoin ou d’une affiche.",
        "What is not proved: who presents this receipt, and that the log shown to others is the same. For this, compare the checkpoint with that of a witness or of a poster.",
    ),
}  # fmt: skip
LABELS = {
    "at": ("Quand (heure UTC)", "When (UTC)"),
    "nature": ("Nature", "Nature"),
    "code": ("Code de l’acte", "Code of the act"),
    "outcome": ("Résultat", "Outcome"),
    "via": ("Fondement", "Basis"),
    "by": ("Par", "By"),
    "counter": ("Guichet", "Counter"),
    "reference": ("Référence", "Reference"),
    "reason": ("Raison", "Reason"),
}
VALUES = {
    "act": ("acte", "act"), "read": ("consultation", "reading"), "event": ("événement", "event"),
    "done": ("fait", "done"), "refused": ("refusé", "refused"), "person": ("la personne elle-même", "the person"),
    "agent": ("un agent de guichet", "an agent of a counter"), "clerk": ("le service courrier", "the mail service"),
    "machine": ("le service, automatiquement", "the service, automatically"),
    "public": ("une personne non identifiée", "someone not identified"), "self": ("en ligne", "online"),
    "representation": ("par un représentant", "by a representative"), "mandate": ("mandat écrit", "written mandate"),
    "presence": ("personne présente au guichet", "person present at the counter"),
    "paper": ("formulaire papier signé", "signed paper form"), "service": ("service courrier", "mail service"),
    "proxy": ("un représentant", "a representative"), "pro": ("un professionnel de santé", "a health professional"),
    "auditor": ("le délégué à la protection des données", "the data protection officer"),
    "grant": ("accès donné par la personne", "access given by the person"),
    "emergency": ("accès d’urgence", "emergency access"), "share": ("code de partage", "share code"),
}  # fmt: skip


class Report:
    """What was checked, line by line, and the status that follows from it."""

    def __init__(self, lang: str = "fr") -> None:
        self.column = 1 if lang == "en" else 0
        self.lines: list[str] = []
        self.status = HOLDS

    def say(self, saying: str, *about: object) -> str:
        return SAYINGS[saying][self.column].format(*about)

    def yes(self, saying: str, *about: object) -> None:
        self.lines.append(f"{self.say('yes')} : {self.say(saying, *about)}")

    def no(self, saying: str, *about: object) -> None:
        self.status = FALSE
        self.lines.append(f"{self.say('no')} : {self.say(saying, *about)}")

    def unknown(self, saying: str, *about: object) -> None:
        if self.status == HOLDS:
            self.status = INCOMPLETE
        self.lines.append(f"{self.say('unknown')} : {self.say(saying, *about)}")

    def end(self, *limits: str) -> None:
        conclusion = {HOLDS: "all holds", FALSE: "is false", INCOMPLETE: "incomplete"}[self.status]
        self.lines += ["", self.say(conclusion)]
        if self.status != FALSE:
            self.lines += [self.say(limit) for limit in limits]

    def day(self, seconds: int) -> str:
        """A moment in words, in UTC: the same everywhere."""
        moment = time.gmtime(min(seconds, 253402300799))
        shape = ("%d/%m/%Y à %H:%M:%S UTC", "%d/%m/%Y at %H:%M:%S UTC")[self.column]
        return time.strftime(shape, moment)

    def tell(self, shown: bytes) -> None:
        """The words of a trace, one a line, as they were written."""
        said: dict[str, Any] = json.loads(shown)
        for name, labels in LABELS.items():
            value = said.get(name)
            if value in (None, ""):
                continue
            known = VALUES.get(value) if isinstance(value, str) and name not in ("code", "reason") else None
            self.lines.append(f"    {labels[self.column]} : {_printable(known[self.column] if known else value)}")
        facts = said.get("facts", [])
        if not isinstance(facts, list) or not all(isinstance(fact, list) for fact in facts):
            raise Unreadable("words")
        for fact in facts:
            self.lines.append("    " + " : ".join(_printable(part) for part in fact))


def _printable(value: object) -> str:
    """A value without what would move the cursor of a terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in str(value))


def check_receipt(
    code: str,
    keys: list[Key],
    checkpoints: list[Checkpoint] | None = None,
    words: str | None = None,
    lang: str = "fr",
) -> Report:
    """Check a receipt with what is at hand. Raises `Unreadable`."""
    report, receipt = Report(lang), receipt_of(code)
    if receipt.kind == INCLUSION:
        _check_inclusion(report, receipt, checkpoints or [])
    else:
        _check_promise(report, receipt, keys)
    _check_words(report, receipt, words)
    report.end("limits inclusion" if receipt.kind == INCLUSION else "limits promise")
    return report


def _check_promise(report: Report, receipt: Receipt, keys: list[Key]) -> None:
    known = [key for key in keys if key.kind == LOG_KEY and key.id == receipt.key_id]
    if not known:
        report.unknown("no key", receipt.key_id.hex())
        return
    said = PROMISED + receipt.imprint + receipt.at.to_bytes(8, "big")
    for key in known:
        if ed25519_holds(key.public, said, receipt.signature):
            report.yes("promise", key.name, report.day(receipt.at))
            return
    report.no("promise false", known[0].name)


def _check_inclusion(report: Report, receipt: Receipt, checkpoints: list[Checkpoint]) -> None:
    root = root_from_path(receipt.leaf, receipt.place, receipt.size, list(receipt.path))
    if root is None:
        report.no("path false", receipt.size)
        return
    same_size = [one for one in checkpoints if one.size == receipt.size]
    same_root = all(one.root == root for one in same_size)
    # Whoever makes up a tree makes up its root, and a checkpoint for it: only the log's signature tells them apart.
    vouched = same_root and any(one.signed for one in same_size)
    place = (receipt.place, receipt.size, report.day(receipt.hour * 3600), base64.b64encode(root).decode())
    if vouched:
        report.yes("path", *place)
    else:
        report.unknown("path if root", *place)
    for one in checkpoints:
        tell_signatures(report, one)
    if not same_size:
        report.unknown("no checkpoint", receipt.size)
    elif not same_root:
        report.no("root false", receipt.size)
    elif vouched:
        report.yes("root holds", receipt.size)
    else:
        report.unknown("root same", receipt.size)


def tell_signatures(report: Report, checkpoint: Checkpoint) -> None:
    """Who signed a checkpoint, of the keys that are known."""
    if checkpoint.signed is None:
        report.unknown("unsigned", checkpoint.size)
    elif checkpoint.signed:
        dated = "" if checkpoint.time is None else report.say("dated", report.day(checkpoint.time))
        report.yes("signed", checkpoint.size, checkpoint.origin, dated)
    else:
        report.no("signed false", checkpoint.size)
    for name, at in checkpoint.witnesses:
        report.yes("witness", name, report.day(at))
    for name in checkpoint.false_witnesses:
        report.no("witness false", name)


def _check_words(report: Report, receipt: Receipt, text: str | None) -> None:
    shown = receipt.shown
    if text is not None:
        fitting = [said for said, hidden in words_of(text) if digest_of(said, hidden) == receipt.digest]
        if not fitting:
            report.no("words false")
            return
        shown = fitting[0]
    if shown is None:
        report.unknown("no words")
        return
    try:
        seconds = _seconds(json.loads(shown)["at"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("words") from error
    same = seconds // 3600 == receipt.hour if receipt.kind == INCLUSION else seconds == receipt.at
    if not same:
        report.no("hour false")
        return
    if report.status == FALSE:
        return
    if report.status == HOLDS:
        report.yes("words hold")
    else:
        report.unknown("words if root" if receipt.kind == INCLUSION else "words alone")
    report.tell(shown)


def _seconds(at: str) -> int:
    """The unix seconds of "2026-11-25T10:12:33.123456Z"."""
    if not at.endswith("Z"):
        raise ValueError("not UTC")
    return calendar.timegm(time.strptime(at[:19], "%Y-%m-%dT%H:%M:%S"))


def check_consistency(old: Checkpoint, new: Checkpoint, path: list[bytes], lang: str = "fr") -> Report:
    """Check that the log of a checkpoint holds all of that of an older one."""
    report = Report(lang)
    for one in (old, new):
        tell_signatures(report, one)
    if old.origin != new.origin:
        report.no("other log")
    elif consistent(old.size, old.root, new.size, new.root, path):
        report.yes("consistent", new.size, old.size)
    else:
        report.no("inconsistent", new.size, old.size)
    report.end()
    return report


def _read(path: str) -> str:
    if path == "-":
        return sys.stdin.read()
    with open(path, encoding="utf-8") as file:
        return file.read()


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Vérifie un reçu de Plein gré, sans réseau. / Checks a receipt of Plein gré, without network.",
        epilog="0 : tout est juste / all holds. 1 : faux / false. 2 : illisible / unreadable. 3 : incomplet / incomplete.",
    )
    parser.add_argument("code", nargs="?", metavar="CODE", help="PG1:… / PG1_…, un fichier / a file, - : stdin")
    parser.add_argument("--key", action="append", default=[], help="clé de vérification / verifier key: name+id+base64")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="scellé / checkpoint")
    parser.add_argument("--words", metavar="FILE", help="mots du reçu / words of the receipt")
    parser.add_argument("--consistency", nargs=3, metavar=("OLD", "NEW", "PROOF"))
    parser.add_argument("--lang", choices=["fr", "en"], default="fr")
    found = parser.parse_args(words)
    if (found.code is None) == (found.consistency is None):
        parser.error("CODE --key KEY | --consistency OLD NEW PROOF")
    return found


def main(arguments: list[str] | None = None) -> int:
    """What is asked on the command line; the exit status."""
    asked = _arguments(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # an old terminal without accents still says what it can
    try:
        report = _asked_report(asked)
    except Unreadable as error:
        _print(Report(asked.lang).say(str(error)))
        return UNREADABLE
    except (OSError, UnicodeDecodeError) as error:
        _print(Report(asked.lang).say("file", getattr(error, "filename", None) or "?"))
        return UNREADABLE
    except Exception as error:
        # Python ends an uncaught error with 1, which says "false" here: whatever stops the check is no verdict.
        _print(Report(asked.lang).say("stopped", type(error).__name__))
        return UNREADABLE
    _print("\n".join(report.lines))
    return report.status


def _asked_report(asked: argparse.Namespace) -> Report:
    keys = [key_of(text) for text in asked.key]
    if asked.consistency:
        old, new, proof = (_read(path) for path in asked.consistency)
        return check_consistency(checkpoint_of(old, keys), checkpoint_of(new, keys), hashes_of(proof), asked.lang)
    is_file = asked.code == "-" or (not asked.code.startswith("PG1") and os.path.exists(asked.code))
    checkpoints = [checkpoint_of(_read(path), keys) for path in asked.checkpoint]
    words = _read(asked.words) if asked.words else None
    return check_receipt(_read(asked.code) if is_file else asked.code, keys, checkpoints, words, asked.lang)


def _print(text: str) -> None:
    try:
        print(text, flush=True)
    except OSError:
        # Whoever was to read has gone (`| head`), or the disk is full: the exit status still says what was found.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
