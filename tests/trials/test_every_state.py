"""Whatever became of the space, every page answers: with what there is, or with why not; never with a fault."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from assistance.models import Visit
from consent import erasure
from consent.models import Person, Space
from consent.wall import opened
from tests.trials.belongings import World, browser_of
from tests.trials.every_page import committed_world, pages


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from committed_world(django_db_blocker)


def becomes(**columns: object) -> Callable[[World], None]:
    """The space of Odette is from now on in this state."""
    fresh = {"closed_at": None, "erase_after": None, "suspended_at": None}

    def change(world: World) -> None:
        person_id = world.odette.patient.person.pk
        with opened(person_id):
            Space.objects.filter(pk=person_id).update(**{**fresh, **columns})

    return change


def dies(world: World) -> None:
    person_id = world.odette.patient.person.pk
    with opened(person_id):
        Person.objects.filter(pk=person_id).update(frozen_at=timezone.now())


def is_erased(world: World) -> None:
    person_id = world.odette.patient.person.pk
    with opened(person_id):
        Person.objects.filter(pk=person_id).update(frozen_at=None)
        Visit.objects.filter(person_id=person_id).update(ended_at=timezone.now(), end_reason="ended")
    becomes(state="erasing", closed_at=LONG_AGO, erase_after=LONG_AGO)(world)
    assert erasure.erase_space(person_id)


NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=40)
# In the order of a life: the last two have no way back.
BECOMES = {
    "open": becomes(state="open"),
    "suspended": becomes(state="suspended", suspended_at=NOW),
    "kept": becomes(state="kept", closed_at=NOW),
    "erasing": becomes(state="erasing", closed_at=NOW, erase_after=NOW + timedelta(days=30)),
    "dead": dies,
    "erased": is_erased,
}


@pytest.mark.parametrize("state", BECOMES)
def test_every_page_answers_for_a_space_that_is(world: World, state: str) -> None:
    browsers = {}
    BECOMES[state](world)
    faults, shown = [], 0
    for name, actor, path in list(pages(world)):
        browser = browsers.setdefault(actor, browser_of(world.users[actor]))
        answer = browser.get(path, HTTP_ACCEPT_LANGUAGE="fr")
        shown += answer.status_code == 200
        if answer.status_code >= 500 and name != "portal:ready":
            faults.append(f"{name} as {actor}: {answer.status_code}")
    assert not faults, "\n".join(faults)
    assert shown > 60, "hardly any page was shown"
