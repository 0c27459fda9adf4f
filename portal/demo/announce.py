"""What the terminal says once the service answers, and what `manage.py demo --json` prints."""

from typing import Any

from django.utils.translation import override

from portal.demo import cast, codes


def text(url: str, *, demo: bool) -> str:
    """The address and, in a demonstration, the accounts in a table."""
    lines = ["", f"  The service answers at {url}", ""]
    if demo:
        lines += [
            f"  Demonstration, with invented people only. Codes of the moment: {url.rstrip('/')}/demonstration/",
            f"  Every password is: {cast.PASSWORD}",
            "",
            *(f"    {line}" for line in table()),
            "",
        ]
    return "\n".join([*lines, ""])


def table() -> list[str]:
    """The accounts, one line each: e-mail address, name, role, whether a code is asked, what for."""
    with override("fr"):
        rows = [
            (account.email, account.name, "code" if account.totp_secret else "-", str(account.purpose))
            for account in cast.ACCOUNTS
        ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) for row in rows]


def as_json(url: str) -> dict[str, Any]:
    """`{url, accounts: [{role, email, password, person, totp_secret, totp_code, recovery_codes}]}`."""
    return {
        "url": url,
        "accounts": [
            {
                "role": str(account.role),
                "email": account.email,
                "password": cast.PASSWORD,
                "person": account.name,
                "counter": account.counter,
                "totp_secret": account.totp_secret,
                "totp_code": codes.current(account.totp_secret).now if account.totp_secret else None,
                "recovery_codes": codes.recovery_codes(account),
            }
            for account in cast.ACCOUNTS
        ],
    }
