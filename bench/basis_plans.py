"""How PostgreSQL checks each kind of basis among a million persons and five million accesses: no table is read through.

Every statement that `lock_basis` runs is explained as it stands, with its parameters, as the role `app` and behind the
wall. Tables of less than SMALL rows may be read through: they are read at once. BENCH_PERSONS makes the population smaller.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from bench._database import own_database
from bench.basis_check import FILL, ID, MANY, READERS, asking, connected, fill, id_of
from bench.line import Line
from consent.bases import Actor, Basis, Via, lock_basis
from consent.models.journal_entry import ActorKind
from consent.readers import SHEET
from consent.wall import opened

COUNTERS = 3_000
SMALL = 2_000
PERSON = ID.format("person", "n")
_NUMBERS = "FROM generate_series(1, {persons}) n"
_EXTRA = [
    # Of two persons, one has an account, and is represented by another who has one.
    "INSERT INTO {users} (id, password, is_superuser, username, email_sealed, name_sealed, is_active, created_at, person_id) "
    f"SELECT {ID.format('holder', 'n')}, '', false, 'holder' || n, '', '', true, now(), {PERSON} {_NUMBERS} WHERE n % 2 = 0",
    "INSERT INTO consent_representation (id, person_id, representative_id, kind, scopes, starts_at, ends_at, end_reason, name) "
    f"SELECT {ID.format('representation', 'n')}, {PERSON}, {ID.format('person', 'n + 1')}, 'relative', "
    f"'{{{{sheet.read}}}}', now(), now() + interval '1 year', '', '' {_NUMBERS} WHERE n % 2 = 1",
    # Of ten, one has a team that was given an access, one an emergency, one a code that was used.
    f"INSERT INTO consent_careteam (id, person_id, name, composed_at) SELECT {ID.format('team', 'n')}, {PERSON}, '', now() "
    f"{_NUMBERS} WHERE n % 10 = 0",
    f"INSERT INTO consent_careteammember (person_id, team_id, professional_id) SELECT {PERSON}, {ID.format('team', 'n')}, "
    f"(n + m) % {READERS} + 1 {_NUMBERS}, generate_series(0, 2) m WHERE n % 10 = 0",
    "INSERT INTO consent_grant (id, person_id, team_id, everything, categories, can_read, can_deposit, starts_at, ends_at) "
    f"SELECT {ID.format('to-team', 'n')}, {PERSON}, {ID.format('team', 'n')}, true, '{{{{}}}}', true, false, now(), "
    f"now() + interval '1 year' {_NUMBERS} WHERE n % 10 = 0",
    "INSERT INTO consent_emergencyaccess (id, person_id, professional_id, reason, started_at, ends_at, finding) "
    f"SELECT {ID.format('emergency', 'n')}, {PERSON}, n % {READERS} + 1, '', now(), now() + interval '1 day', '' "
    f"{_NUMBERS} WHERE n % 10 = 0",
    "INSERT INTO consent_sharecode (id, person_id, handle, everything, categories, made_at, ends_at, tries, used_at, used_by_id) "
    f"SELECT {ID.format('code', 'n')}, {PERSON}, lpad(to_hex(n), 6, '0'), true, '{{{{}}}}', now(), now() + interval '1 day', 0, now(), "
    f"n % {READERS} + 1 {_NUMBERS} WHERE n % 10 = 0",
    # Counters with their agents; everyone gave one a mandate and was there. An agent serves one person at a time.
    "INSERT INTO assistance_counter (id, number, name, kind, travels, network, address, address_more, postcode, town, insee, "
    "department, email, phone, hours, hours_note, town_key, search_text, listed, source) SELECT n, n, n::text, '', false, "
    f"'', '', '', '', '', '', '', '', '', '{{{{}}}}', '', '', '', true, '{{{{}}}}' FROM generate_series(1, {COUNTERS}) n",
    f"INSERT INTO auth_group (id, name) SELECT n, 'agents ' || n FROM generate_series(1, {COUNTERS}) n",
    "INSERT INTO assistance_countergroupobjectpermission (content_object_id, group_id, permission_id) SELECT n, n, p.id "
    f"FROM generate_series(1, {COUNTERS}) n, auth_permission p WHERE p.codename IN ('assist', 'scan', 'print')",
    f"INSERT INTO {{users}}_groups (user_id, group_id) SELECT {ID.format('user', 'n')}, n FROM generate_series(1, {READERS}) n",
    "INSERT INTO assistance_mandate (id, person_id, reference, state, scopes, duration, large_print, signer, drafted_at, "
    "in_force_at, ends_at, end_reason, evidence, scan, counter_id) SELECT "
    f"{ID.format('mandate', 'n')}, {PERSON}, n::text, 'in_force', '{{{{grant.give}}}}', 'year', false, 'person', now(), now(), "
    f"now() + interval '1 year', '', '', '', n % {READERS} + 1 {_NUMBERS}",
    "INSERT INTO assistance_visit (id, person_id, document_kind, document_tail, opened_at, last_seen_at, ended_at, end_reason, "
    f"agent_id, counter_id) SELECT {ID.format('visit', 'n')}, {PERSON}, '', '', now(), now() + interval '1 hour', "
    f"CASE WHEN n / {READERS} <> {{persons}} / 2 / {READERS} THEN now() END, '', {ID.format('user', f'(n % {READERS} + 1)')}, "
    f"n % {READERS} + 1 {_NUMBERS}",
    "VACUUM ANALYZE",
]


def measure() -> Line:
    """How often a table is read through, beside how many statements were explained. Raises when a basis is refused."""
    with own_database() as owner:
        fill(owner, FILL[:-1] + _EXTRA, MANY)
        owner.execute("ANALYZE")
        small = {name for (name,) in owner.execute("SELECT relname FROM pg_class WHERE reltuples < %s", [SMALL])}
        wrapper = connected(owner.info.dbname)
        with asking(wrapper):
            plans = [plan for basis, code in _bases(MANY // 20 * 10) for plan in _plans(wrapper, basis, code)]
        wrapper.close()
    through = [node["Relation Name"] for plan in plans for node in _nodes(plan) if node["Node Type"] == "Seq Scan"]
    large = sorted(set(through) - small)
    return Line(
        "basis_plans", len(large), len(plans), goal=0, unit="", note=f"read through: {', '.join(large) or 'none'}"
    )


def _bases(n: int) -> Iterator[tuple[Basis, str]]:
    """One of each kind, of the person of this number, which ten divides; and what is done by it."""
    person, agent = id_of("person", n), Actor(ActorKind.AGENT, id_of("user", n % READERS + 1), n % READERS + 1)

    def by(via: Via, right: Any, reader: int, person_id: Any = person) -> tuple[Basis, str]:
        actor = Actor(ActorKind.PROFESSIONAL, id_of("user", reader % READERS + 1))
        return Basis(via, person_id, actor, right_id=right, scopes=frozenset({SHEET})), SHEET

    for grant in (5 * (n - 1), 5 * (n - 1) + 1):  # to an establishment, to a professional
        yield by(Via.GRANT, id_of("grant", grant), grant)
    yield by(Via.GRANT, id_of("to-team", n), n)
    yield by(Via.EMERGENCY, id_of("emergency", n), n)
    yield by(Via.SHARE, id_of("code", n), n)
    holder = Actor(ActorKind.REPRESENTATIVE, id_of("holder", n))
    yield Basis(Via.REPRESENTATION, id_of("person", n - 1), holder, right_id=id_of("representation", n - 1)), SHEET
    yield Basis(Via.SELF, person, Actor(ActorKind.PERSON, id_of("holder", n))), "grant.give"
    yield Basis(Via.MANDATE, person, agent, right_id=id_of("mandate", n), visit_id=id_of("visit", n)), "grant.give"
    yield Basis(Via.PRESENCE, person, agent, visit_id=id_of("visit", n)), "grant.give"


def _plans(wrapper: Any, basis: Basis, code: str) -> list[dict[str, Any]]:
    """The plans of what this check asks, each made where it is asked."""
    plans = []

    def explained(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith("SELECT") and "set_config" not in sql:
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                (plan,) = cursor.fetchone()
            plans.append((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
        return execute(sql, params, many, context)

    with opened(basis.person_id), wrapper.execute_wrapper(explained):
        lock_basis(basis, code)
    return plans


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in _nodes(child))]
