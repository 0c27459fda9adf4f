"""The second factor: secrets encrypted at rest, each for its account, and a label that shows only the service's name.

allauth's adapter is given a text alone. What it encrypts is bound to the account when the row is saved, and recognised
as this account's when the row is loaded: copied to another account it does not open.
"""

import base64
from typing import Any
from uuid import UUID

import tink
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db.models.signals import post_init, pre_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from consent.crypto import service_open, service_seal
from portal.accounts.user import User

_LOOSE = b"mfa authenticator"
SECRETS = ("secret", "seed")


class MFAAdapter(DefaultMFAAdapter):
    """Seals TOTP secrets and recovery codes under the master keyset."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _("Ce code n’est pas juste.")}

    def encrypt(self, text: str) -> str:
        return _sealed(text, _LOOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `tink.TinkError` for one that is not of the account in whose row it lies."""
        owner = encrypted_text.user_id if isinstance(encrypted_text, Bound) else None
        return _opened(encrypted_text, _context(owner) if owner else _LOOSE)

    def get_totp_label(self, user: User) -> str:
        return user.email


class Bound(str):
    """What is sealed for an account, and for which."""

    user_id: UUID | None

    # Without an account it is only copied: what it holds besides follows.
    def __new__(cls, sealed: str, user_id: UUID | None = None) -> "Bound":
        made = super().__new__(cls, sealed)
        made.user_id = user_id
        return made


def bound(data: dict[str, Any], user_id: UUID) -> dict[str, Any]:
    """The data of a second factor with its secrets sealed for this account; those that are stay as they are."""
    return {
        name: Bound(_sealed(_opened(value, _LOOSE), _context(user_id)), user_id)
        if name in SECRETS and not isinstance(value, Bound)
        else value
        for name, value in data.items()
    }


def loosed(data: dict[str, Any], user_id: UUID) -> dict[str, Any]:
    """The reverse of `bound`."""
    return {
        name: _sealed(_opened(value, _context(user_id)), _LOOSE) if name in SECRETS else value
        for name, value in data.items()
    }


@receiver(pre_save, sender=Authenticator)
def _bind(sender: type[Authenticator], instance: Authenticator, **_more: Any) -> None:
    instance.data = bound(instance.data, instance.user_id)


@receiver(post_init, sender=Authenticator)
def _recognise(sender: type[Authenticator], instance: Authenticator, **_more: Any) -> None:
    data = instance.__dict__.get("data") or {}
    for name in SECRETS:
        if name in data and not isinstance(data[name], Bound):
            try:
                _opened(data[name], _context(instance.user_id))
            except (tink.TinkError, ValueError):
                continue  # new, and not saved yet; or another account's, which does not open
            data[name] = Bound(data[name], instance.user_id)


def _context(user_id: UUID) -> bytes:
    return _LOOSE + b" of " + user_id.bytes


def _sealed(text: str, context: bytes) -> str:
    return base64.b64encode(service_seal(text.encode(), context)).decode()


def _opened(sealed: str, context: bytes) -> str:
    return service_open(base64.b64decode(sealed), context).decode()
