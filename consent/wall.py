"""The second wall: PostgreSQL's row-level security, opened for one person inside one transaction.

The policies of every table of a person's data compare `person_id` with the transaction's setting
`plein.person`; without it they answer with no row. The first wall is the Basis, in `consent/bases.py`:
only it, the acts and the journal open this one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection, transaction


class NoOpenBasis(Exception):
    """A person's data was asked for while no basis was open for that person. Always a programming fault."""


_open: ContextVar[tuple[UUID | None, dict[str, Any]] | None] = ContextVar("open_person", default=None)


def key_cache(person_id: UUID) -> dict[str, Any] | None:
    """The unwrapped keys kept while the wall is open for this person; None when it is not."""
    current = _open.get()
    return current[1] if current and current[0] == person_id else None


def open_person() -> UUID | None:
    """The person for whom the wall is open now, if any."""
    current = _open.get()
    return current[0] if current else None


def _set(person_id: UUID | None) -> None:
    """Say to PostgreSQL for whom, and to read one person's rows by their index, in its order.

    A query names the person and so does the wall: the planner takes the two for independent, expects hardly a row,
    and would gather and sort a whole journal for its first page.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('plein.person', %s, true), set_config('enable_bitmapscan', %s, true)",
            [str(person_id or ""), "off" if person_id else "on"],
        )


@contextmanager
def opened(person_id: UUID | None) -> Iterator[None]:
    """Open the wall for one person (or for none) until the end of the block, in a transaction.

    Blocks nest: the inner person replaces the outer one until the inner block ends.
    """
    before = _open.get()
    if before is not None and before[0] == person_id:
        with transaction.atomic():
            yield
        return
    with transaction.atomic():
        nested = bool(connection.savepoint_ids)
        _set(person_id)
        token = _open.set((person_id, {}))
        try:
            yield
            # The end of the outermost transaction forgets the setting; a nested block must give it back.
            if nested:
                _set(before[0] if before else None)
        finally:
            _open.reset(token)
