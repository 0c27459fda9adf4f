"""Turns: an act about a person waits for the readings that have begun, and goes before those that come after it.

Rows alone would not do: PostgreSQL lets one more reader share a row that others share already, whoever waits to change
it; so readers who follow each other without a gap would keep an end waiting for as long as they like. An advisory lock
is a queue: who comes after somebody who waits for it alone waits too. What is read and ended is still held by its rows
(docs/decisions/0006-locks.md): a turn says who is first, not what is true.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

# In both the turn comes where the order of locks wants it: the CTE is done first, for the rest needs its row.
_ACT = (
    "WITH person AS MATERIALIZED (SELECT traits_index FROM consent_person WHERE id = %s FOR NO KEY UPDATE) "
    "SELECT traits_index IS NOT NULL, pg_advisory_xact_lock(hashtextextended(%s, 0)) FROM person"
)
_READING = (
    "WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))) "
    "SELECT s.state FROM turn, consent_space s WHERE s.person_id = %s FOR SHARE OF s"
)


def act_on(person_id: UUID) -> bool:
    """Hold the person's row and turn, alone, until the transaction ends; whether they are someone known here.

    Acts take turns by the row. The wall must be open for the person.
    """
    row = locked_row(_ACT, [person_id, _name(person_id)])
    return bool(row and row[0])


def shared_state(person_id: UUID | None) -> str | None:
    """The state of the space, which cannot change until the transaction ends; None when there is no space.

    Shared among readers, who wait here for an act that came before them.
    """
    row = locked_row(_READING, [_name(person_id), person_id])
    return row[0] if row else None


def locked_row(query: str, parameters: Sequence[Any]) -> tuple[Any, ...] | None:
    """One row, by a query that locks it until the transaction ends: Django has no word for FOR SHARE."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone()


def _name(person_id: UUID | None) -> str:
    return f"turn:{person_id}"
