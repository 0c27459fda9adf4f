"""What the database holds, table by table, so that a trial can say that nothing changed."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID
from weakref import WeakSet

import psycopg
from django.db import connection

from consent.wall import opened

# Tables that hold nothing of persons and that no act may touch anyway are looked at too: all are.
_TABLES = """
SELECT table_schema || '.' || table_name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'keyring') ORDER BY 1
"""
_ASK = "EXECUTE every_row"
Rows = frozenset[str]
_prepared: WeakSet[psycopg.Connection[Any]] = WeakSet()


def seen_by_app(whom: Iterable[UUID | None]) -> dict[str, Rows]:
    """Every row that `app` can see for these persons, and those about nobody, by table."""
    seen: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        prepare(cursor, connection.connection)
        for person_id in whom:
            with opened(person_id):
                cursor.execute(_ASK)
                for table, row in cursor.fetchall():
                    seen.setdefault(table, set()).add(row)
    return _by_table(seen)


def seen_by_owner(owner: psycopg.Connection[Any]) -> dict[str, Rows]:
    """Every committed row of every table, whoever it is about."""
    seen: dict[str, set[str]] = {}
    with owner.cursor() as cursor:
        prepare(cursor, owner)
        for table, row in cursor.execute(_ASK).fetchall():
            seen.setdefault(table, set()).add(row)
    return _by_table(seen)


def changes(before: dict[str, Rows], after: dict[str, Rows]) -> dict[str, int]:
    """How many rows came or went, by table, leaving out the tables where none did."""
    tables = {*before, *after}
    return {table: count for table in sorted(tables) if (count := len(after[table] ^ before[table]))}


def prepare(cursor: Any, session: psycopg.Connection[Any]) -> None:
    """Have the question planned once for a connection: sixty tables under the wall take longer to plan than to read."""
    if session in _prepared:
        return
    cursor.execute(_TABLES)
    tables = [row[0] for row in cursor.fetchall()]
    rows = " UNION ALL ".join(f"SELECT '{table.removeprefix('public.')}', t::text FROM {table} t" for table in tables)
    cursor.execute(f"PREPARE every_row AS {rows}")
    _prepared.add(session)


def _by_table(seen: dict[str, set[str]]) -> dict[str, Rows]:
    return defaultdict(frozenset, {table: frozenset(rows) for table, rows in seen.items()})
