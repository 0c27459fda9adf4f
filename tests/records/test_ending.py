"""An access that ends within two weeks is told to who holds it too, without saying of whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent.models import CareTeam, Grant
from consent.roles import leave, work_in
from consent.wall import opened
from tests.consent.conftest import does

pytestmark = pytest.mark.django_db
SOON = "Bientôt terminé"


def ends_in(patient, days: int) -> Grant:
    """The only access of this patient ends in so many days."""
    with opened(patient.person.id):
        Grant.objects.update(ends_at=timezone.now() + timedelta(days=days))
        return Grant.objects.get()


def test_it_is_on_the_page_with_its_date_and_no_name(with_sheet, with_grant, at_claires):
    grant = ends_in(with_sheet, 5)
    page = at_claires.get("/soins/").content.decode()
    assert SOON in page
    assert f"/soins/acces/{grant.pk}/" in page
    assert "Garnier" not in page


def test_one_that_ends_later_is_not(with_sheet, with_grant, at_claires):
    ends_in(with_sheet, 15)
    assert SOON not in at_claires.get("/soins/").content.decode()


def test_nor_that_of_somebody_elses(with_sheet, with_grant, at_hugos):
    ends_in(with_sheet, 5)
    assert SOON not in at_hugos.get("/soins/").content.decode()


@pytest.mark.parametrize("code", ["space.suspend", "grant.revoke"])
def test_nor_one_that_the_person_closed_meanwhile(with_sheet, with_grant, at_claires, code):
    grant = ends_in(with_sheet, 5)
    does(with_sheet, code, {}, *([grant.pk] if code == "grant.revoke" else []))
    assert SOON not in at_claires.get("/soins/").content.decode()


TERMS = {"rights": ["read"], "extent": "all", "categories": [], "duration": "1y"}


def test_it_is_told_to_who_reads_by_the_place_where_they_work_and_while_they_do(
    with_sheet, hospital, claire, at_claires, at_hugos
):
    work_in(claire, hospital)
    does(with_sheet, "grant.give", {"reader_number": hospital.finess, **TERMS})
    grant = ends_in(with_sheet, 5)
    page = at_claires.get("/soins/").content.decode()
    assert SOON in page
    assert f"/soins/acces/{grant.pk}/" in page
    assert at_claires.get(f"/soins/acces/{grant.pk}/").status_code == 200
    assert SOON not in at_hugos.get("/soins/").content.decode()
    leave(claire, hospital)
    assert SOON not in at_claires.get("/soins/").content.decode()


def test_it_is_told_to_who_reads_by_a_team_and_while_they_are_in_it(
    with_sheet, at_claires, at_hugos, dr_lemoine, dr_ferrand
):
    does(with_sheet, "care-team.compose", {"name": "Suivi", "members": [dr_lemoine, dr_ferrand]})
    with opened(with_sheet.person.id):
        team = CareTeam.objects.get()
    does(with_sheet, "grant.give", {"reader_number": "", "team": str(team.pk), **TERMS})
    ends_in(with_sheet, 5)
    does(with_sheet, "care-team.change", {"members": [dr_lemoine]}, team.pk)
    assert SOON in at_claires.get("/soins/").content.decode()
    assert SOON not in at_hugos.get("/soins/").content.decode()
