"""How many SQL statements it takes to know whether a professional may read: 2 at most, once the wall is open.

What every reading by an access asks (`consent/readers.py`): the space, then the right beside its reader.
"""

from datetime import date

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench._database import own_database
from bench.line import Line
from consent.bases import BasisRefused, lock_basis
from consent.models import Channel, Grant, IdentityLevel, Professional, Space
from consent.models.person import create_person
from consent.readers import SHEET, basis_of
from consent.roles import make_professional
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
        user = get_user_model().objects.create(username=doctor.rpps)
        make_professional(user, doctor)
        with opened(person.id):
            Space.objects.create(person=person)
            grant = Grant.objects.create(person_id=person.id, professional=doctor, everything=True, can_read=True)
        basis = basis_of(user, grant.pk)
        with opened(person.id), CaptureQueriesContext(connection) as queries:
            try:
                lock_basis(basis, SHEET)
            except BasisRefused as refused:
                message = "the check says no to a reader who holds an access: nothing was measured"
                raise AssertionError(message) from refused
    asked = [query["sql"] for query in queries if not query["sql"].startswith(AROUND)]
    return Line("grant_check", len(asked), MOST, goal=1.0, unit=" statements", note="SQL of one check that says yes")
