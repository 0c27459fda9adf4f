"""One world for all the tests of a module: built once, in a transaction that is undone at the end."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.trials.world import World


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The world as it is before any test touches it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(built_world: World) -> Iterator[World]:
    """The world for one test: its rows are given back by a savepoint, its objects are copies.

    Not to be used with `pytest.mark.django_db`, which would close the connection under it.
    """
    with transaction.atomic():
        yield deepcopy(built_world)
        transaction.set_rollback(True)
