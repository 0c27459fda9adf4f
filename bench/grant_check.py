"""How many SQL statements it takes to know whether a professional may read: 2 at most (one opens the wall, one asks)."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench._database import own_database
from bench.line import Line
from consent.models import Category, Channel, Grant, IdentityLevel, Professional, Space
from consent.models.grant import may_read
from consent.models.person import create_person
from consent.traits import Traits
from consent.wall import opened

MOST = 2
# Where a transaction begins and ends asks nothing of the database.
AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")


def measure() -> Line:
    """Statements of one check that answers yes. Raises `AssertionError` if it answers no."""
    with own_database():
        traits = Traits("Mesure", "Essai", date(1950, 1, 1), "F", "23031")
        person = create_person(traits, level=IdentityLevel.CONFIRMED, contact={"channel": Channel.POST})
        doctor = Professional.objects.create(rpps="00000000000", name="Dr Mesure", profession="Médecin", invented=True)
        with opened(person.id):
            Space.objects.create(person=person)
            Grant.objects.create(person_id=person.id, professional=doctor, everything=True, can_read=True)
        with CaptureQueriesContext(connection) as queries:
            allowed = may_read(person.id, Category.REPORTS, professional_id=doctor.pk)
    if not allowed:
        raise AssertionError("the check says no to a reader who holds an access: nothing was measured")
    asked = [query["sql"] for query in queries if not query["sql"].startswith(AROUND)]
    return Line("grant_check", len(asked), MOST, goal=1.0, unit=" statements", note="SQL of one check that says yes")
