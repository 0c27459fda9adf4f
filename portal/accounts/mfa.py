"""The second factor: secrets encrypted at rest, and a label that shows only the service's name."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from consent.crypto import service_open, service_seal
from portal.accounts.user import User

_CONTEXT = b"mfa authenticator"


class MFAAdapter(DefaultMFAAdapter):
    """Seals TOTP secrets and recovery codes under the master keyset."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _("Ce code n’est pas juste.")}

    def encrypt(self, text: str) -> str:
        return base64.b64encode(service_seal(text.encode(), _CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return service_open(base64.b64decode(encrypted_text), _CONTEXT).decode()

    def get_totp_label(self, user: User) -> str:
        return user.email
