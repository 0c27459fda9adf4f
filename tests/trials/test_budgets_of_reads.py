"""What leaves a trace costs no more statements than any page: whoever looks first, whatever must be told of it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from consent.models import CareTeam, CareTeamMember, Grant, Hidden, JournalEntry, Reminder, ShareCode, Telling
from consent.models.telling import ReadsTold
from consent.wall import opened
from tests.trials.access import path_of
from tests.trials.belongings import World, browser_of
from tests.trials.test_budgets import statements, too_many, world  # noqa: F401

SOMEBODY_ELSE_READS = [
    ("consent:for-trace", "tutelle", ""), ("consent:for-trace", "tutelle", "?par=lecteur"),
    ("consent:for-trace", "tutelle", "?imprimer=1"), ("consent:for-trace", "tutelle", "?par=lecteur&imprimer=1"),
    ("consent:for-trace", "tutelle", "?page=99"), ("consent:for-trace", "tutelle", "?refused=on"),
    ("consent:for-home", "tutelle", ""), ("records:for-sheet", "tutelle", ""),
    ("records:care-patient", "professional", ""), ("assistance:case", "clerk", ""),
    ("assistance:audit-case", "auditor", ""), ("assistance:audit-emergency", "auditor", ""),
]  # fmt: skip
SIGNALLED = {"professional", "clerk"}


@pytest.fixture(scope="module")
def close_to_odette(world: World) -> Iterator[list[UUID]]:  # noqa: F811
    """Readers have her name, each of their looks is a new one, she hides an access given to a team, of which a doctor uses
    a share code too; what opens to them."""
    world.doctor.name = "Dr Claire Garnier"
    world.doctor.save()
    world.users["clerk"].name = "Nadia Garnier"
    world.users["clerk"].save()
    person_id = world.odette.patient.person.id
    with opened(person_id):
        team = CareTeam.objects.create(person_id=person_id, name="Les soirs")
        CareTeamMember.objects.create(person_id=person_id, team=team, professional=world.doctor)
        to_them = Grant.objects.create(person_id=person_id, team=team, everything=True, can_read=True)
        for grant in (world.odette.grant, to_them):
            Hidden.objects.create(person_id=person_id, grant=grant)
        ShareCode.objects.create(
            person_id=person_id, everything=True, ends_at=timezone.now() + timedelta(days=6), used_by=world.doctor,
            used_at=timezone.now(),
        )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("consent.reading.ONE_LOOK", timedelta(0))
        yield [world.odette.grant.pk, to_them.pk, world.odette.emergency_id]


@pytest.mark.parametrize("chosen", [None, ReadsTold.EACH, ReadsTold.FIRST])
def test_a_read_by_somebody_else_costs_no_more_whatever_must_be_told_of_it(
    world: World,  # noqa: F811
    close_to_odette: list[UUID],
    chosen: ReadsTold | None,
) -> None:
    person_id = world.odette.patient.person.id
    if chosen:
        with opened(person_id):
            Telling.objects.update_or_create(person_id=person_id, defaults={"reads": chosen})
    wrong = []
    for name, actor, question in SOMEBODY_ELSE_READS:
        for right_id in close_to_odette if name == "records:care-patient" else [world.odette.grant.pk]:
            changes = {"right_id": right_id} if name == "records:care-patient" else {}
            path = path_of(name, world, world.odette, by=actor, **changes) + question
            browser = browser_of(world.users[actor])
            browser.get(path)  # what one worker looks up once is known by now
            with opened(person_id):
                Reminder.objects.filter(person_id=person_id).delete()
                signals = JournalEntry.objects.filter(person_id=person_id, code="signal.near")
                before = signals.count()
            answer, asked = statements(lambda browser=browser, path=path: browser.get(path))
            assert answer.status_code == 200, (name, answer.status_code)
            wrong += too_many(f"{path} as {actor}", asked)
            with opened(person_id):
                assert signals.count() == before + (actor in SIGNALLED), f"{name}: nothing was signalled"
    assert not wrong, "\n".join(wrong)
