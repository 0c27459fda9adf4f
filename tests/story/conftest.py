"""One running service for the story, and an album for what it shows."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests import database
from tests.looking import chromium
from tests.servers import WORKER
from tests.story.browser import Album
from tests.story.service import Service


@pytest.fixture(scope="module")
def service(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """`manage.py serve` with its worker, on a database of its own, with the demonstration loaded."""
    name = f"test_{database.RUN}_story_{WORKER}"
    with django_db_blocker.unblock():
        database.make_other(name)
    running = Service(name, tmp_path_factory.mktemp("service"))
    yield running
    running.stop()
    with django_db_blocker.unblock():
        database.drop_other(name)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Real Chromium."""
    with sync_playwright() as playwright:
        found = chromium(playwright)
        yield found
        found.close()


@pytest.fixture(scope="module")
def album() -> Album:
    """Where `make story DIR=…` asked for, else nowhere."""
    asked = os.environ.get("STORY_DIR")
    return Album(Path(asked) if asked else None)
