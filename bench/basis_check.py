"""The check of a professional's basis among a million persons and five million accesses, against ten thousand persons.

Two databases, asked in turn as the role `app`, with the wall open: what `consent.readers` locks and checks before a
read. The time is that of the clock, for what PostgreSQL does counts. Filling them takes minutes and is not counted.
BENCH_PERSONS makes the large one smaller while something is being tried.
"""

import os
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connections

from bench._database import own_database
from bench.line import Line
from consent.bases import Actor, Basis, Via, lock_basis
from consent.models.journal_entry import ActorKind
from consent.readers import SHEET
from consent.wall import opened

MANY, FEW = int(os.environ.get("BENCH_PERSONS") or 1_000_000), 10_000
GRANTS = 5  # of each person: four to professionals, one to an establishment
READERS = 1_000
ROUNDS, CHECKS = 40, 100
# Each row is named by its number, so that what holds together is known without asking.
ID = "md5('{}' || {})::uuid"
FILL = [
    "INSERT INTO consent_professional (id, rpps, name, profession, town, invented) "
    f"SELECT n, n::text, 'Dr ' || n, 'Médecin', '', true FROM generate_series(1, {READERS}) n",
    "INSERT INTO consent_establishment (id, finess, name, town, invented) "
    f"SELECT n, n::text, 'Hôpital ' || n, '', true FROM generate_series(1, {READERS}) n",
    "INSERT INTO {users} (id, password, is_superuser, username, email_sealed, name_sealed, is_active, created_at, "
    f"professional_id) SELECT {ID.format('user', 'n')}, '', false, n::text, '', '', true, now(), n "
    f"FROM generate_series(1, {READERS}) n",
    "INSERT INTO consent_establishmentuserobjectpermission (permission_id, content_object_id, user_id) "
    f"SELECT (SELECT id FROM auth_permission WHERE codename = 'work_in'), n, {ID.format('user', 'n')} "
    f"FROM generate_series(1, {READERS}) n",
    "INSERT INTO consent_person (id, created_at, level, traits_index, birth_name, first_names, birth_date, sex, "
    f"birth_place, channel, never_write_home) SELECT {ID.format('person', 'n')}, now(), 2, sha256(n::text::bytea), "
    "'', '', '', '', '', 'post', false FROM generate_series(1, {persons}) n",
    f"INSERT INTO consent_space (person_id, state, opened_at) SELECT {ID.format('person', 'n')}, 'open', now() "
    "FROM generate_series(1, {persons}) n",
    "INSERT INTO consent_grant (id, person_id, professional_id, establishment_id, everything, categories, can_read, "
    f"can_deposit, starts_at, ends_at) SELECT {ID.format('grant', 'n')}, {ID.format('person', f'(n / {GRANTS} + 1)')}, "
    f"CASE WHEN n % {GRANTS} > 0 THEN n % {READERS} + 1 END, CASE WHEN n % {GRANTS} = 0 THEN n % {READERS} + 1 END, "
    f"true, '{{{{}}}}', true, false, now(), now() + interval '1 year' FROM generate_series(0, {{persons}} * {GRANTS} - 1) n",
    # Of ten persons, one blocks somebody.
    "INSERT INTO consent_block (id, person_id, professional_id, emergency_too, started_at) "
    f"SELECT gen_random_uuid(), {ID.format('person', 'n')}, (n + {READERS // 2}) % {READERS} + 1, true, now() "
    "FROM generate_series(1, {persons}, 10) n",
    "VACUUM ANALYZE",
]


def measure() -> Line:
    """Seconds of one check, the median of rounds that ask other accesses each time. Raises when one is refused."""
    chance = random.Random(5)
    with own_database("_few") as few, own_database("_many") as many:
        fill(few, FILL, FEW)
        fill(many, FILL, MANY)
        sides = [(connected(many.info.dbname), MANY), (connected(few.info.dbname), FEW)]
        taken: list[list[float]] = [[], []]
        for place in range(-2, ROUNDS):
            for side in (0, 1) if place % 2 else (1, 0):
                wrapper, persons = sides[side]
                seconds = _round(
                    wrapper, [basis_of_grant(chance.randrange(persons * GRANTS)) for _check in range(CHECKS)]
                )
                if place >= 0:
                    taken[side].append(seconds)
        for wrapper, _persons in sides:
            wrapper.close()
    ours, reference = map(statistics.median, taken)
    return Line(
        "basis_check", ours, reference, goal=1.2, unit="s", note=f"{MANY * GRANTS} accesses against {FEW * GRANTS}"
    )


def fill(owner: Any, statements: list[str], persons: int) -> None:
    """Run these as `owner`, for so many persons."""
    for statement in statements:
        owner.execute(statement.format(persons=persons, users=get_user_model()._meta.db_table))


def basis_of_grant(number: int) -> Basis:
    """What the reader of this access holds, as `basis_of` gives it."""
    reader = Actor(ActorKind.PROFESSIONAL, id_of("user", number % READERS + 1))
    person_id = id_of("person", number // GRANTS + 1)
    return Basis(Via.GRANT, person_id, reader, right_id=id_of("grant", number), scopes=frozenset({SHEET}))


def id_of(kind: str, number: int) -> UUID:
    """The id of the row of this kind and number."""
    return UUID(md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest())


def _round(wrapper: Any, bases: list[Basis]) -> float:
    """Seconds of one check, each in a transaction of its own."""
    with asking(wrapper):
        start = time.perf_counter()
        for basis in bases:
            with opened(basis.person_id):
                lock_basis(basis, SHEET)
        return (time.perf_counter() - start) / len(bases)


@contextmanager
def asking(wrapper: Any) -> Iterator[None]:
    """Everything of Django's asks this database until the end."""
    before, connections["default"] = connections["default"], wrapper
    try:
        yield
    finally:
        connections["default"] = before


def connected(name: str) -> Any:
    """A connection of `app` to this database, beside Django's own."""
    own = connections["default"]
    return type(own)({**own.settings_dict, "NAME": name}, "default")
