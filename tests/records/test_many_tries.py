"""Tries that go on for long, and rights that are many: nothing costs more, nothing is listed in vain, an emergency opens."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent.acts.representation import represent
from consent.models import Block, CareTeam, CareTeamMember, Grant, ShareCode
from consent.models.representation import Kind
from consent.representing import ceiling
from consent.wall import opened
from tests.cast import JEANNE, make_patient
from tests.records.conftest import NOBODY, REASON, TYPED, does

pytestmark = pytest.mark.django_db


def test_an_emergency_opens_to_who_looked_for_others_thirty_times(with_sheet, at_claires):
    does(with_sheet, "emergency.allow", {"wish": True})
    assert [at_claires.post("/soins/", NOBODY).status_code for _try in range(31)] == [422] * 30 + [429]
    assert at_claires.post("/soins/urgence/", {**TYPED, "reason": REASON}).status_code == 303


def test_emergencies_are_counted_by_themselves(with_sheet, at_claires):
    answers = [at_claires.post("/soins/urgence/", {**NOBODY, "reason": REASON}).status_code for _try in range(31)]
    assert answers == [422] * 30 + [429]
    assert at_claires.post("/soins/", NOBODY).status_code == 422


def test_a_search_that_is_refused_costs_no_more_for_many_rights(with_sheet, at_claires, dr_lemoine):
    person_id, ends_at = with_sheet.person.id, timezone.now() + timedelta(days=30)
    with opened(person_id):
        Block.objects.create(person_id=person_id, professional=dr_lemoine, emergency_too=True)
    asked = {}
    for many in (3, 12):
        with opened(person_id):
            for number in range(Grant.objects.count(), many):
                team = CareTeam.objects.create(person_id=person_id, name=f"Équipe {number}")
                CareTeamMember.objects.create(person_id=person_id, team=team, professional=dr_lemoine)
                Grant.objects.create(person_id=person_id, team=team, everything=True, can_read=True, ends_at=ends_at)
        with CaptureQueriesContext(connection) as queries:
            assert at_claires.post("/soins/", TYPED).status_code == 422
        asked[many] = len(queries)
    assert asked[3] == asked[12]


@pytest.mark.parametrize("acts", [True, False], ids=["acts for them", "only looks"])
def test_every_line_of_my_patients_opens(with_sheet, claire, at_claires, acts):
    does(with_sheet, "share-code.create", {"extent": "all", "categories": [], "duration": "1w", "reader_number": ""})
    with opened(with_sheet.person.id):
        code = ShareCode.objects.get().code
    assert at_claires.post("/soins/code/", {"code": code}).status_code == 303
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    jeanne.user.person_id = None
    jeanne.user.save()
    claire.person_id = jeanne.person.id
    claire.save()
    scopes = sorted(ceiling(Kind.TUTELLE)) if acts else ["sheet.read", "space.read"]
    represent(with_sheet.person, jeanne.person, Kind.TUTELLE, scopes, ends_at=timezone.now() + timedelta(days=90))
    lines = re.findall(r'href="(/soins/acces/[^"]+)"', at_claires.get("/soins/").content.decode())
    assert len(lines) == (0 if acts else 1)
    assert all(at_claires.get(line).status_code == 200 for line in lines)
