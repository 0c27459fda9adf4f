"""The wall in PostgreSQL itself: what raw SQL as `app` can see and do without, or with another's, basis."""

import json
import os
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from uuid import uuid4

import environ
import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import DatabaseError

from bench._journal import journal_lines
from consent.acts.registry import get_act
from consent.bases import Via
from consent.models import EmergencyAccess, Explanation, Hidden, Representation, Represented
from consent.wall import opened
from tests import database
from tests.cast import AICHA
from tests.examples import answers_for, asked_by_the_doctor, opened_in_an_emergency
from tests.trials.world import World

pytestmark = pytest.mark.django_db

# Tables that name a person and have no policy, and why that is right.
WITHOUT_POLICY = {
    "public.portal_user": "an account is found before anyone is signed in; it holds an id, and nothing about the person",
    "public.consent_tombstone": "the number of someone who no longer exists, needed after a restore",
}
# Tables where a row may be about nobody: those rows are seen without a basis.
NOBODY = {
    "public.consent_journalentry", "public.consent_receipt", "public.consent_outboxitem", "public.assistance_visit",
    "public.assistance_letter", "public.assistance_mail", "public.assistance_printout",
    "public.consent_explanation",
}  # fmt: skip
# The functions that look across persons: those that the migrations name, and no other.
DEFINERS = {
    re.match(r"CREATE FUNCTION (\w+)\(", create)[1]
    for app in ("consent", "assistance", "records")
    for module in iter_modules(import_module(f"{app}.migrations").__path__)
    for create, _drop in getattr(import_module(f"{app}.migrations.{module.name}"), "FUNCTIONS", [])
}

# Those of them that change something: where a letter is on its way to the post, and nothing in it.
WRITERS = {"letters_take", "letters_post"}


def rows(query: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def about_a_person() -> dict[str, str]:
    """Every table with a `person_id`, or a foreign key to a person, and the column; and the person's own."""
    named = rows(
        """
        SELECT n.nspname || '.' || c.relname, a.attname FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'keyring') AND NOT a.attisdropped
        AND (a.attname = 'person_id' OR EXISTS (
            SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'
            AND k.confrelid = 'consent_person'::regclass AND a.attnum = ANY (k.conkey)))
        """
    )
    return {**dict(named), "public.consent_person": "id"}


@pytest.fixture
def lives(db: None) -> World:
    """Odette and Aïcha with a row in every table that a life here fills."""
    world = World()
    world.aicha = world.person(AICHA, "aicha@exemple.fr")
    for person in (world.odette, world.aicha):
        for code in (
            "space.open", "grant.give", "block.add", "care-team.compose", "rights.copy",
            "emergency.allow", "emergency.write", "share-code.create",
        ):  # fmt: skip
            act = get_act(code)
            world.prepared(act, world.online(act, person), answers_for(code, Via.SELF)).do()
        asked_by_the_doctor(person.id)
        world.mandate(person, ["grant.give"])
        world.mail(person)
        opened_in_an_emergency(person.id)
        fill(person.id)
    return world


def fill(person_id: Any) -> None:
    """The rows that no act above makes."""
    with opened(person_id):
        Hidden.objects.create(person_id=person_id, category="wishes")
        Representation.objects.create(
            person_id=person_id, representative_id=uuid4(), kind="trusted", scopes=[], name="x"
        )
        Represented.objects.create(id=uuid4(), person_id=person_id, name="x")
        access = EmergencyAccess.objects.get(person_id=person_id)
        Explanation.objects.create(
            person_id=person_id, access=access, professional_id=access.professional_id, question="x", asked_by=uuid4()
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO consent_linkcode (id, user_id, person_id, asked_at, tries) "
                "VALUES (gen_random_uuid(), gen_random_uuid(), %s, now(), 0)", [person_id],
            )  # fmt: skip
            cursor.execute(
                "INSERT INTO consent_telling (person_id, reads, reads_since) VALUES (%s, 'each', now())", [person_id]
            )
            cursor.execute(
                "INSERT INTO consent_reminder (id, person_id, kind, subject_id, made_at) "
                "VALUES (gen_random_uuid(), %s, 'first', gen_random_uuid(), now())", [person_id],
            )  # fmt: skip
            cursor.execute(
                "INSERT INTO consent_statement (id, person_id, since, until, by_clock, on_paper, made_at) "
                "VALUES (gen_random_uuid(), %s, now(), now(), false, false, now())", [person_id],
            )  # fmt: skip
            cursor.execute(
                "INSERT INTO assistance_personalform (id, reference, person_id, act_code, made_at) "
                "VALUES (gen_random_uuid(), left(gen_random_uuid()::text, 16), %s, 'grant.give', now())", [person_id],
            )  # fmt: skip
            cursor.execute(
                "INSERT INTO assistance_printout (id, person_id, kind, name, large_print, asked_at, path) "
                "VALUES (gen_random_uuid(), %s, 'receipt', '', false, now(), '')", [person_id],
            )  # fmt: skip
            cursor.execute(
                "INSERT INTO assistance_letter (id, reference, person_id, subject_id, state, created_at) "
                "VALUES (gen_random_uuid(), left(gen_random_uuid()::text, 16), %s, gen_random_uuid(), 'held', now())",
                [person_id],
            )


def test_every_table_about_a_person_has_a_policy():
    closed = {
        table
        for (table,) in rows(
            "SELECT p.schemaname || '.' || p.tablename FROM pg_policies p JOIN pg_class c ON c.relname = p.tablename "
            "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = p.schemaname "
            "WHERE c.relrowsecurity AND p.cmd = 'ALL'"
        )
    }
    tables = set(about_a_person())
    assert len(tables) > 12
    assert tables - closed == set(WITHOUT_POLICY)
    assert closed <= tables, "a policy on something that no test tries"


def test_a_new_table_without_policy_would_be_seen(owner_connection):
    owner_connection.execute("CREATE TABLE planted (id int, person_id uuid)")
    try:
        assert "public.planted" in about_a_person()
        with pytest.raises(AssertionError):
            test_every_table_about_a_person_has_a_policy()
    finally:
        owner_connection.execute("DROP TABLE planted")


def test_without_a_basis_raw_sql_sees_nobody(lives: World):
    for table, column in about_a_person().items():
        if table in WITHOUT_POLICY:
            continue
        assert rows(f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL") == [(0,)], table
        if table not in NOBODY:
            assert rows(f"SELECT count(*) FROM {table}") == [(0,)], table


def test_with_the_basis_of_another_nothing_of_hers_is_seen(lives: World):
    for table, column in about_a_person().items():
        if table in WITHOUT_POLICY:
            continue
        with opened(lives.odette.id):
            assert rows(f"SELECT count(*) > 0 FROM {table} WHERE {column} = %s", [lives.odette.id]) == [(True,)], table
        with opened(lives.aicha.id):
            assert rows(f"SELECT count(*) FROM {table} WHERE {column} = %s", [lives.odette.id]) == [(0,)], table
            others = f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND {column} <> %s"
            assert rows(others, [lives.aicha.id]) == [(0,)], table


def test_nothing_is_written_for_another_person(lives: World):
    for table, column in about_a_person().items():
        if table in WITHOUT_POLICY:
            continue
        mine, hers = lives.aicha.id, lives.odette.id
        names = [
            name
            for (name,) in rows(
                "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
                "AND NOT attisdropped AND attidentity = '' AND attgenerated = '' ORDER BY attnum", [table],
            )
        ]  # fmt: skip
        values = ", ".join("%(hers)s::uuid" if name == column else name for name in names)
        copy = f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE {column} = %(mine)s"
        move = f"UPDATE {table} SET {column} = %(hers)s WHERE {column} = %(mine)s"
        for statement in (copy, move):
            with pytest.raises(DatabaseError) as refused, transaction.atomic(), opened(mine):
                with connection.cursor() as cursor:
                    cursor.execute(statement, {"mine": mine, "hers": hers})
            words = str(refused.value)
            assert "row-level security" in words or "permission denied" in words or "append-only" in words, words
        with opened(mine), connection.cursor() as cursor:
            for statement in (
                f"UPDATE {table} SET {column} = {column} WHERE {column} = %s",
                f"DELETE FROM {table} WHERE {column} = %s",
            ):
                if table == "public.consent_journalentry":
                    continue
                cursor.execute(statement, [hers])
                assert cursor.rowcount == 0, statement


def test_the_wall_closes_with_the_transaction(lives: World):
    with opened(lives.odette.id), opened(lives.aicha.id):
        pass
    assert rows("SELECT count(*) FROM consent_person") == [(0,)]
    assert rows("SELECT current_setting('plein.person', true)") == [("",)]


def test_app_owns_nothing_and_is_nobody_special():
    owned = rows("SELECT relname FROM pg_class WHERE relowner = 'app'::regrole")
    owned += rows("SELECT proname FROM pg_proc WHERE proowner = 'app'::regrole")
    owned += rows("SELECT nspname FROM pg_namespace WHERE nspowner = 'app'::regrole")
    assert owned == []
    power = rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = 'app'"
    )
    assert power == [(False, False, False, False, False)]
    assert rows("SELECT count(*) FROM pg_auth_members WHERE member = 'app'::regrole") == [(0,)]
    for schema in ("public", "keyring"):
        assert rows("SELECT has_schema_privilege('app', %s, 'CREATE')", [schema]) == [(False,)]
    truncatable = rows(
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind = 'r' "
        "AND nspname IN ('public', 'keyring') AND has_table_privilege('app', c.oid, 'TRUNCATE, TRIGGER')"
    )
    assert truncatable == []


def test_the_journal_can_only_be_added_to(lives: World):
    rights = "SELECT has_table_privilege('app', 'consent_journalentry', %s)"
    assert [rows(rights, [r])[0][0] for r in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    for statement in (
        "UPDATE consent_journalentry SET code = 'x'",
        "DELETE FROM consent_journalentry",
        "TRUNCATE consent_journalentry CASCADE",
        "ALTER TABLE consent_journalentry DISABLE TRIGGER ALL",
        "DROP TABLE consent_journalentry CASCADE",
        "ALTER TABLE consent_person DISABLE ROW LEVEL SECURITY",
        "SET LOCAL session_replication_role = replica",
        "SET LOCAL row_security = off; SELECT * FROM consent_person",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), opened(lives.odette.id):
            with connection.cursor() as cursor:
                cursor.execute(statement)


@pytest.mark.parametrize("days", [-1, 1])
def test_the_service_writes_no_other_date_than_the_day_s(committed: None, owner_connection, days: int):
    owner_connection.execute(import_module("consent.migrations.0023_dated_when_written").REFUSE)
    line = journal_lines(1)
    dated = line.replace("now()", f"now() + interval '{days} days'")
    with connection.cursor() as cursor:
        cursor.execute(line)
        with pytest.raises(DatabaseError, match="an entry is dated when it is written"):
            cursor.execute(dated)
    owner_connection.execute(dated)
    restored = owner_connection.execute("SELECT count(*) FROM consent_journalentry").fetchone()
    assert restored == (1,), "a restore writes the past"


def test_the_triggers_fire_for_owner_and_superuser_alike(committed: None, owner_connection):
    owner_connection.execute(journal_lines(1))
    enabled = owner_connection.execute(
        "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'consent_journalentry'::regclass AND NOT tgisinternal"
    ).fetchall()
    assert {tuple(row) for row in enabled} == {
        ("journal_no_change", "A"), ("journal_no_truncate", "A"), ("journal_waits", "A"), ("journal_dated_now", "A"),
    }  # fmt: skip
    statements = (
        "UPDATE consent_journalentry SET code = 'y'",
        "DELETE FROM consent_journalentry",
        "TRUNCATE consent_journalentry CASCADE",
    )
    with as_superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        for someone in (owner_connection, superuser):
            for statement in statements:
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                    someone.execute(statement)
        assert superuser.execute("SELECT count(*) FROM consent_journalentry").fetchone() == (1,)


def test_what_looks_across_persons_is_named_and_bound():
    found = rows(
        "SELECT p.proname, p.proconfig, p.proacl::text, p.provolatile, r.rolname FROM pg_proc p "
        "JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.oid = p.proowner "
        "WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    )
    assert {name for name, *_rest in found} == DEFINERS
    for name, config, rights, volatile, owner in found:
        assert config == ["search_path=public, pg_temp"], name
        assert "app=X" in rights, name
        assert "{=X" not in rights, f"PUBLIC may call {name}"
        assert ",=X" not in rights, f"PUBLIC may call {name}"
        assert owner == "owner", name
        assert (volatile == "v") == (name in WRITERS), f"{name} could write"


def test_what_looks_across_persons_answers_no_content():
    """Ids, dates, references, states and codes: never an encrypted column, never a person's key."""
    allowed = {"uuid", "timestamp with time zone", "date", "text", "integer", "bigint"}
    for name, result in rows(
        "SELECT proname, pg_get_function_result(oid) FROM pg_proc WHERE prosecdef AND proname = ANY (%s)",
        [list(DEFINERS)],
    ):
        inside = result.removeprefix("TABLE(").removesuffix(")")
        types = {part.strip().split(" ", 1)[-1] for part in inside.split(",")}
        assert types <= allowed, (name, types)


def as_superuser() -> psycopg.Connection[Any]:
    """A superuser of the embedded server; against a server of one's own there is none to try."""
    secrets = Path(settings.VAR_DIR) / "secrets.json"
    url = environ.Env.db_url_config(os.environ["OWNER_DATABASE_URL"])
    if not secrets.exists():
        pytest.skip("no superuser of this server is known here")
    password = json.loads(secrets.read_text())["PASSWORD_POSTGRES"]
    return psycopg.connect(
        host=url["HOST"], port=url["PORT"], user="postgres", password=password, dbname=database.CLONE, autocommit=True
    )
