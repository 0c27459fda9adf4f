"""What every test stands on: real PostgreSQL as the role `app`, real Valkey, no network but this machine."""

import socket
from collections.abc import Iterator
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hashers
from django.core.cache import cache
from django.core.management import call_command
from django.test.client import ClientHandler
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests import database

pytest_plugins = ["tests.cast", "tests.family"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One migrated template a run, one clone a worker."""
    with django_db_blocker.unblock():
        database.make_template()
        database.make_clone()
    yield
    with django_db_blocker.unblock():
        database.drop_clone()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For tests whose transactions must be real: the database is cloned anew afterwards."""
    with django_db_blocker.unblock():
        yield
        database.make_clone()


@pytest.fixture
def owner_connection(django_db_setup: None) -> Iterator[psycopg.Connection[Any]]:
    """The test database as `owner`: it sees what is committed only."""
    with database.as_owner(database.CLONE) as connection:
        yield connection


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> None:
    """A cast of twenty has twenty passwords: what they cost to a thief is not tried here (see test_settings)."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    get_hashers.cache_clear()


@pytest.fixture(autouse=True, scope="session")
def built_static_files() -> None:
    """The styles and the typeface as production serves them: under names that carry their hash."""
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(autouse=True, scope="session")
def middleware_made_once() -> Iterator[None]:
    """What stands before every page is made once, as in a service, and not for each browser of the tests.

    It is made anew where a test changes a setting.
    """
    load, made = ClientHandler.load_middleware, [(None, None)]

    def once(handler: ClientHandler, is_async: bool = False) -> None:
        if made[0][0] is not settings._wrapped:
            load(handler, is_async)
            made[0] = (settings._wrapped, handler._middleware_chain)
        handler._middleware_chain = made[0][1]

    with mock.patch.object(ClientHandler, "load_middleware", once):
        yield


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    """Nothing of a test is left in Valkey for the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def in_french() -> None:
    """The language that a page was asked in is not left to the next test."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True, scope="session")
def this_machine_only() -> Iterator[None]:
    """No test reaches beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise OSError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]
