"""One keyset per person, wrapped by the master keyset, in the `keyring` schema (design §8).

Destroying it makes everything that was encrypted with it unreadable for ever (crypto-shredding).
"""

from typing import TypeVar
from uuid import UUID

import tink
from django.db import models
from tink import aead, proto_keyset_format

from consent.crypto.master import master_aead
from consent.wall import NoOpenBasis, key_cache


class KeyDestroyed(Exception):
    """The person's key no longer exists: what it encrypted is gone."""


class PersonKey(models.Model):
    """A person's wrapped keyset (about 150 bytes). Row-level security shows it only behind an open basis."""

    person_id = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()

    class Meta:
        managed = False
        db_table = "person_key"


def _context(person_id: UUID) -> bytes:
    return b"keyring.person_key:" + person_id.bytes


def create_key(person_id: UUID) -> None:
    """Make and store the keyset of a new person. The wall must be open for them."""
    aead.register()
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    wrapped = proto_keyset_format.serialize_encrypted(handle, master_aead(), _context(person_id))
    PersonKey.objects.create(person_id=person_id, wrapped=wrapped)


Rows = TypeVar("Rows", bound=models.QuerySet)


def with_key(rows: Rows) -> Rows:
    """The same rows of persons, each with its person's key: `keep_key` then spares a statement."""
    key = PersonKey.objects.filter(person_id=models.OuterRef("person_id")).values("wrapped")
    return rows.annotate(wrapped_key=models.Subquery(key))


def keep_key(row: models.Model) -> None:
    """Keep the key that came with this row, of `with_key`, while the wall stays open for its person."""
    cached = key_cache(row.person_id)
    if cached is not None and row.wrapped_key is not None:
        cached["aead"] = _aead(row.person_id, row.wrapped_key)


def _aead(person_id: UUID, wrapped: bytes) -> aead.Aead:
    handle = proto_keyset_format.parse_encrypted(bytes(wrapped), master_aead(), _context(person_id))
    return handle.primitive(aead.Aead)


def person_aead(person_id: UUID) -> aead.Aead:
    """The person's AEAD, read once while the wall stays open.

    Raises `NoOpenBasis` when the wall is not open for this person, `KeyDestroyed` after an erasure.
    """
    cached = key_cache(person_id)
    if cached is None:
        raise NoOpenBasis("no basis is open for this person")
    if "aead" not in cached:
        row = PersonKey.objects.filter(person_id=person_id).first()
        if row is None:
            raise KeyDestroyed(str(person_id))
        cached["aead"] = _aead(person_id, row.wrapped)
    return cached["aead"]


def destroy_key(person_id: UUID) -> None:
    """Destroy the person's keyset. Nothing encrypted with it can be read again."""
    PersonKey.objects.filter(person_id=person_id).delete()
    cached = key_cache(person_id)
    if cached is not None:
        cached.pop("aead", None)
