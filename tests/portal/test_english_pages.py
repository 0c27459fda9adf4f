"""Pages in English: all that anyone, a person, an agent and a clerk can open without acting."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils.timezone import localdate

from consent.acts.registry import all_acts
from consent.models import Notice, Receipt
from consent.wall import opened
from tests.portal.french import french_in
from tests.trials.belongings import Belongings, browser_of, make_world

ENGLISH = {"headers": {"accept-language": "en"}}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Sheets come from the worker, and are in French; a link of an e-mail is nobody's here.
NOT_PAGES = re.compile(
    r"pdf/|imprimer/|^/papier/.|<(?:\w+:)?(?:token|uidb36|key)>|/mfa/|^/static/|^/langue/|^/readyz|^/healthz"
)


def addresses(patterns: list[Any], before: str = "/") -> Iterator[tuple[str, str]]:
    """Every address of the site, its parameters as they are declared, with its name."""
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(pattern, URLPattern):
            yield route, pattern.name or ""
        else:
            yield from addresses(pattern.url_patterns, route)


def filled(route: str, values: dict[str, list[Any]]) -> Iterator[str]:
    """The route with each value that its parameters may take; nothing when one has none."""
    names = PARAMETER.findall(route)
    if {"target", "target_id"} & set(names):
        values = {**values, "code": [act.code for act in all_acts() if act.target]}
    for chosen in product(*(values.get(name, []) for name in names)):
        parts = iter(chosen)
        yield PARAMETER.sub(lambda _match, parts=parts: str(next(parts)), route)


def values_of(belongings: Belongings) -> dict[str, list[Any]]:
    """What stands for each parameter, for one person's belongings."""
    with opened(belongings.patient.person.id):
        receipts = Receipt.objects.filter(entry__visit_id=belongings.visit.pk).values_list("pk", flat=True)[:2]
        receipts = [belongings.receipt.pk, belongings.mail_receipt.pk, *receipts]
    targets = [belongings.grant.pk, belongings.mandate.pk]
    return {
        "number": [137], "code": [act.code for act in all_acts()], "visit_id": [belongings.visit.pk],
        "target": targets, "target_id": targets, "member_id": [belongings.visit.agent_id], "receipt_id": receipts,
        "mandate_id": [belongings.to_sign.pk], "mail_id": [belongings.mail.pk], "letter_id": [belongings.letter_id],
        "reference": [belongings.to_sign.reference],
    }  # fmt: skip


def french_left(
    client: Client, values: dict[str, list[Any]], within: str = "/"
) -> tuple[dict[str, list[str]], set[str]]:
    """The French that this browser is shown in English, by address; and the names of the addresses it could open."""
    left, seen = {}, set()
    for route, name in addresses(get_resolver().url_patterns):
        if not route.startswith(within) or NOT_PAGES.search(route) or "(" in route:
            continue
        for address in filled(route, values):
            pages = [client.get(address, **ENGLISH)]
            if name.endswith(("act", "act-on")) and pages[0].status_code == 200:
                # Nothing filled in: every field says what is wrong.
                pages.append(client.post(address, {}, **ENGLISH))
            for page in pages:
                assert page.status_code < 500, address
                if page.status_code not in (200, 422) or "text/html" not in page.headers.get("Content-Type", ""):
                    continue
                seen.add(name)
                if french := french_in(page.content.decode()):
                    left[address] = french
    return left, seen


@pytest.mark.django_db
def test_what_anyone_may_open_is_in_english_for_who_chose_it(settings) -> None:
    settings.DEMO = True
    call_command("load_notices", verbosity=0)
    left, seen = french_left(browser_of(None), {})
    assert left == {}
    assert {"home", "rights", "finder", "notice", "account_login", "accessibility", "demonstration"} <= seen


# Where each works, and what they must at least have been shown there, so that an empty walk is no success.
WORK = [
    ("odette", "/mon-espace/", {"home", "act", "act-on", "receipt", "trace", "link"}),
    ("agent", "/guichet/", {"desk", "visit", "visit-act", "visit-receipt", "visit-mandate", "visit-end"}),
    ("manager", "/guichet/equipe/", {"team", "team-remove"}),
    ("clerk", "/service/", {"mailroom", "mail", "mail-act", "letters"}),
]


@pytest.mark.django_db
def test_what_someone_may_open_is_in_english_for_who_chose_it() -> None:
    call_command("load_notices", verbosity=0)
    world = make_world(Notice.objects.filter(published_on__lte=localdate()).latest("published_on"))
    for who, within, needed in WORK:
        left, seen = french_left(browser_of(world.users[who]), values_of(world.odette), within)
        assert left == {}, who
        assert needed <= seen, who
