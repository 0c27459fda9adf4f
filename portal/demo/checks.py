"""A database that ever held the demonstration is not one for real people: its passwords are public."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, Tags.database, deploy=True)
def no_known_accounts(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """`check --deploy --database default`: an error when DEMO is off and an account of the demonstration is open."""
    if settings.DEMO or not databases:
        return []
    from portal.demo.load import known_accounts

    found = known_accounts()
    if not found:
        return []
    words = f"{found} account(s) of the demonstration can sign in with a password that everybody knows."
    return [Error(words, hint="Serve real people from a database that never held the demonstration.", id="portal.E001")]
