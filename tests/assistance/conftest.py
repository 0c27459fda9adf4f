"""What the tests of a counter and of the service share."""

from collections.abc import Callable

import pytest
from django.test import Client

from assistance.roles import Service, join_service
from portal.accounts.user import User
from tests.assistance.counter_cast import boussac, desk, gueret, karim, louise, nadege, sonia
from tests.assistance.mail_room import staff

__all__ = ["boussac", "desk", "gueret", "karim", "louise", "nadege", "sonia"]


@pytest.fixture
def paul(db: None) -> User:
    """Paul, the auditor."""
    user = staff("paul@service.exemple.fr", "Paul Mercier")
    join_service(user, Service.AUDIT)
    return user


@pytest.fixture
def auditor(paul: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(paul)
