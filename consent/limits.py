"""Limits on how often one address may ask for something; a broken cache opens none of them."""

import ipaddress
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.ratelimit import respond_429
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from consent.crypto import blind_index

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


class CacheDown(Exception):
    """The cache does not answer: nobody can say how often this was asked. Told as a plain 503 (portal/middleware.py)."""


def within_limit(request: HttpRequest, name: str, *, most: int, seconds: int) -> bool:
    """Count this request of its sender under `name`; False over `most` in a window of `seconds`.

    False also when the cache does not answer. The address is kept as a keyed digest only; an IPv6 sender is their
    network of 64 bits.
    """
    try:
        return counted(name, sender_of(request), most=most, seconds=seconds)
    except CacheDown:
        return False


def counted(name: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one more of `who` under `name`; False over `most` in a window of `seconds`. Raises `CacheDown`."""
    key = f"limit:{name}:{blind_index('sender', who).hex()}"
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key) <= most
    except ValueError:
        # The window ended between the two calls: this is the first request of the next one.
        return True
    except Exception as error:  # the cache's client raises many kinds
        log.error("limit %s: the cache does not answer (%s)", name, type(error).__name__)
        raise CacheDown from error


def over(name: str, who: str, *, most: int) -> bool:
    """Whether `who` reached the limit under `name`, without counting this. Raises `CacheDown`."""
    try:
        return (cache.get(f"limit:{name}:{blind_index('sender', who).hex()}") or 0) >= most
    except Exception as error:  # the cache's client raises many kinds
        log.error("limit %s: the cache does not answer (%s)", name, type(error).__name__)
        raise CacheDown from error


def limited(name: str, *, most: int, seconds: int) -> Callable[[View], View]:
    """Decorator: a sender's POSTs over `most` in `seconds` get 429. Raises `CacheDown`."""

    def limit(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and not counted(name, sender_of(request), most=most, seconds=seconds):
                return respond_429(request)
            return view(request, *args, **kwargs)

        return page

    return limit


def sender_of(request: HttpRequest) -> str:
    """The address of who sends this request; of an IPv6 one, its network of 64 bits.

    Raises `PermissionDenied` when the proxy does not tell it (allauth's rule).
    """
    told = get_adapter(request).get_client_ip(request)
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return told
    if address.version == 4:
        return str(address)
    return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
