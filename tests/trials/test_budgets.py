"""What every page may cost and must be: weight, statements, no script, sound HTML, headings in order (design §10).

The world is committed, so that the statements counted are those of the service: inside a test's own
transaction each would have savepoints, and each opening of the wall would end with one statement more.
"""

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from assistance.doors.counter import CounterDoor
from assistance.letters import write_letter
from assistance.models import Counter, Mail, Mandate, Visit
from assistance.models.mandate import MandateState
from assistance.paper.codes import new_reference
from assistance.roles import join
from consent import journal
from consent.acts.base import Act
from consent.acts.registry import all_acts
from consent.bases import Actor, Basis, Via
from consent.doors.online import OnlineDoor, PublicDoor
from consent.doors.represented import RepresentedDoor
from consent.models import Grant, Notice, Professional
from consent.models.journal_entry import ActorKind
from consent.wall import opened
from portal.design.sheet import BUILT
from tests import database
from tests.html import html_errors
from tests.trials.access import TABLE, every_address, path_of
from tests.trials.belongings import World, browser_of, make_world
from tests.trials.world import account

ONE_ROUND_TRIP = 14 * 1024  # bytes
FIRST_VISIT, REQUESTS = 64 * 1024, 5
FETCHED_LINKS = {"stylesheet", "icon", "preload", "manifest"}
STATEMENTS = 12
# Reading what is somebody else's writes a trace and asks whether they want to be told: four statements beside.
A_TRACE = 4
LEAVE_A_TRACE = {"consent:for-trace", "records:for-sheet", "records:care-patient"}
LEAVE_A_TRACE |= {f"consent:for-act {act.code}" for act in all_acts() if act.reads}
NOT_PAGES = {"portal:alive": "two words for a machine", "consent:trace-csv": "a file, sent as it is read"}
NOT_PAGES |= {"consent:for-trace-csv": "the same, of who is represented", "assistance:verifier-file": "a program"}
NOT_PAGES |= dict.fromkeys(("consent:journal-json", "consent:journal-atom"), "a feed")
# Who looks at each page, the first that may; a page for all is seen without account and by someone signed in.
LOOKERS = ["anonymous", "odette", "agent", "manager", "clerk", "professional"]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        call_command("load_notices", verbosity=0)
        yield make_world(Notice.objects.in_force("fr"))
        database.make_clone()


@pytest.fixture(autouse=True)
def demonstration(settings) -> None:
    settings.DEMO = True


def lookers(name: str) -> list[str]:
    """Those by whom this page is looked at."""
    able = [actor for actor in LOOKERS if TABLE[name][actor][0] == 200]
    others = [actor for actor in TABLE[name] if TABLE[name][actor][0] == 200]
    return able[:2] or others[:1]


def pages(world: World) -> Iterator[tuple[str, str, str]]:
    """Name, looker, path: every address that is shown to someone, and the form of every act by every door."""
    for name, pattern in every_address():
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


def statements(ask: Callable[[], HttpResponseBase]) -> tuple[HttpResponseBase, list[str]]:
    """The answer, and what the database was asked for it; where a transaction begins and ends is not counted."""
    with CaptureQueriesContext(connection) as asked:
        answer = ask()
    ends = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
    return answer, [query["sql"] for query in asked if not query["sql"].startswith(ends)]


def test_every_page_is_within_its_budgets_and_sound(world: World) -> None:
    browsers: dict[str, Client] = {}
    wrong, seen = [], 0
    for name, actor, path in pages(world):
        # Signing in again would count as too many; only what limits requests is forgotten.
        browser = browsers.setdefault(actor, browser_of(world.users[actor]))
        # The first look of a day may leave traces and tell of them: what the page costs is what it costs after.
        browser.get(path, HTTP_ACCEPT_LANGUAGE="fr")
        answer, asked = statements(lambda browser=browser, path=path: browser.get(path, HTTP_ACCEPT_LANGUAGE="fr"))
        if answer.status_code not in (200, 403, 409):
            wrong.append(f"{name} as {actor}: {answer.status_code}")
            continue
        seen += 1
        wrong += [f"{name} as {actor}: {fault}" for fault in faults_of(answer)]
        if len(asked) > STATEMENTS + (A_TRACE if name in LEAVE_A_TRACE else 0):
            wrong.append(f"{name} as {actor}: {len(asked)} statements\n  " + "\n  ".join(sql[:110] for sql in asked))
    assert not wrong, "\n".join(wrong)
    assert seen > 80, "hardly any page was looked at"


def test_every_address_that_shows_a_page_is_looked_at(world: World) -> None:
    looked = {name for name, _actor, _path in pages(world)} | set(NOT_PAGES)
    shown = {name for name, row in TABLE.items() if any(get == 200 for get, _post in row.values())}
    assert shown <= looked


def faults_of(answer: HttpResponseBase) -> list[str]:
    """What is wrong with this page, whatever it says."""
    html = answer.content.decode()
    styles = gzip.compress(BUILT.read_bytes(), 9)
    weight = len(gzip.compress(answer.content, 9)) + len(styles)
    shape = Shape()
    shape.feed(html)
    policy = answer.headers.get("Content-Security-Policy", "")
    fetched = [bytes_of(address, answer) for address in dict.fromkeys(shape.fetched)]
    fetched += [transferred(file) for file in typefaces_for(html)]
    first = len(gzip.compress(answer.content, 9)) + sum(fetched)
    checks = {
        f"{first} bytes on a first visit": first <= FIRST_VISIT,
        f"{1 + len(fetched)} requests on a first visit": 1 + len(fetched) <= REQUESTS,
        f"{weight} bytes with its styles": weight <= ONE_ROUND_TRIP,
        "no policy against scripts": "script-src 'none'" in policy and "unsafe" not in policy,
        "may be kept by the browser": "no-store" in answer.headers.get("Cache-Control", ""),
        f"scripts or styles in the page: {shape.active}": not shape.active,
        f"headings {shape.levels}": shape.levels.count(1) == 1 and in_order(shape.levels),
        "no title": bool(re.search(r"<title>\s*\S", html)),
    }
    return [fault for fault, good in checks.items() if not good] + html_errors(html)


def bytes_of(address: str, page: HttpResponseBase) -> int:
    """The bytes of what a page names: a file of ours, or a picture that the service itself makes for whoever looks."""
    if address.startswith(settings.STATIC_URL):
        return transferred(static_file(address))
    answer = page.client.get(urljoin(page.request["PATH_INFO"], address))
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return len(answer.getvalue())


def static_file(address: str) -> Path:
    """The file of ours that a page or its styles name; a page that names anything else fails here."""
    name = re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", address.rpartition("/")[2])
    (found,) = (settings.BASE_DIR / "static").rglob(name)
    return found


def typefaces_for(html: str) -> list[Path]:
    """The typefaces of which the page needs at least one letter, by the ranges that the styles give them."""
    needed = []
    letters = {ord(letter) for letter in html}
    for face in re.findall(r"@font-face\s*\{[^}]*\}", BUILT.read_text()):
        spans = re.findall(r"U\+([0-9A-Fa-f]+)(?:-([0-9A-Fa-f]+))?", face)
        if any(int(first, 16) <= letter <= int(last or first, 16) for first, last in spans for letter in letters):
            needed.append(static_file(re.findall(r"url\([\"']?([^\"')]+\.woff2)", face)[0]))
    return needed


def transferred(file: Path) -> int:
    """The bytes that a browser receives: text is sent compressed, a typeface is compressed already."""
    content = file.read_bytes()
    return len(content if file.suffix == ".woff2" else gzip.compress(content, 9))


def in_order(levels: list[int]) -> bool:
    """The first heading is of level 1, and none goes down by more than one level."""
    return levels[:1] == [1] and all(later <= before + 1 for before, later in pairwise(levels))


class Shape(HTMLParser):
    """The levels of the headings of a page, what it has a browser fetch, and all that would be run or styles one element."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.active: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag in {"script", "style"}:
            self.active.append(tag)
        named = dict(attrs)
        linked = [named.get("href")] if tag == "link" and named.get("rel") in FETCHED_LINKS else []
        for address in [*linked, named.get("src")]:
            if address and not address.startswith("data:"):
                self.fetched.append(address)
        self.active += [name for name, value in attrs if name == "style" or name.startswith("on")]
        self.active += [value for _name, value in attrs if (value or "").strip().lower().startswith("javascript:")]


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<h1>a</h1><h3>b</h3>", "headings"), ("<h2>a</h2>", "headings"), ("<h1>a</h1><h1>b</h1>", "headings"),
        ("<h1 onclick='x'>a</h1>", "scripts"), ("<h1 style='x'>a</h1>", "scripts"), ("<h1>a</h1><script>", "scripts"),
        ("<h1>a</h1><a href=' javascript:x'>b</a>", "scripts"),
    ],
)  # fmt: skip
def test_a_page_that_breaks_a_rule_is_found(client: Client, page: str, fault: str) -> None:
    """The checks can fail: each on a page made wrong."""
    answer = client.get("/langue/")
    answer.content = f"<!doctype html><html lang=fr><title>t</title>{page}"
    assert any(found.startswith(fault) for found in faults_of(answer))


# -- Lists: as many statements for 100 things as for 1 ----------------------------------------------------------


def grow(world: World, many: int) -> None:
    """So many more of each thing that a list shows."""
    person, agent, here = world.odette.patient.person, world.users["agent"], world.counter
    actor = Actor(ActorKind.AGENT, agent.pk, here.number)
    now = timezone.now()
    for _number in range(many):
        name = uuid4().hex
        far = Counter.objects.create(
            number=Counter.objects.count() + 1000, name=name, town="BOUSSAC", postcode="23600", department="23",
            insee="23031", town_key="BOUSSAC", search_text=" BOUSSAC ",
        )  # fmt: skip
        member = account(f"{name}@exemple.fr")
        join(member, here)
        join(agent, far)
        doctor = Professional.objects.create(rpps=str(int(name[:9], 16))[:11], name=name, profession="Médecin")
        with opened(person.id):
            Grant.objects.create(person_id=person.id, professional=doctor, everything=True, can_read=True)
            mandate = {"person_id": person.id, "scopes": ["grant.give"], "duration": "year", "signer": "person"}
            Mandate.objects.create(
                **mandate, reference=new_reference("MD"), counter=far, state=MandateState.IN_FORCE, in_force_at=now,
                ends_at=now + timedelta(days=9), drafted_by=member,
            )  # fmt: skip
            Mandate.objects.create(**mandate, reference=new_reference("MD"), counter=here, drafted_by=member)
            past = Visit.objects.create(
                counter=here, agent=member, person_id=person.id, ended_at=now, end_reason="ended"
            )
            for visit in (past, world.odette.visit):
                journal.write_event(
                    Basis(Via.PRESENCE, person.id, Actor(ActorKind.AGENT, member.pk, here.number), visit_id=visit.pk),
                    "visit.started", [("Pièce vue", "carte")], person_id=person.id,
                )  # fmt: skip
            journal.write_read(Basis(Via.PRESENCE, person.id, actor), "visit.file", [("Pièce vue", "carte")])
            write_letter(person, uuid4(), {"subject": "Essai", "paragraphs": ["Bonjour,"], "tables": [], "closing": ""})
        Mail.objects.create(reference=new_reference("CR"), act_code="space.open")


LISTS = {
    "consent:home": "odette", "consent:trace": "odette", "consent:act grant.revoke": "odette",
    "consent:act mandate.revoke": "odette", "assistance:visit": "agent", "assistance:visit-end": "agent",
    "assistance:visit-act grant.revoke": "agent", "assistance:desk": "agent", "assistance:attest-find": "manager",
    "assistance:activity": "manager", "assistance:team": "manager", "assistance:service": "clerk",
    "assistance:mailroom": "clerk", "assistance:letters": "clerk", "assistance:finder": "anonymous",
    "consent:notice-versions": "anonymous",
}  # fmt: skip
QUESTIONS = {"assistance:finder": "?lieu=boussac", "consent:trace": "?imprimer=1"}


def test_a_list_costs_the_same_for_1_10_and_100_things(world: World) -> None:
    asked: dict[str, list[list[str]]] = {name: [] for name in LISTS}
    browsers = {actor: browser_of(world.users[actor]) for actor in set(LISTS.values())}
    for many in (1, 9, 90):
        grow(world, many)
        for name, actor in LISTS.items():
            address, _, code = name.partition(" ")
            changes = {"code": code} if code else {}
            path = path_of(address, world, world.odette, **changes) + QUESTIONS.get(name, "")
            browsers[actor].get(path)  # what one sign-in or one worker looks up once is known by now
            answer, found = statements(lambda browser=browsers[actor], path=path: browser.get(path))
            assert answer.status_code == 200, (name, answer.status_code)
            asked[name].append(found)
    cache.clear()
    wrong = {
        name: [len(each) for each in counts]
        for name, counts in asked.items()
        if len({len(each) for each in counts}) > 1 or len(counts[-1]) > STATEMENTS
    }
    assert not wrong, f"{wrong}\n" + "\n".join(sql[:120] for name in wrong for sql in asked[name][-1][:40])
