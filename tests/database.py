"""The test database: a template made once by `owner`, cloned for each worker; tests connect as `app`.

Nothing flushes it: the journal refuses TRUNCATE to everyone. After a test that committed, the clone is
thrown away and made again.
"""

import fcntl
import os
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from portal.embedded.beside import as_owner, drop, point
from tests.servers import WORKER

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
TEMPLATE = f"test_template_{RUN}"
CLONE = f"test_{RUN}_{WORKER}"
# Tests write the past and move the clock, as the service itself: what refuses that (consent/migrations/0023) is put
# back where it is tried.
ANY_DATE = """CREATE OR REPLACE FUNCTION journal_is_dated_now() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN RETURN NEW; END'"""


def make_template() -> None:
    """Create and migrate the template, once for all the workers of a run."""
    _show_life()
    lock = Path(settings.VAR_DIR)
    lock.mkdir(exist_ok=True)
    with (lock / "test-template.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with as_owner() as connection:
            exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone()
            if exists:
                return
            _drop_leftovers(connection)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(TEMPLATE)))
        point("owner", TEMPLATE)
        point("default", TEMPLATE)
        call_command("migrate", database="owner", verbosity=0)
        with as_owner(TEMPLATE) as connection:
            connection.execute(ANY_DATE)
        close()


def make_clone() -> None:
    """(Re)create this worker's database from the template, and connect to it."""
    close()
    make_other(CLONE)
    point("owner", CLONE)
    point("default", CLONE)


def make_other(name: str) -> None:
    """(Re)create one more database from the template, for a service that runs beside the tests."""
    with as_owner() as connection:
        drop(connection, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY WAL_LOG").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE)
            )
        )
        # What is tried is the death of our processes, not that of the machine: nothing waits for the disk.
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))


def drop_other(name: str) -> None:
    """That service has ended."""
    with as_owner() as connection:
        drop(connection, name)


def drop_clone() -> None:
    """The run is over for this worker."""
    close()
    drop_other(CLONE)


def close() -> None:
    """Close this process's connections."""
    for alias in ("default", "owner"):
        connections[alias].close()


_life: list[psycopg.Connection[Any]] = []


def _show_life() -> None:
    """Stay connected under the name of this run, so that another run does not take its databases for leftovers."""
    connection = as_owner()
    connection.execute(sql.SQL("SET application_name = {}").format(sql.Literal(RUN)))
    _life.append(connection)


def _drop_leftovers(connection: psycopg.Connection[Any]) -> None:
    """Databases of earlier runs that were killed: those whose run is no longer connected."""
    names = connection.execute(
        "SELECT datname FROM pg_database d WHERE datname LIKE 'test\\_%' AND NOT EXISTS "
        "(SELECT 1 FROM pg_stat_activity a WHERE a.application_name <> '' AND position(a.application_name in d.datname) > 0)"
    ).fetchall()
    for (name,) in names:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
