"""What PostgreSQL reads of a history to show it: as much as is shown, not as much as there is.

The lines are committed and their statistics known, as in service: without them the planner chooses blindly.
"""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench._journal import journal_lines
from consent.models import JournalEntry
from consent.trace.readers import by_reader
from consent.wall import opened
from tests import database
from tests.cast import ODETTE, Patient, make_patient
from tests.consent.reading_cast import DOCTORS, entries

# Lines of nobody, among which hers are few.
OTHERS = journal_lines(20_000, apart="1 minute")


@pytest.fixture
def odette_among_others(committed: None) -> Patient:
    """Odette, committed, in a journal that is mostly about others."""
    with database.as_owner(database.CLONE) as owner:
        owner.execute(OTHERS)
    return make_patient(ODETTE, "odette@exemple.fr")


def wrote(person_id: UUID, lines: int, **changes: Any) -> None:
    entries(person_id, lines, **changes)
    with database.as_owner(database.CLONE) as owner:
        owner.execute("VACUUM ANALYZE consent_journalentry")


def test_what_is_read_does_not_grow_with_the_lines_of_a_reader(odette_among_others):
    """By the plan of PostgreSQL: rows taken from the journal, under the wall, as the application."""
    person_id, taken = odette_among_others.person.id, []
    for more in (500, 2500):
        wrote(person_id, more, doctors=[*DOCTORS[:2], uuid4()])
        taken.append(rows_taken(person_id))
    # Three readers, then four: at most a hundred counted of each, and a handful to find them.
    assert max(taken) <= 4 * 120
    assert taken[1] - taken[0] <= 120


def test_a_late_page_reads_whole_only_the_lines_that_it_shows(odette_among_others, sign_in):
    wrote(odette_among_others.person.id, 1100)
    with CaptureQueriesContext(connection) as asked:
        answer = sign_in(odette_among_others.user).get("/mon-espace/trace/?page=40")
    assert sum(len(lines) for _day, lines in answer.context["days"]) == 25
    (lines,) = (query["sql"] for query in asked.captured_queries if "counter_name" in query["sql"])
    with opened(odette_among_others.person.id):
        # What the index alone tells is not read whole.
        assert taken_from(lines, but="Index Only Scan") <= 30


def rows_taken(person_id: UUID) -> int:
    with opened(person_id):
        with CaptureQueriesContext(connection) as asked:
            by_reader(JournalEntry.objects.filter(person_id=person_id), 1, 10)
        return taken_from(asked.captured_queries[0]["sql"])


def taken_from(sql: str, but: str = "") -> int:
    """The rows of the journal that PostgreSQL takes for this; `but`: not those of this kind of step."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return sum(
        node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
        for node in nodes(plan)
        if node.get("Relation Name") == "consent_journalentry" and node["Node Type"] != but
    )


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]
