"""Every page of the service as someone who gets it sees it: the ground of the trials about all pages."""

from collections.abc import Iterator
from uuid import UUID

from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from assistance.doors.counter import CounterDoor
from assistance.models import Mail
from assistance.paper.codes import new_reference
from consent.acts.base import Act
from consent.acts.registry import all_acts
from consent.bases import Via
from consent.doors.online import OnlineDoor, PublicDoor
from consent.doors.represented import RepresentedDoor
from consent.models import Notice
from consent.wall import opened
from tests import database
from tests.trials.access import TABLE, every_address, path_of
from tests.trials.belongings import World, make_world

NOT_PAGES = {"portal:alive": "two words for a machine", "consent:trace-csv": "a file, sent as it is read"}
NOT_PAGES |= {"consent:for-trace-csv": "the same, of who is represented", "assistance:verifier-file": "a program"}
NOT_PAGES |= dict.fromkeys(("consent:journal-json", "consent:journal-atom"), "a feed")
# Who looks at each page, the first that may; a page for all is seen without account and by someone signed in.
LOOKERS = ["anonymous", "odette", "agent", "manager", "clerk", "professional"]


def committed_world(blocker: DjangoDbBlocker) -> Iterator[World]:
    """A world whose rows are committed, for the fixture of a module; the database is clean again afterwards."""
    with blocker.unblock():
        call_command("load_notices", verbosity=0)
        yield make_world(Notice.objects.in_force("fr"))
        database.make_clone()


def lookers(name: str) -> list[str]:
    """Those by whom this page is looked at."""
    able = [actor for actor in LOOKERS if TABLE[name][actor][0] == 200]
    others = [actor for actor in TABLE[name] if TABLE[name][actor][0] == 200]
    return able[:2] or others[:1]


def pages(world: World) -> Iterator[tuple[str, str, str]]:
    """Name, looker, path: every address that is shown to someone, and the form of every act by every door."""
    for name, pattern in every_address().items():
        if name not in NOT_PAGES:
            changes = {"version": Notice.objects.in_force("fr").version} if "<slug:version>" in pattern else {}
            for actor in lookers(name):
                yield name, actor, path_of(name, world, world.odette, by=actor, **changes)
    for act in all_acts():
        for door, name, actor in (
            (OnlineDoor, "consent:act", "odette"), (OnlineDoor, "consent:act", "nobody"),
            (CounterDoor, "assistance:visit-act", "agent"), (RepresentedDoor, "consent:for-act", "tutelle"),
        ):  # fmt: skip
            if door.serves(act):
                yield f"{name} {act.code}", actor, path_of(name, world, world.odette, by=actor, code=act.code)
        if Via.PAPER in act.bases:
            path = path_of("assistance:mail-act", world, world.odette, code=act.code, mail_id=posted(world, act))
            yield f"assistance:mail-act {act.code}", "clerk", path
        if PublicDoor.serves(act):
            path = path_of("consent:public-act", world, world.odette, code=act.code)
            yield f"consent:public-act {act.code}", "anonymous", path


def posted(world: World, act: Act) -> UUID:
    """A form of this act that came by post from Odette, in the clerk's hands."""
    person_id, clerk = world.odette.patient.person.id, world.users["clerk"]
    with opened(person_id):
        reference = new_reference("CR")
        return Mail.objects.create(reference=reference, person_id=person_id, act_code=act.code, taken_by=clerk).pk
