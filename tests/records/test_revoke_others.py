"""Everything but what is kept is taken back at once: accesses, codes that read, emergency accesses that run."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from consent import emergency
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.models import Block, Grant, ShareCode
from consent.wall import opened
from tests.cast import ODETTE, request_id
from tests.consent.conftest import check, confirm
from tests.records.conftest import REASON, does

TERMS = {"rights": ["read"], "extent": "all", "categories": [], "duration": "1m"}
pytestmark = pytest.mark.django_db
URL = "/mon-espace/actes/grant.revoke-others/"
CODE = {"extent": "all", "categories": [], "duration": "1w", "reader_number": ""}


@pytest.fixture
def by_code(with_sheet, at_claires) -> str:
    """The address at which Dr Lemoine reads by a code."""
    does(with_sheet, "share-code.create", CODE)
    with opened(with_sheet.person.id):
        code = ShareCode.objects.get().code
    found = at_claires.post("/soins/code/", {"code": code}).url
    assert at_claires.get(found).status_code == 200
    return found


def test_whoever_reads_by_a_code_reads_no_more(by_code, odette_online, at_claires):
    assert "codes de partage et accès d’urgence compris" in odette_online.get(URL).content.decode()
    checked = check(odette_online, URL, {})
    assert "Dr Claire Lemoine" in checked.content.decode()
    assert confirm(odette_online, URL, checked).status_code == 303
    assert at_claires.get(by_code).status_code == 403


def test_a_code_that_is_kept_goes_on(with_sheet, by_code, odette_online, at_claires, dr_ferrand):
    does(with_sheet, "grant.give", {"reader_number": dr_ferrand.rpps, **TERMS})
    with opened(with_sheet.person.id):
        kept = str(ShareCode.objects.get().pk)
    assert confirm(odette_online, URL, check(odette_online, URL, {"kept": [kept]})).status_code == 303
    assert at_claires.get(by_code).status_code == 200


def test_an_emergency_access_that_runs_ends(with_sheet, odette_online, claire, at_claires):
    does(with_sheet, "emergency.allow", {"wish": True})
    right = emergency.open_access(claire, ODETTE, REASON)
    assert at_claires.get(f"/soins/acces/{right}/").status_code == 200
    assert "Accès d’urgence : Dr Claire Lemoine" in odette_online.get(URL).content.decode()
    assert confirm(odette_online, URL, check(odette_online, URL, {})).status_code == 303
    assert at_claires.get(f"/soins/acces/{right}/").status_code == 403


@pytest.mark.parametrize(("came", "stays"), [(1, True), (0, False)], ids=["the day before", "that day"])
def test_by_post_what_was_opened_after_the_form_came_stays(with_sheet, dr_lemoine, dr_ferrand, came, stays):
    for doctor in (dr_lemoine, dr_ferrand):
        does(with_sheet, "grant.give", {"reader_number": doctor.rpps, **TERMS})
    posted = replace(with_sheet.basis, received_on=timezone.localdate() - timedelta(days=came))
    with opened(with_sheet.person.id):
        Grant.objects.filter(professional=dr_lemoine).update(starts_at=timezone.now() - timedelta(days=9))
    receipt = perform(get_act("grant.revoke-others"), posted, {"kept": []}, request_id())
    with opened(with_sheet.person.id):
        assert [grant.professional for grant in Grant.objects.in_force()] == [dr_ferrand] * stays
        told = [value for _label, value in receipt.entry.details["facts"]]
    assert any("Ferrand" in value for value in told) is not stays


def test_what_is_kept_and_ended_meanwhile_is_no_obstacle(with_sheet, by_code, odette_online, at_claires, dr_ferrand):
    does(with_sheet, "grant.give", {"reader_number": dr_ferrand.rpps, **TERMS})
    with opened(with_sheet.person.id):
        kept = Grant.objects.get()
    checked = check(odette_online, URL, {"kept": [str(kept.pk)]})
    does(with_sheet, "grant.revoke", {}, kept.pk)
    assert confirm(odette_online, URL, checked).status_code == 303
    assert at_claires.get(by_code).status_code == 403


def test_a_block_says_how_many_it_ends_codes_among_them_and_that_an_emergency_goes_on(with_sheet, by_code, claire):
    does(with_sheet, "grant.give", {"reader_number": claire.professional.rpps, **TERMS})
    does(with_sheet, "emergency.allow", {"wish": True})
    assert emergency.open_access(claire, ODETTE, REASON)
    block = {"reader": claire.professional, "emergency_too": "no"}
    facts = dict(does(with_sheet, "block.add", block).entry.details["facts"])
    assert facts["Accès retirés"] == "2"
    assert facts["Son accès d’urgence continue"].startswith("jusqu’au ")
    does(with_sheet, "block.remove", {}, UUID(block_of(with_sheet)))
    facts = dict(does(with_sheet, "block.add", {**block, "emergency_too": "yes"}).entry.details["facts"])
    assert facts["Accès retirés"] == "1"
    assert "Son accès d’urgence continue" not in facts


def block_of(patient) -> str:
    with opened(patient.person.id):
        return str(Block.objects.standing().get().pk)
