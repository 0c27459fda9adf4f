"""Databases beside the service's own, for the suite and the bench: as `owner`, pointed to, and dropped."""

import os
import time
from typing import Any

import environ
import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

# Seconds between the tries to drop one.
PATIENCE = (0.1, 0.3, 1, 3, 10, 30)


def as_owner(name: str = "postgres") -> "psycopg.Connection[Any]":
    """A connection as `owner` to the database of this name, in autocommit."""
    url = environ.Env.db_url_config(os.environ["OWNER_DATABASE_URL"])
    return psycopg.connect(
        host=url["HOST"], port=url["PORT"] or 5432, user=url["USER"], password=url["PASSWORD"],
        dbname=name, autocommit=True,
    )  # fmt: skip


def point(alias: str, name: str) -> None:
    """Everything that Django asks by this alias goes to the database of this name from now on."""
    connections[alias].close()
    settings.DATABASES[alias]["NAME"] = name
    connections[alias].settings_dict["NAME"] = name


def drop(server: "psycopg.Connection[Any]", name: str) -> None:
    """Drop a database, if there is one. While autovacuum works in it, FORCE is refused to all but a superuser: try again."""
    for seconds in (*PATIENCE, None):
        try:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            return
        except psycopg.errors.InsufficientPrivilege:
            if seconds is None:
                raise
            time.sleep(seconds)
