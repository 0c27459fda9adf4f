"""Limits on how often one address may ask for something; a broken cache opens none of them."""

import ipaddress
import logging

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from consent.crypto import blind_index

log = logging.getLogger(__name__)


def within_limit(request: HttpRequest, name: str, *, most: int, seconds: int) -> bool:
    """Count this request of its sender under `name`; False over `most` in a window of `seconds`.

    False also when the cache does not answer. The address is kept as a keyed digest only; an IPv6 sender is their
    network of 64 bits.
    """
    key = f"limit:{name}:{blind_index('sender', _sender(request)).hex()}"
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key) <= most
    except ValueError:
        # The window ended between the two calls: this is the first request of the next one.
        return True
    except Exception as error:  # the cache's client raises many kinds
        log.error("limit %s: the cache does not answer (%s)", name, type(error).__name__)
        return False


def _sender(request: HttpRequest) -> str:
    """The sender's address; raises `PermissionDenied` when the proxy does not tell it (allauth's rule)."""
    told = get_adapter(request).get_client_ip(request)
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return told
    if address.version == 4:
        return str(address)
    return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
