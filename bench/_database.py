"""A database of its own for a measure: made from the migrations, filled as `owner`, thrown away afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from psycopg import sql

from portal.embedded.beside import as_owner, drop, point

NAME = f"bench_{os.getpid()}"


@contextmanager
def own_database(suffix: str = "") -> Iterator["psycopg.Connection[Any]"]:
    """Everything of Django's goes to an empty, migrated database until the end; a connection of `owner` to it.

    A measure that needs two names them by a suffix each.
    """
    before = settings.DATABASES["default"]["NAME"]
    name = NAME + suffix
    with as_owner("postgres") as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            _point_both(name)
            call_command("migrate", database="owner", verbosity=0)
            with as_owner(name) as owner:
                yield owner
        finally:
            _point_both(before)
            drop(server, name)


def environment() -> dict[str, str]:
    """For a process of its own: the same environment, on that database."""
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {**os.environ, "DATABASE_URL": f"{url}/{NAME}", "OWNER_DATABASE_URL": ""}


def _point_both(name: str) -> None:
    for alias in ("default", "owner"):
        point(alias, name)
