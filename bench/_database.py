"""A database of its own for a measure: made from the migrations, filled as `owner`, thrown away afterwards."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import environ
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

NAME = f"bench_{os.getpid()}"


@contextmanager
def own_database(suffix: str = "") -> Iterator["psycopg.Connection[Any]"]:
    """Everything of Django's goes to an empty, migrated database until the end; a connection of `owner` to it.

    A measure that needs two names them by a suffix each.
    """
    before = settings.DATABASES["default"]["NAME"]
    name = NAME + suffix
    with _as_owner("postgres") as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            _point(name)
            call_command("migrate", database="owner", verbosity=0)
            with _as_owner(name) as owner:
                yield owner
        finally:
            _point(before)
            _drop(server, name)


def _drop(server: "psycopg.Connection[Any]", name: str) -> None:
    """Drop it. While autovacuum works in it, FORCE is refused to all but a superuser: then try again."""
    for patience in (0.3, 1, 3, 10, 30, None):
        try:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            return
        except psycopg.errors.InsufficientPrivilege:
            if patience is None:
                raise
            time.sleep(patience)


def environment() -> dict[str, str]:
    """For a process of its own: the same environment, on that database."""
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {**os.environ, "DATABASE_URL": f"{url}/{NAME}", "OWNER_DATABASE_URL": ""}


def _point(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _as_owner(name: str) -> "psycopg.Connection[Any]":
    url = environ.Env.db_url_config(os.environ["OWNER_DATABASE_URL"])
    return psycopg.connect(
        host=url["HOST"], port=url["PORT"] or 5432, user=url["USER"], password=url["PASSWORD"],
        dbname=name, autocommit=True,
    )  # fmt: skip
