"""Reading the emergency sheet of someone represented: if allowed, traced, less what they hide."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent.acts.representation import represent
from consent.models import JournalEntry, Representation
from consent.models.representation import Kind
from consent.wall import opened
from records.models import EmergencySheet
from tests.cast import JEANNE, Patient, make_patient
from tests.consent.conftest import does, with_space  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(with_space: Patient) -> Representation:  # noqa: F811
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    with opened(with_space.person.id):
        EmergencySheet.objects.create(person_id=with_space.person.id, allergies="Pénicilline", wishes="Être chez moi")
    ends_at = timezone.now() + timedelta(days=30)
    return represent(with_space.person, jeanne.person, Kind.TRUSTED, ["sheet.read"], ends_at=ends_at)


@pytest.fixture
def read(row: Representation, sign_in):
    from portal.accounts.user import User

    client = sign_in(User.objects.get(person_id=row.representative_id))
    return lambda rest="": client.get(f"/mon-espace/pour/{row.pk}/{rest}")


def test_a_trusted_person_who_was_allowed_reads_it_and_each_reading_is_a_trace(odette, row, read):
    assert f"/mon-espace/pour/{row.pk}/fiche-d-urgence/" in read().content.decode()
    page = read("fiche-d-urgence/").content.decode()
    assert "Pénicilline" in page
    assert "Vous agissez pour" in page
    with opened(odette.person.id):
        assert JournalEntry.objects.filter(code="sheet.read", via="representation", outcome="done").count() == 1


def test_a_part_that_is_hidden_looks_like_one_that_says_nothing(odette, row, read):
    does(odette, "representation.hide", {"grants": [], "categories": ["treatments"]})
    page = read("fiche-d-urgence/").content.decode()
    assert "Pénicilline" not in page
    assert "Allergies" not in page
    assert "Être chez moi" in page
    does(odette, "representation.hide", {"grants": [], "categories": ["wishes"]})
    assert "Il n’y a rien à lire." in read("fiche-d-urgence/").content.decode()


def test_who_was_not_allowed_is_told_so_and_reads_nothing(odette, row, read):
    with opened(odette.person.id):
        Representation.objects.update(scopes=["space.read"])
    assert "fiche-d-urgence" not in read().content.decode()
    answer = read("fiche-d-urgence/")
    assert answer.status_code == 403
    assert "Pénicilline" not in answer.content.decode()
