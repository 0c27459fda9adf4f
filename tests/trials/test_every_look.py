"""Every page, as someone who gets it sees it: axe finds nothing, and nothing is wider than a window at 400 % (RGAA, WCAG 2.2 AA)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.looking import NARROW, WIDE, Eye, chromium
from tests.static import plain_static
from tests.trials.belongings import World, browser_of
from tests.trials.every_page import committed_world, pages


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from committed_world(django_db_blocker)


@pytest.fixture(autouse=True)
def demonstration(settings) -> None:
    settings.DEMO = True
    plain_static(settings)


def every_page(world: World) -> dict[str, str]:
    """What each page that is shown says, by its name and who looks; of those that refuse, one a looker and status."""
    browsers, shown = {}, {}
    for name, actor, path in pages(world):
        browser = browsers.setdefault(actor, browser_of(world.users[actor]))
        answer = browser.get(path, HTTP_ACCEPT_LANGUAGE="fr")
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            page = f"{name} as {actor}" if answer.status_code == 200 else f"{answer.status_code} as {actor}"
            shown[page] = answer.content.decode()
    return shown


@pytest.mark.parametrize("width", [NARROW, pytest.param(WIDE, marks=pytest.mark.long)])
def test_axe_finds_nothing_on_any_page_and_none_overflows(world: World, width: int) -> None:
    # The browser comes last: while it runs, the database cannot be asked from this thread.
    shown = every_page(world)
    with sync_playwright() as playwright, Eye(browser := chromium(playwright), width) as eye:
        faults = [f"{name}: {fault}" for name, html in shown.items() for fault in eye.faults(html)]
        browser.close()
    assert not faults, "\n".join(faults)
    assert len(shown) > 200, "hardly any page was looked at"
