"""How many SQL statements it takes to know whether a professional may read: 2 at most (one opens the wall, one asks).

The rows are made in a transaction that is undone.
"""

from datetime import date
from uuid import uuid4

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.line import Line
from consent.models import Category, Channel, Grant, IdentityLevel, Professional
from consent.models.grant import may_read
from consent.models.person import create_person
from consent.traits import Traits
from consent.wall import opened

MOST = 2
# The transaction of the measure itself turns that of the check into a savepoint: it asks nothing of the database.
AROUND = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


def measure() -> Line:
    """Statements of one check that answers yes. Raises `AssertionError` if it answers no."""
    with transaction.atomic():
        traits = Traits(f"Mesure {uuid4().hex[:8]}", "Essai", date(1950, 1, 1), "F", "23031")
        person = create_person(traits, level=IdentityLevel.CONFIRMED, contact={"channel": Channel.POST})
        doctor = Professional.objects.create(rpps="00000000000", name="Dr Mesure", profession="Médecin", invented=True)
        with opened(person.id):
            Grant.objects.create(person_id=person.id, professional=doctor, everything=True, can_read=True)
        with CaptureQueriesContext(connection) as queries:
            allowed = may_read(person.id, Category.REPORTS, professional_id=doctor.pk)
        transaction.set_rollback(True)
    if not allowed:
        raise AssertionError("the check says no to a reader who holds an access: nothing was measured")
    asked = [query["sql"] for query in queries if not query["sql"].startswith(AROUND)]
    return Line("grant_check", len(asked), MOST, goal=1.0, unit=" statements", note="SQL of one check that says yes")
