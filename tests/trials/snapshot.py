"""What the database holds, table by table, so that a trial can say that nothing changed."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from consent.wall import opened

# Tables that hold nothing of persons and that no act may touch anyway are looked at too: all are.
_TABLES = """
SELECT table_schema || '.' || table_name FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'keyring') ORDER BY 1
"""
Rows = frozenset[str]


def seen_by_app(whom: Iterable[UUID | None]) -> dict[str, Rows]:
    """Every row that `app` can see for these persons, and those about nobody, by table."""
    seen: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        question = _all_rows(cursor)
        for person_id in whom:
            with opened(person_id):
                cursor.execute(question)
                for table, row in cursor.fetchall():
                    seen.setdefault(table, set()).add(row)
    return _by_table(seen)


def seen_by_owner(owner: psycopg.Connection[Any]) -> dict[str, Rows]:
    """Every committed row of every table, whoever it is about."""
    seen: dict[str, set[str]] = {}
    with owner.cursor() as cursor:
        for table, row in cursor.execute(_all_rows(cursor)).fetchall():
            seen.setdefault(table, set()).add(row)
    return _by_table(seen)


def changes(before: dict[str, Rows], after: dict[str, Rows]) -> dict[str, int]:
    """How many rows came or went, by table, leaving out the tables where none did."""
    tables = {*before, *after}
    return {table: count for table in sorted(tables) if (count := len(after[table] ^ before[table]))}


def _all_rows(cursor: Any) -> str:
    cursor.execute(_TABLES)
    tables = [row[0] for row in cursor.fetchall()]
    return " UNION ALL ".join(f"SELECT '{table.removeprefix('public.')}', t::text FROM {table} t" for table in tables)


def _by_table(seen: dict[str, set[str]]) -> dict[str, Rows]:
    return defaultdict(frozenset, {table: frozenset(rows) for table, rows in seen.items()})
