"""Staff rights: who may do what at which counter."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from assistance.models import Counter, CounterRole
from assistance.roles import (
    RIGHTS,
    CounterRight,
    Service,
    counter_for,
    counters_of,
    has_right,
    is_auditor,
    is_clerk,
    join,
    join_service,
    leave,
    require,
    rights_on,
    role_of,
)
from portal.accounts.user import User, create_account

pytestmark = pytest.mark.django_db


def make_counter(number: int, town: str) -> Counter:
    """A counter with the least that it needs."""
    return Counter.objects.create(number=number, name=town, town=town, postcode="23600", department="23", insee="23031")


@pytest.fixture
def boussac(db: None) -> Counter:
    """Karim's counter."""
    return make_counter(137, "Boussac")


@pytest.fixture
def aubusson(db: None) -> Counter:
    """Another counter."""
    return make_counter(755, "Aubusson")


@pytest.fixture
def karim(db: None) -> User:
    """An account that belongs to no team yet."""
    return create_account("karim@example.org", "une phrase de passe", "Karim")


def test_someone_of_no_team_has_no_right(karim: User, boussac: Counter) -> None:
    assert rights_on(karim, boussac) == frozenset()
    with pytest.raises(Http404):
        require(karim, CounterRight.ASSIST, boussac)


@pytest.mark.parametrize("right", CounterRight)
def test_an_agent_assists_scans_and_prints_but_does_not_manage(
    karim: User, boussac: Counter, right: CounterRight
) -> None:
    join(karim, boussac)
    assert has_right(karim, right, boussac) == (right != CounterRight.MANAGE)


def test_a_right_that_an_agent_lacks_is_forbidden_not_hidden(karim: User, boussac: Counter) -> None:
    join(karim, boussac)
    with pytest.raises(PermissionDenied):
        require(karim, CounterRight.MANAGE, boussac)


def test_a_manager_holds_every_right(karim: User, boussac: Counter) -> None:
    join(karim, boussac, CounterRole.MANAGER)
    assert rights_on(karim, boussac) == set(CounterRight) == RIGHTS[CounterRole.MANAGER]


def test_rights_on_a_counter_give_none_on_another(karim: User, boussac: Counter, aubusson: Counter) -> None:
    join(karim, boussac, CounterRole.MANAGER)
    assert rights_on(karim, aubusson) == frozenset()
    assert list(counters_of(karim)) == [boussac]
    with pytest.raises(Http404):
        counter_for(karim, CounterRight.ASSIST, aubusson.number)


def test_a_counter_that_is_not_yours_answers_like_one_that_does_not_exist(karim: User) -> None:
    with pytest.raises(Http404):
        counter_for(karim, CounterRight.ASSIST, 4242)


def test_leaving_ends_every_right_at_once(karim: User, boussac: Counter) -> None:
    join(karim, boussac)
    assert has_right(karim, CounterRight.ASSIST, boussac)
    leave(karim, boussac)
    assert not has_right(karim, CounterRight.ASSIST, boussac)
    assert not counters_of(karim).exists()


def test_a_new_role_replaces_the_old_one(karim: User, boussac: Counter) -> None:
    join(karim, boussac, CounterRole.MANAGER)
    join(karim, boussac, CounterRole.AGENT)
    join(karim, boussac, CounterRole.AGENT)
    assert role_of(karim, boussac) == CounterRole.AGENT
    assert not has_right(karim, CounterRight.MANAGE, boussac)


def test_a_closed_account_has_no_right(karim: User, boussac: Counter) -> None:
    join(karim, boussac)
    karim.is_active = False
    assert rights_on(karim, boussac) == frozenset()
    assert not counters_of(karim).exists()


def test_keeping_the_machines_gives_no_right_over_a_counter(karim: User, boussac: Counter) -> None:
    karim.is_superuser = True
    karim.save()
    assert rights_on(karim, boussac) == frozenset()
    assert not is_clerk(karim)


def test_a_right_is_asked_in_one_query(karim: User, boussac: Counter, django_assert_num_queries) -> None:
    join(karim, boussac)
    with django_assert_num_queries(1):
        has_right(karim, CounterRight.PRINT, boussac)


def test_a_word_that_is_no_right_is_refused(karim: User, boussac: Counter) -> None:
    with pytest.raises(ValueError, match="anything"):
        has_right(karim, "anything", boussac)


def test_a_clerk_is_not_an_auditor(karim: User) -> None:
    join_service(karim, Service.MAIL)
    assert is_clerk(karim)
    assert not is_auditor(karim)
