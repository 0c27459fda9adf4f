"""The master keyset: it wraps every person's keyset, and seals what belongs to no person.

It is a JSON object of two Tink keysets, `aead` (rotatable: old keys stay to read, the primary writes)
and `index` (a PRF, never rotated: the blind indexes depend on it). It comes from MASTER_KEYSET or from
the file MASTER_KEYSET_FILE, outside the data.
"""

import json
from functools import cache
from pathlib import Path

import tink
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from tink import aead, json_proto_keyset_format, prf, secret_key_access


def create_keyset() -> str:
    """A new master keyset, as JSON text. Whoever holds it can read everything: keep it out of the data."""
    aead.register()
    prf.register()
    handles = {
        "aead": tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM),
        "index": tink.new_keyset_handle(prf.prf_key_templates.HKDF_SHA256),
    }
    return json.dumps(
        {
            name: json.loads(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))
            for name, handle in handles.items()
        }
    )


@cache
def _keysets() -> dict[str, tink.KeysetHandle]:
    aead.register()
    prf.register()
    text = settings.MASTER_KEYSET
    if not text and settings.MASTER_KEYSET_FILE:
        text = Path(settings.MASTER_KEYSET_FILE).read_text()
    if not text:
        raise ImproperlyConfigured("Set MASTER_KEYSET or MASTER_KEYSET_FILE (see docs/operating.md).")
    return {
        name: json_proto_keyset_format.parse(json.dumps(keyset), secret_key_access.TOKEN)
        for name, keyset in json.loads(text).items()
    }


@cache
def master_aead() -> aead.Aead:
    """The AEAD that wraps persons' keysets."""
    return _keysets()["aead"].primitive(aead.Aead)


@cache
def index_prf() -> prf.Prf:
    """The PRF from which each blind index draws its own key."""
    return _keysets()["index"].primitive(prf.PrfSet).primary()


def service_seal(plaintext: bytes, context: bytes) -> bytes:
    """Encrypt what belongs to no person; `context` says where it is kept, and must be given to open it."""
    return master_aead().encrypt(plaintext, context)


def service_open(ciphertext: bytes, context: bytes) -> bytes:
    """Decrypt what `service_seal` encrypted. Raises `tink.TinkError` if it was changed or moved."""
    return master_aead().decrypt(bytes(ciphertext), context)
