"""The page of a history of 10,000 lines against one of 100: its first page and its last, in turn, as a browser gets them.

In a database of its own, among the traces of ten thousand other persons. The time is that of the clock: what PostgreSQL
does counts.
"""

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from bench._database import own_database
from bench._journal import journal_lines
from bench.line import Line
from consent.models import Channel, IdentityLevel, JournalEntry
from consent.models.person import create_person
from consent.pages.trace import A_PAGE
from consent.seal.entry import bind
from consent.trace.pages import NUMBERED
from consent.traits import Traits
from consent.wall import opened
from portal.accounts.user import create_account

MANY, FEW = 10_000, 100
ROUNDS = 60
READERS = 12
OTHERS = journal_lines(200_000, apart="1 second", persons=10_000, each=300)
PAGE = "/mon-espace/trace/"


def measure() -> Line:
    """Seconds for the first and the last page."""
    ours, reference = compared(_pages)
    return Line("history_page", ours, reference, goal=1.2, unit="s")


def compared(pages: Callable[[Client, int], Callable[[], None]]) -> tuple[float, float]:
    """Seconds of what `pages` looks at, given a browser and its number of lines: with many, and with few."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    settings.SECURE_SSL_REDIRECT = False
    call_command("collectstatic", interactive=False, verbosity=0)
    with own_database() as owner:
        many, few = _browser(MANY), _browser(FEW)
        owner.execute(OTHERS)
        owner.execute("VACUUM ANALYZE")
        return _clocked(pages(many, MANY), pages(few, FEW), ROUNDS)


def _pages(client: Client, lines: int) -> Callable[[], None]:
    def go() -> None:
        get(client, PAGE)
        get(client, f"{PAGE}?page={min(lines, NUMBERED) // A_PAGE}")

    return go


def get(client: Client, path: str) -> None:
    """One page. Raises when it is not shown."""
    answer = client.get(path)
    if answer.status_code != 200:
        raise AssertionError(f"{path} answers {answer.status_code}: nothing was measured")


def _clocked(ours: Callable[[], None], reference: Callable[[], None], rounds: int) -> tuple[float, float]:
    """The median seconds of each, in turn, after one unmeasured run."""
    ours(), reference()
    taken: dict[Callable[[], None], list[float]] = {ours: [], reference: []}
    for place in range(rounds):
        for run in (ours, reference) if place % 2 else (reference, ours):
            start = time.perf_counter()
            run()
            taken[run].append(time.perf_counter() - start)
    return statistics.median(taken[ours]), statistics.median(taken[reference])


def _browser(lines: int) -> Client:
    """The browser of someone whose history has so many lines, by a dozen readers."""
    traits = Traits(f"Mesure {uuid4().hex[:8]}", "Essai", date(1950, 1, 1), "F", "23031")
    person = create_person(traits, level=IdentityLevel.CONFIRMED, contact={"channel": Channel.POST})
    user = create_account(f"{uuid4().hex}@exemple.fr", None)
    user.person_id = person.id
    user.save()
    readers = [uuid4() for _reader in range(READERS)]
    with opened(person.id):
        # As `owner`: the service dates nothing but what happens now.
        JournalEntry.objects.using("owner").bulk_create(
            (_entry(person.id, number, readers[number % READERS]) for number in range(lines)), batch_size=1000
        )
    client = Client()
    client.force_login(user, backend="portal.accounts.backend.EmailBackend")
    return client


def _entry(person_id: UUID, number: int, reader: UUID) -> JournalEntry:
    entry = JournalEntry(
        person_id=person_id, at=timezone.now() - timedelta(minutes=number), nature="read", code="visit.file",
        outcome="done", via="representation", actor_kind="person", actor_id=reader,
        details={"facts": [["Contenu", "allergies"]], "reader": {"name": "Dr Mesure", "profession": "", "place": ""}},
    )  # fmt: skip
    bind(entry)
    return entry
