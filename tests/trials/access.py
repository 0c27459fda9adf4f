"""Every address of the service with what it needs in its path, and who may have what of it: one declared table.

A status is what the page answers: 200 shown, 202 being prepared, 302/303 elsewhere, 401-403 refused in words,
404 as if it did not exist, 405 wrong method. "in" means: sent to the sign-in page.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.trials.belongings import Belongings, World

# Those who are nobody in particular for the thing asked: they all get the same answer.
ACTORS = [
    "anonymous", "nobody", "odette", "aicha", "agent", "colleague", "ended", "scope", "busy", "elsewhere",
    "manager", "former", "clerk", "auditor", "administrator",
]  # fmt: skip
CODES = {"visit": "contact.change", "visit-on": "grant.revoke", "own": "contact.change", "mail": "consent.give"}


def every_address() -> Iterator[tuple[str, str]]:
    """The name and the pattern of each address of the service."""

    def walk(resolver: Any, prefix: str, space: str) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, prefix + str(pattern.pattern), pattern.namespace or space)
            elif isinstance(pattern, URLPattern):
                yield (f"{space}:{pattern.name}" if space else str(pattern.name)), prefix + str(pattern.pattern)

    yield from walk(get_resolver(), "", "")


def path_of(name: str, world: World, of: Belongings) -> str:
    """The path of an address, its references those of one person's things."""
    return reverse(name, kwargs=parts_of(name, world, of))


def parts_of(name: str, world: World, of: Belongings) -> dict[str, Any]:
    """What stands in the path of an address."""
    pattern = dict(every_address())[name]
    known: dict[str, Any] = {
        "visit_id": of.visit.pk, "mandate_id": of.to_sign.pk, "mail_id": of.mail.pk, "letter_id": of.letter_id,
        "batch_id": uuid4(), "number": world.counter.number, "reference": of.to_sign.reference,
        "member_id": world.users["colleague"].pk, "invitation_id": uuid4(), "token": "x" * 43,
        "user_id": of.patient.user.pk, "key": "x-y", "version": "essai", "language": "fr",
        "target": of.grant.pk, "target_id": of.grant.pk,
    }  # fmt: skip
    if name.startswith("assistance:mail"):
        known |= {"code": "consent.give", "receipt_id": of.mail_receipt.pk, "target_id": of.grant.pk}
    else:
        known |= {"receipt_id": of.visit_receipt.pk if "visit" in name else of.receipt.pk}
        known["code"] = {
            "consent:public-act": "space.refuse", "consent:act-on": "grant.revoke",
            "assistance:visit-act-on": "grant.revoke", "assistance:visit-form-pdf": "space.open",
            "assistance:paper-form": "space.open",
        }.get(name, "contact.change")  # fmt: skip
    return {part: value for part, value in known.items() if f":{part}>" in pattern}
