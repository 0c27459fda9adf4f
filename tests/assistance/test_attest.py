"""A mandate attested by a colleague, for a counter without a scanner: who may, who may not, and what the person sees."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from assistance.models import MandateState
from assistance.paper.codes import mandate_code
from portal.accounts.user import User
from tests.assistance.counter_cast import (
    ATTESTED,
    attest_url,
    browser_of,
    change,
    draft_mandate,
    entries,
    now,
    scan_of,
    start,
)
from tests.cast import Patient

pytestmark = pytest.mark.django_db


def test_a_colleague_attests_the_original_and_the_visit_sees_it_at_the_next_page(
    desk: Client, karim: User, sonia: User, odette: Patient
):
    url = start(desk)
    mandate = draft_mandate(desk, url)
    colleague = browser_of(sonia)
    assert mandate.reference in colleague.get("/guichet/").content.decode()
    found = colleague.post("/guichet/mandat/", {"reference": mandate.reference.lower().replace("-", " ")})
    assert found.headers["Location"] == attest_url(mandate)
    page = colleague.get(attest_url(mandate)).content.decode()
    assert mandate.reference in page
    assert "Garnier" not in page
    assert colleague.post(attest_url(mandate), ATTESTED).status_code == 303
    signed = now(mandate)
    assert (signed.state, signed.evidence, signed.attested_by_id) == ("in_force", "attested", sonia.pk)
    assert "Sous le mandat" in desk.get(url).content.decode()
    trace = entries(odette.person.id)[-1]
    assert (trace.code, trace.actor_id) == ("mandate.signed", sonia.pk)
    assert str(trace.visit_id) in url
    # Twice is harmless.
    assert colleague.post(attest_url(mandate), ATTESTED).status_code == 303
    assert [entry.code for entry in entries(odette.person.id)].count("mandate.signed") == 1


@pytest.mark.parametrize("missing", ["seen", "not_mine"])
def test_both_boxes_are_needed(desk: Client, sonia: User, odette: Patient, missing):
    mandate = draft_mandate(desk, start(desk))
    answer = browser_of(sonia).post(attest_url(mandate), {**ATTESTED, missing: ""})
    assert answer.status_code == 422
    assert f"id_{missing}_error" in answer.content.decode()
    assert now(mandate).state == "draft"


def test_the_drafter_does_not_attest_and_the_try_is_seen_by_the_person(desk: Client, karim: User, odette: Patient):
    mandate = draft_mandate(desk, start(desk))
    for answer in (desk.get(attest_url(mandate)), desk.post(attest_url(mandate), ATTESTED)):
        assert answer.status_code == 403
        assert "Vous avez préparé ce mandat" in answer.content.decode()
    assert now(mandate).state == "draft"
    tries = [entry for entry in entries(odette.person.id) if entry.outcome == "refused"]
    assert [(entry.code, entry.actor_id) for entry in tries] == [("mandate.signed", karim.pk)]


def test_the_person_does_not_attest_for_themselves(desk: Client, sonia: User, odette: Patient):
    mandate = draft_mandate(desk, start(desk))
    odette.user.person_id = None
    odette.user.save()
    sonia.person_id = odette.person.id
    sonia.save()
    answer = browser_of(sonia).post(attest_url(mandate), ATTESTED)
    assert answer.status_code == 403
    assert "pour soi-même" in answer.content.decode()
    assert now(mandate).state == "draft"


def test_an_agent_of_another_counter_learns_nothing(desk: Client, nadege: User, odette: Patient):
    mandate = draft_mandate(desk, start(desk))
    other = browser_of(nadege)
    unknown = "/guichet/mandat/MD-0000-0000/attester/"
    for address in (attest_url(mandate), unknown, "/guichet/mandat/nimporte/attester/"):
        for answer in (other.get(address), other.post(address, ATTESTED)):
            assert answer.status_code == 404
            assert "Seuls les agents du guichet" in answer.content.decode()
    typed = other.post("/guichet/mandat/", {"reference": mandate.reference})
    assert (typed.status_code, "Aucun mandat de vos guichets" in typed.content.decode()) == (422, True)
    assert now(mandate).state == "draft"


@pytest.mark.parametrize(
    ("typed", "message"), [("", "obligatoire"), ("bonjour", "forme"), ("MD-0000-0000", "Aucun mandat")]
)
def test_a_wrong_reference_is_said_beside_the_field_and_kept(desk: Client, typed, message):
    answer = desk.post("/guichet/mandat/", {"reference": typed})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode() or not typed


@pytest.mark.parametrize(
    "fields",
    [
        {"drafted_at": timezone.now() - timedelta(days=7, seconds=1)},
        {"state": MandateState.ENDED, "ended_at": timezone.now(), "end_reason": "unsigned"},
    ],
)
def test_what_is_no_longer_to_sign_is_a_conflict_in_words(desk: Client, sonia: User, odette: Patient, fields):
    url = start(desk)
    mandate = draft_mandate(desk, url)
    change(mandate, **fields)
    colleague = browser_of(sonia)
    assert "ne peut plus être signé" in colleague.get(attest_url(mandate)).content.decode()
    answer = colleague.post(attest_url(mandate), ATTESTED)
    assert (answer.status_code, "ne peut plus être signé" in answer.content.decode()) == (409, True)
    late = desk.post(f"{url}mandat/{mandate.pk}/", {"scan": scan_of(mandate_code(mandate.reference))})
    assert (late.status_code, "ne peut plus être signé" in late.content.decode()) == (409, True)
