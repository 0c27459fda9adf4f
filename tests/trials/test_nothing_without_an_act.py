"""Nothing without an act: no space, grant, consent, refusal or mandate is written but by an effect (rule 1)."""

from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.utils import timezone

from assistance.models import Mandate, Visit
from consent.acts.registry import get_act
from consent.bases import Via
from consent.models import IdentityLevel, OutboxItem
from consent.models.person import create_person
from consent.traits import Traits
from consent.wall import opened
from portal.celery import app as celery
from tests.cast import POSTAL
from tests.examples import Case
from tests.trials.creations import (
    APPS,
    NOUNS,
    Writing,
    calls_of,
    in_effects,
    outside_effects,
    sources_in,
    writings,
    writings_in,
)
from tests.trials.world import World

# Writings that no effect reaches, and why each is right.
AROUND_ACTS = {
    "assistance/mandates.py: put_in_force": "the signed paper of a mandate that an act drafted, or that act itself",
    "assistance/mandates.py: sign": "recognises that signature",
    "assistance/mandates.py: forget_draft": "ends a draft that nobody signed",
    "assistance/models/mandate.py: Mandate.advance": "the one place of a mandate's states; its callers are checked",
}
AROUND_ACTS["consent/models/representation.py: Representation.end"] = "ends one, and never gives anything"
AROUND_ACTS["consent/representing_ends.py: erase"] = "ends what someone erased held, and takes their name away"
AROUND_ACTS["consent/models/representation.py: Representation.clear_doubt"] = "gives nothing back"
# Those of them that pages and tasks call: they recognise a paper or a date, and give nobody anything by themselves.
AROUND_ACTS["assistance/mandates.py: print_once"] = "a draft goes to the printer: nothing stands by that"
AROUND_ACTS["assistance/mailroom.py: file_scan"] = (
    "the name of the scan of a settled mail, moved under the person's key"
)
FOR_ALL = {"assistance/mandates.py: " + name for name in ("sign", "forget_draft", "print_once")}
FOR_ALL |= {"consent/representing_ends.py: erase"}


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return sources_in(Path(settings.BASE_DIR))


@pytest.fixture(scope="module")
def found(sources: dict[str, str]) -> list[Writing]:
    return writings_in(sources)


@pytest.fixture(scope="module")
def of_helpers(sources: dict[str, str], found: list[Writing]) -> list[Writing]:
    """The calls of what writes such rows for an effect."""
    helpers = [w for w in found if not w.function.endswith((".effect", ".advance")) and w.place not in FOR_ALL]
    return calls_of({w.function for w in helpers}, sources)


def test_rows_that_need_an_act_are_written_by_effects_alone(sources: dict[str, str], found: list[Writing]):
    assert {w.noun for w in found} == {*NOUNS}, "the check sees nothing"
    elsewhere = outside_effects(found, sources)
    assert {w.place for w in elsewhere} <= set(AROUND_ACTS), [w for w in elsewhere if w.place not in AROUND_ACTS]


def test_what_writes_for_an_effect_is_called_by_effects_alone(sources: dict[str, str], of_helpers: list[Writing]):
    calls = outside_effects(of_helpers, sources)
    assert {w.place for w in calls} <= set(AROUND_ACTS), [w for w in calls if w.place not in AROUND_ACTS]


def test_effects_are_called_by_perform_alone(sources: dict[str, str]):
    assert {w.place for w in calls_of({"effect"}, sources)} == {"consent/acts/perform.py: _perform"}


def test_every_exception_is_still_needed(found: list[Writing], of_helpers: list[Writing]):
    assert set(AROUND_ACTS) <= {w.place for w in [*found, *of_helpers]}


PLANTED = {
    "a view that creates": "def page(request):\n    Space.objects.create(person=request.person)",
    "a task that saves": "def task():\n    for grant in Grant.objects.all():\n        grant.save()",
    "an import": "def handle(self):\n    Consent.objects.bulk_create([Consent(person=p) for p in people])",
    "a default": "def page(request):\n    space, _ = Space.objects.get_or_create(person_id=1)",
    "a reverse relation": "def page(request, person):\n    person.grants.create(everything=True)",
    "a migration": "def forward(apps, editor):\n    S = apps.get_model('consent', 'Space')\n    S.objects.create(person_id=1)",
    "a migration in one line": "def forward(apps, editor):\n    apps.get_model('consent.Space').objects.create(person_id=1)",
    "SQL": "def forward(cursor):\n    cursor.execute('INSERT INTO consent_space (person_id) SELECT id FROM consent_person')",
    "SQL at the top": "from django.db import migrations\noperations = [migrations.RunSQL('update consent_grant set ends_at = null')]",
    "another name": "from consent.models import Grant as Access\ndef page(request):\n    Access(person_id=1).save()",
    "a module's name": "from consent import models\ndef page(request):\n    models.Refusal.objects.create()",
    "an argument": "def revive(mandate: Mandate) -> None:\n    mandate.advance('in_force')",
    "a function that answers": "def mine(p) -> Grant:\n    return Grant.objects.get(pk=p)\ndef page(p):\n    mine(p).save()",
    "the end of a row": "def clean():\n    Refusal.objects.filter(refused_on=day).delete()",
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_the_check_sees_what_is_planted(planted: str):
    assert writings(planted, "portal/pages/planted.py")
    assert outside_effects(writings(planted, "portal/pages/planted.py"), {})


def test_a_writing_beside_an_effect_is_seen_and_one_that_it_reaches_is_allowed():
    source = (
        "class Open:\n    def effect(self):\n        _make()\n\n"
        "def _make():\n    Space.objects.create()\n\n"
        "def page():\n    Space.objects.create()\n"
    )
    assert in_effects(source) == {"Open.effect", "_make"}
    path = "consent/acts/planted.py"
    assert [w.function for w in outside_effects(writings(source, path), {path: source})] == ["page"]


def test_reading_is_no_writing():
    assert not writings("def page(p):\n    return Grant.objects.filter(person_id=p).exists()", "consent/pages/p.py")


# -- The same, by running everything that runs by itself -----------------------------------------------

NOT_RUN = {
    "serve": "never ends",
    "demo": "its invented people act: each of its rows comes from an act, which the static check holds",
    "build_css": "writes a style sheet into the checkout",
    "makemessages": "writes translations into the checkout",
    "verify_journal": "only reads, and ends with a status of its own while entries wait: see test_tampering",
    "witness": "looks at a log from outside; it has no database",
    "declare_witness": "names a body that watches the log, by its key",
    "appoint": "gives a named account a role in the service: staff, not a person",
}


@pytest.fixture
def people(committed: None) -> World:
    """A hundred persons on record who decided nothing: drafts, a visit, mail and messages wait for them."""
    world = World()
    for number in range(100):
        traits = Traits(f"Personne{'abcdefghij'[number % 10]}", f"Sans {number}", timezone.localdate(), "F", "23031")
        person = create_person(traits, level=IdentityLevel.CONFIRMED, contact=POSTAL)
        world.mail(person)
        with opened(person.id):
            OutboxItem.objects.create(
                topic="unneeded", subject_id=person.id, person_id=person.id,
                created_at=timezone.now() - timezone.timedelta(hours=1),
            )  # fmt: skip
    ready = world.ready(Case(get_act("mandate.give"), Via.PRESENCE, known=True))
    ready.do()
    with opened(world.odette.id):
        Mandate.objects.update(drafted_at=timezone.now() - timezone.timedelta(days=8))
        Visit.objects.update(last_seen_at=timezone.now() - timezone.timedelta(hours=1))
    return world


def rows_that_need_an_act(owner: psycopg.Connection[Any]) -> dict[str, int]:
    counts = {}
    for table in ("consent_space", "consent_grant", "consent_consent", "consent_refusal"):
        counts[table] = owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    counts["in force"] = owner.execute(
        "SELECT count(*) FROM assistance_mandate WHERE in_force_at IS NOT NULL"
    ).fetchone()[0]
    return counts


def test_whatever_runs_by_itself_gives_nobody_anything(people: World, owner_connection):
    ours = {f"{app}" for app in APPS}
    commands = sorted(name for name, app in get_commands().items() if app in ours and name not in NOT_RUN)
    assert {"load_counters", "load_notices", "migrate"} <= set(commands)
    for name in commands:
        call_command(name, stdout=StringIO(), stderr=StringIO())
    celery.loader.import_default_modules()
    tasks = {name: task for name, task in celery.tasks.items() if name.split(".")[0] in ours}
    assert "consent.tasks.sweep_outbox" in tasks
    by_the_clock = {entry["task"] for entry in celery.conf.beat_schedule.values()}
    assert by_the_clock <= set(celery.tasks)
    for name in by_the_clock:
        celery.tasks[name]()
    assert rows_that_need_an_act(owner_connection) == dict.fromkeys(rows_that_need_an_act(owner_connection), 0)
    assert owner_connection.execute("SELECT count(*) FROM consent_person").fetchone()[0] > 90


def test_migrating_from_nothing_makes_no_row_that_needs_an_act(owner_connection):
    assert apps.is_installed("consent")
    assert set(rows_that_need_an_act(owner_connection).values()) == {0}
