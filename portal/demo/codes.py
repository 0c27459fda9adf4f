"""The codes of the moment, as an authenticator application would show them."""

import time
from dataclasses import dataclass

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from portal.accounts.user import username_of
from portal.demo import cast


@dataclass(frozen=True)
class Codes:
    """The code to type now, for how many seconds more, and the one after."""

    now: str
    then: str
    seconds: int


def current(secret: str, at: float | None = None) -> Codes:
    """The codes of this secret (base32) at a moment, in seconds since 1970; now if nothing is said."""
    moment = int(time.time() if at is None else at)
    step = moment // app_settings.TOTP_PERIOD
    left = app_settings.TOTP_PERIOD - moment % app_settings.TOTP_PERIOD
    return Codes(_code(secret, step), _code(secret, step + 1), left)


def _code(secret: str, step: int) -> str:
    return format_hotp_value(hotp_value(secret, step))


def recovery_codes(account: cast.Account) -> list[str]:
    """The recovery codes of an account that were not used yet; none without a second factor."""
    found = Authenticator.objects.filter(
        user__username=username_of(account.email), type=Authenticator.Type.RECOVERY_CODES
    ).first()
    return RecoveryCodes(found).get_unused_codes() if found else []
