"""Keyed digests by which an encrypted value can be found again without being readable."""

import hashlib
import hmac
from functools import cache

from consent.crypto.master import index_prf


@cache
def _key(purpose: str) -> bytes:
    return index_prf().compute(b"plein-gre blind index:" + purpose.encode(), 32)


def blind_index(purpose: str, value: str) -> bytes:
    """HMAC-SHA-256 (32 bytes) of `value` under the key of `purpose`; equal values give equal digests.

    The caller normalises the value first. A digest made for one purpose says nothing about another.
    """
    return hmac.new(_key(purpose), value.encode(), hashlib.sha256).digest()
