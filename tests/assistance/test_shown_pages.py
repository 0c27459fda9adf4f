"""What a page of an act shows of the space to whoever holds the pen is a reading of theirs, that the person sees."""

import pytest
from django.test import Client

from assistance.models import Mail
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.models import JournalEntry
from consent.models.journal_entry import Nature
from consent.models.representation import EndReason, Kind
from consent.wall import opened
from tests.assistance.counter_cast import browser_of, do, start
from tests.cast import JEANNE, Patient, make_patient, open_space_answers, request_id
from tests.consent.test_representation import gives
from tests.trials.belongings import with_second_factor
from tests.trials.world import World

pytestmark = pytest.mark.django_db
LINE = "Choisir quand être prévenu"
ALLERGY = "Pénicilline"
WORDS = "Elle regarde la porte."


@pytest.fixture
def world(db: None) -> World:
    """Odette, with an open space, a sheet and one more line in her history."""
    world = World()
    for code, answers in (
        ("space.open", open_space_answers()),
        ("telling.change", {"reads": "each", "quarterly": "no"}),
        ("emergency.write", {"allergies": ALLERGY, "treatments": "", "wishes": "", "to_call": ""}),
    ):
        act = get_act(code)
        perform(act, world.online(act, world.odette), answers, request_id())
    return world


def readings(world: World) -> list[tuple[str, str]]:
    """Which of her things were read, and on what basis."""
    with opened(world.odette.id):
        found = JournalEntry.objects.filter(person_id=world.odette.id, nature=Nature.READ).order_by("at")
        return list(found.values_list("code", "via"))


def at_the_counter(world: World, code: str) -> tuple[Client, str]:
    """Karim's browser, and the address of this act, for which Odette gave a mandate, in a visit."""
    world.mandate(world.odette, [code])
    visit = world.visit(world.odette)
    return browser_of(with_second_factor(world.karim)), f"/guichet/visite/{visit.pk}/actes/{code}/"


def test_an_agent_who_looks_at_the_history_to_contest_a_line_reads_it(world):
    client, url = at_the_counter(world, "entry.contest")
    before = readings(world)
    page = client.get(url)
    assert page.status_code == 200
    assert LINE in page.content.decode()
    assert readings(world)[len(before) :] == [("history.read", "mandate")]


def test_a_clerk_who_looks_at_the_history_to_contest_a_line_reads_it(world):
    mail = world.mail(world.odette)
    with opened(world.odette.id):
        Mail.objects.filter(pk=mail.pk).update(act_code="entry.contest")
    page = browser_of(with_second_factor(world.clerk)).get(f"/service/courrier/{mail.pk}/actes/entry.contest/")
    assert page.status_code == 200
    assert LINE in page.content.decode()
    assert readings(world) == [("history.read", "paper")]


def test_an_agent_writes_the_sheet_anew_and_sees_nothing_of_it(world):
    client, url = at_the_counter(world, "emergency.write")
    before = readings(world)
    page = client.get(url)
    assert page.status_code == 200
    assert ALLERGY not in page.content.decode()
    assert readings(world) == before


def test_the_words_of_a_doubt_are_on_no_page_of_a_counter(desk, odette: Patient, nadege):
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    row = gives(odette.person, jeanne, Kind.RELATIVE, "space.read")
    url = start(desk)
    doubt = {"alone": "on", "answered": "no", "words": WORDS}
    assert do(desk, url, "representation.doubt", doubt, f"{row.pk}/").status_code == 303
    with opened(odette.person.id):
        row.refresh_from_db()
        assert row.end_reason == EndReason.DOUBT
        assert WORDS in row.doubt
    desk.post(f"{url}fin/")
    for client, number in ((browser_of(nadege), 138), (desk, 137)):
        there = start(client, number=number)
        pages = [client.get(f"{there}{rest}") for rest in ("", f"actes/representation.clear-doubt/{row.pk}/")]
        assert [page.status_code for page in pages] == [200, 200]
        assert "Jeanne Garnier" in pages[1].content.decode()
        assert WORDS not in "".join(page.content.decode() for page in pages)
        client.post(f"{there}fin/")
