"""Who gets what: every address, by GET and POST, as every kind of visitor, against one declared table.

And what crosses from one person to another: nothing, whatever reference is put in the place of another.
"""

import io
import logging
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core import mail as outgoing
from django.core.cache import cache
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client

from portal.accounts.sessions import SessionStore
from tests.trials.access import ACTORS, PUBLIC, TABLE, every_address, parts_of, path_of
from tests.trials.belongings import CANARY, World, browser_of, make_world

pytestmark = pytest.mark.django_db
# Those who are Aïcha, or serve her.
HERS = {"aicha", "busy"}
NAMES = sorted(every_address())


@pytest.fixture
def world(notice: Any, settings: Any) -> World:
    settings.PRINTOUT_WAIT_SECONDS = 0
    settings.DEMO = True
    made = make_world(notice)
    cache.clear()
    return made


def asked(world: World, actor: str, method: str, path: str, data: dict[str, str] | None = None) -> HttpResponseBase:
    """The answer, everything put back as it was."""
    browser, session = signed_in(world, actor)
    cache.clear()
    if session is not None:
        cache.set(*session)
    savepoint = transaction.savepoint()
    answer = getattr(browser, method)(path, data or {})
    answer.whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    transaction.savepoint_rollback(savepoint)
    return answer


def signed_in(world: World, actor: str) -> tuple[Client, tuple[str, dict[str, Any]] | None]:
    """This actor's browser, and their session as it was when they signed in: once for a world, for there are thousands
    of pages to ask."""
    user, kept = world.users[actor], world.sessions
    if actor not in kept:
        cookies = browser_of(user).cookies
        key = SessionStore(cookies[settings.SESSION_COOKIE_NAME].value).cache_key if user else None
        kept[actor] = cookies, (key, cache.get(key)) if key else None
    cookies, session = kept[actor]
    browser = browser_of(None)
    browser.cookies.load({name: morsel.value for name, morsel in cookies.items()})
    return browser, session


def cell(answer: HttpResponseBase) -> int | str:
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith("/compte/login/")
    return "in" if to_sign_in else answer.status_code


def test_every_address_is_declared_and_none_that_is_gone():
    assert sorted(TABLE) == NAMES


def test_each_visitor_gets_what_the_table_says(world: World):
    wrong = []
    for name in NAMES:
        for actor in ACTORS:
            path = path_of(name, world, world.odette, by=actor)
            answers = [asked(world, actor, method, path) for method in ("get", "post")]
            got = tuple(map(cell, answers))
            if actor not in HERS and any(CANARY.encode() in answer.whole for answer in answers):
                wrong.append(f"{name} as {actor} shows Aïcha")
            if got != TABLE[name].get(actor):
                wrong.append(f"{name} as {actor}: {got}, declared {TABLE[name].get(actor)}")
    assert not wrong, "\n".join(wrong)


def test_what_is_not_yours_and_what_does_not_exist_answer_the_same(world: World):
    for name in NAMES:
        parts = parts_of(name, world, world.aicha)
        references = [part for part, value in parts.items() if isinstance(value, UUID) and part != "batch_id"]
        for part in references:
            for actor, method in (("odette", "get"), ("agent", "get"), ("colleague", "post"), ("elsewhere", "get")):
                real = asked(world, actor, method, path_of(name, world, world.aicha))
                none = asked(world, actor, method, path_of(name, world, world.aicha, **{part: uuid4()}))
                if real.status_code in (403, 404):
                    assert (name, part, actor, none.status_code) == (name, part, actor, real.status_code)
                    if real.status_code == 404:
                        assert bare(real.whole) == bare(none.whole), (name, actor)


def bare(page: bytes) -> bytes:
    """A page without the proof of origin of its forms, drawn anew each time."""
    return re.sub(rb'value="\w{64}"', b"", page)


class Caught(logging.Handler):
    """Every log line, as it would be written."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.text = io.StringIO()

    def emit(self, record: logging.LogRecord) -> None:
        self.text.write(self.format(record) + "\n")


@pytest.fixture
def lines() -> Iterator[Caught]:
    caught = Caught()
    root = logging.getLogger()
    level = root.level
    root.addHandler(caught)
    root.setLevel(logging.DEBUG)
    yield caught
    root.removeHandler(caught)
    root.setLevel(level)


def test_no_word_of_somebody_else_is_in_any_page_log_line_or_message(world: World, lines: Caught):
    found = []
    # The pages that are the same for all were looked at with the table.
    for name in [name for name in NAMES if TABLE[name] is not PUBLIC]:
        for actor in ACTORS:
            if actor in HERS:
                continue
            for method in ("get", "post"):
                answer = asked(world, actor, method, path_of(name, world, world.aicha))
                if CANARY.lower() in answer.whole.decode(errors="replace").lower() + str(answer.headers).lower():
                    found.append(f"{name} {method} as {actor}")
    assert [place for place in found if not works_on_hers(place)] == []
    statements = "\n".join(query["sql"] for query in connection.queries)
    assert CANARY not in lines.text.getvalue().replace(statements, "")
    assert CANARY not in "".join(str(message.message()) for message in outgoing.outbox)


def works_on_hers(place: str) -> bool:
    """The clerk who keys in Aïcha's form or answers her request works on her file; the auditor, on her complaint."""
    at_the_desk = place.startswith(("assistance:mail", "assistance:case ")) and place.endswith(" as clerk")
    return at_the_desk or (place.startswith("assistance:audit-case ") and place.endswith(" as auditor"))


def test_the_canary_is_seen_where_it_may_be(world: World):
    """The search above can find: Aïcha's own pages hold her words."""
    seen = [
        name for name in NAMES
        if CANARY in asked(world, "aicha", "get", path_of(name, world, world.aicha)).whole.decode(errors="replace")
    ]  # fmt: skip
    assert "consent:home" in seen


def rows(person_id: UUID) -> dict[str, int]:
    """How many rows of each kind one person has, as the tables' owner would count them; the wall opened for her."""
    from consent.models import Consent, Grant, JournalEntry, Receipt, Space
    from consent.wall import opened

    with opened(person_id):
        return {
            "entries": JournalEntry.objects.filter(person_id=person_id, outcome="done").count(),
            "receipts": Receipt.objects.filter(person_id=person_id).count(),
            "grants": Grant.objects.in_force().filter(person_id=person_id).count(),
            "consents": Consent.objects.filter(person_id=person_id, withdrawn_at=None).count(),
            "spaces": Space.objects.filter(person_id=person_id, state="open").count(),
        }


@pytest.mark.parametrize("actor", ["odette", "agent", "clerk", "tutelle"])
def test_another_persons_reference_in_a_path_reads_and_writes_nothing(world: World, actor: str):
    """Each reference of an address, one at a time, is replaced by Aïcha's, all the rest staying one's own."""
    before = rows(world.aicha.patient.person.id)
    for name in NAMES:
        own, hers = parts_of(name, world, world.odette), parts_of(name, world, world.aicha)
        for part in own:
            if not isinstance(own[part], UUID) or own[part] == hers[part] or part in ("batch_id", "invitation_id"):
                continue
            if actor == "clerk" and part in ("mail_id", "letter_id", "user_id", "case_id"):
                continue  # every mail, letter and request is the service's to handle
            for method in ("get", "post"):
                path = path_of(name, world, world.odette, **{part: hers[part]})
                answer = asked(world, actor, method, path, {"step": "confirm"})
                assert answer.status_code not in (200, 202, 303) or name in OPEN, (name, part, method)
                assert CANARY not in answer.whole.decode(errors="replace"), (name, part, method)
    assert rows(world.aicha.patient.person.id) == before


# Where a reference in the path names nobody's thing: the account of a reset link, shown as over whatever it is.
OPEN: set[str] = set()


def _form_of(client: Client, path: str) -> dict[str, str]:
    """The hidden fields of an act's page: the signed answers, the signed request."""
    from lxml import html

    page = html.fromstring(client.get(path).content)
    return {field.get("name"): field.get("value") or "" for field in page.xpath("//main//input[@type='hidden']")}


def test_answers_signed_for_one_person_are_worth_nothing_for_another(world: World):
    """The signed text of Aïcha's check page, posted from Odette's page: nothing is done for either."""
    hers = _form_of(browser_of(world.aicha.patient.user), path_of("consent:act-on", world, world.aicha))
    before = rows(world.aicha.patient.person.id), rows(world.odette.patient.person.id)
    for path in (path_of("consent:act-on", world, world.odette), path_of("consent:act-on", world, world.aicha)):
        answer = asked(world, "odette", "post", path, {**hers, "step": "confirm"})
        assert answer.status_code in (400, 404)
    answer = asked(
        world, "agent", "post", path_of("assistance:visit-act-on", world, world.odette), {**hers, "step": "confirm"}
    )
    assert answer.status_code == 400
    assert (rows(world.aicha.patient.person.id), rows(world.odette.patient.person.id)) == before


def test_an_agent_whose_mandate_ended_or_does_not_list_the_act_is_refused_and_she_sees_the_try(world: World):
    from consent.models import JournalEntry
    from consent.wall import opened

    for actor in ("ended", "scope"):
        visit = world.own_visits[actor]
        for code in ("grant.give", "consent.give", "space.close"):
            path = path_of("assistance:visit-act", world, world.odette, visit_id=visit.pk, code=code)
            for method in ("get", "post"):
                cache.clear()
                answer = getattr(browser_of(world.users[actor]), method)(path)
                assert (actor, code, answer.status_code) == (actor, code, 403)
        with opened(visit.person_id):
            tries = JournalEntry.objects.filter(person_id=visit.person_id, outcome="refused")
            assert tries.count() == 6
            assert all(entry.details["reason"] for entry in tries)
