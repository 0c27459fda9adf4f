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
from consent.models import Notice
from tests.portal.french import french_in
from tests.world import Belongings, browser_of, make_world

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
    if "target_id" in names:
        values = {**values, "code": [act.code for act in all_acts() if act.target]}
    for chosen in product(*(values.get(name, []) for name in names)):
        parts = iter(chosen)
        yield PARAMETER.sub(lambda _match, parts=parts: str(next(parts)), route)


def values_of(belongings: Belongings) -> dict[str, list[Any]]:
    """What stands for each parameter, for one person's belongings."""
    return {
        "number": [137], "code": [act.code for act in all_acts()], "visit_id": [belongings.visit.pk],
        "target_id": [belongings.grant.pk, belongings.mandate.pk], "receipt_id": [belongings.receipt.pk],
        "mandate_id": [belongings.to_sign.pk], "mail_id": [belongings.mail.pk], "letter_id": [belongings.letter_id],
        "reference": [belongings.to_sign.reference],
    }  # fmt: skip


def french_left(client: Client, values: dict[str, list[Any]]) -> tuple[dict[str, list[str]], set[str]]:
    """The French that this browser is shown in English, by address; and the names of the addresses it could open."""
    left, opened = {}, set()
    for route, name in addresses(get_resolver().url_patterns):
        if NOT_PAGES.search(route) or "(" in route:
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
                opened.add(name)
                if french := french_in(page.content.decode()):
                    left[address] = french
    return left, opened


@pytest.mark.django_db
def test_what_anyone_may_open_is_in_english_for_who_chose_it(settings) -> None:
    settings.DEMO = True
    call_command("load_notices", verbosity=0)
    left, opened = french_left(browser_of(None), {})
    assert left == {}
    assert {"home", "rights", "finder", "notice", "account_login", "accessibility", "demonstration"} <= opened


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "needed"),
    [
        ("odette", set()),
        ("agent", {"desk", "visit", "visit-act", "visit-receipt", "visit-mandate", "visit-end"}),
        ("manager", {"desk", "team", "activity"}),
        ("clerk", set()),
    ],
)
def test_what_someone_may_open_is_in_english_for_who_chose_it(who: str, needed: set[str]) -> None:
    call_command("load_notices", verbosity=0)
    world = make_world(Notice.objects.filter(published_on__lte=localdate()).latest("published_on"))
    left, opened = french_left(browser_of(world.users[who]), values_of(world.odette))
    assert left == {}
    assert needed <= opened
