"""The SQL of the wall, for migrations: policies, and the few named functions that look across persons."""

RIGHTS = """
GRANT USAGE ON SCHEMA public TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO app;
CREATE FUNCTION plein_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('plein.person', true), '')::uuid $$;
"""
UNDO_RIGHTS = """
DROP FUNCTION plein_person();
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM app;
"""


def close_table(table: str, *, column: str = "person_id", nobody: bool = False) -> str:
    """Only the rows of the person for whom the wall is open; with `nobody`, also rows that are about no one."""
    rule = f"{column} = plein_person()" + (f" OR {column} IS NULL" if nobody else "")
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY of_the_person ON {table} USING ({rule}) WITH CHECK ({rule});"
    )


def open_table(table: str) -> str:
    """The reverse of `close_table`."""
    return f"DROP POLICY of_the_person ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"


def definer(name: str, arguments: str, returns: str, body: str, *, changes: bool = False) -> tuple[str, str]:
    """A function that runs with the owner's rights, for `app` alone, and the SQL that removes it.

    Each is one SELECT that answers ids and dates, never content; with `changes`, one UPDATE of states and dates.
    """
    types = ", ".join(argument.split(" ", 1)[1] for argument in arguments.split(", ") if argument)
    volatility = "VOLATILE" if changes else "STABLE"
    create = (
        f"CREATE FUNCTION {name}({arguments}) RETURNS {returns} LANGUAGE sql {volatility} SECURITY DEFINER "
        f"SET search_path = public, pg_temp AS $$ {body} $$;"
        f"REVOKE ALL ON FUNCTION {name}({types}) FROM PUBLIC; GRANT EXECUTE ON FUNCTION {name}({types}) TO app;"
    )
    return create, f"DROP FUNCTION {name}({types})"
