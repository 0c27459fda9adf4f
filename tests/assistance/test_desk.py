"""The agent's desk, and what a manager sees of what was done there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from assistance.models import Counter, CounterRole, Mandate
from assistance.roles import join, leave
from consent.wall import opened
from portal.accounts.user import User, create_account
from tests.assistance.counter_cast import (
    OPENING,
    browser_of,
    do,
    draft_mandate,
    make_counter,
    sign,
    start,
)
from tests.cast import PASSWORD, Patient

pytestmark = pytest.mark.django_db


def statements(client: Client, url: str) -> int:
    """How many statements a page sends."""
    sent = []
    with connection.execute_wrapper(lambda execute, sql, *rest: sent.append(sql) or execute(sql, *rest)):
        assert client.get(url).status_code == 200
    return len(sent)


def test_the_desk_shows_the_counter_and_how_to_begin(desk: Client):
    page = desk.get("/guichet/").content.decode()
    assert "France Services Boussac" in page
    assert "/guichet/137/visite/" in page
    assert "/guichet/equipe/137/" not in page
    assert "/guichet/137/activite/" not in page


def test_the_desk_leads_back_to_the_visit_and_begins_no_other(desk: Client, odette: Patient):
    url = start(desk)
    page = desk.get("/guichet/").content.decode()
    assert url in page
    assert "/guichet/137/visite/" not in page
    assert "Garnier" not in page


def test_the_desk_lists_the_papers_to_sign_without_names_of_persons(
    desk: Client, karim: User, sonia: User, nadege: User, odette: Patient
):
    mandate = draft_mandate(desk, start(desk))
    mine = desk.get("/guichet/").content.decode()
    assert mandate.reference in mine
    assert "par un collègue" in mine
    theirs = browser_of(sonia).get("/guichet/").content.decode()
    assert f"/guichet/mandat/{mandate.reference}/attester/" in theirs
    assert "Karim B." in theirs
    assert "Garnier" not in theirs
    assert mandate.reference not in browser_of(nadege).get("/guichet/").content.decode()
    sign(mandate, karim)
    assert mandate.reference not in desk.get("/guichet/").content.decode()


def test_a_draft_of_more_than_seven_days_is_no_longer_listed(desk: Client, odette: Patient):
    mandate = draft_mandate(desk, start(desk))
    with opened(odette.person.id):
        Mandate.objects.update(drafted_at=timezone.now() - timedelta(days=7, seconds=1))
    assert mandate.reference not in desk.get("/guichet/").content.decode()


def test_a_manager_finds_the_team_and_what_was_done(louise: User):
    page = browser_of(louise).get("/guichet/").content.decode()
    assert "/guichet/equipe/137/" in page
    assert "/guichet/137/activite/" in page


def test_someone_of_no_counter_is_told_so(karim: User, boussac: Counter, desk: Client):
    leave(karim, boussac)
    answer = desk.get("/guichet/")
    assert answer.status_code == 403
    assert "agent d’aucun guichet" in answer.content.decode()


def test_without_a_second_factor_no_page_of_the_counter_opens(boussac: Counter):
    user = create_account("nouveau@boussac.example", PASSWORD)
    join(user, boussac)
    for path in ("/guichet/", "/guichet/137/visite/", "/guichet/137/activite/", "/guichet/mandat/"):
        assert browser_of(user).get(path).headers["Location"] == "/compte/2fa/totp/activate/"


@pytest.mark.parametrize("path", ["/guichet/", "/guichet/137/activite/"])
def test_a_wrong_method_is_refused(louise: User, path: str):
    assert browser_of(louise).post(path).status_code == 405


def test_the_activity_says_who_did_what_and_never_about_whom(
    desk: Client, karim: User, louise: User, odette: Patient, notice
):
    url = start(desk)
    mandate = sign(draft_mandate(desk, url, scopes=["space.open"]), karim, url)
    do(desk, url, "space.open", OPENING)
    assert desk.get(f"{url}actes/space.close/").status_code == 403
    page = browser_of(louise).get("/guichet/137/activite/").content.decode()
    for words in ("Ouvrir mon espace", "Fermer mon espace", "Mandat signé", "Visite commencée", "Karim B."):
        assert words in page
    assert page.count("refusé") == 1
    for secret in ("Odette", "Garnier", mandate.reference, str(odette.person.id), url):
        assert secret not in page


def test_the_activity_is_for_the_manager_of_that_counter(desk: Client, louise: User, nadege: User):
    assert desk.get("/guichet/137/activite/").status_code == 403
    assert browser_of(nadege).get("/guichet/137/activite/").status_code == 404
    assert browser_of(louise).get("/guichet/138/activite/").status_code == 404
    assert browser_of(louise).get("/guichet/999/activite/").status_code == 404


def test_the_activity_has_pages(desk: Client, louise: User, odette: Patient):
    for _visit in range(26):
        desk.post(f"{start(desk)}fin/")
    manager = browser_of(louise)
    first, second = (manager.get(f"/guichet/137/activite/?page={page}").content.decode() for page in (1, 2))
    assert "Page 1 sur 2" in first
    assert (first.count("<tr>"), second.count("<tr>")) == (51, 3)
    assert manager.get("/guichet/137/activite/?page=nimporte").status_code == 200


def test_the_desk_and_the_activity_cost_the_same_at_one_object_and_at_ten(
    desk: Client, karim: User, louise: User, odette: Patient
):
    join(karim, make_counter(500, "Un"), CounterRole.MANAGER)
    url = start(desk)
    draft_mandate(desk, url)
    manager = browser_of(louise)
    before = statements(desk, "/guichet/"), statements(manager, "/guichet/137/activite/")
    for number in range(10):
        join(karim, make_counter(600 + number, f"Guichet {number}"), CounterRole.MANAGER)
        draft_mandate(desk, url)
    after = statements(desk, "/guichet/"), statements(manager, "/guichet/137/activite/")
    assert before == after
    assert max(after) <= 12


def test_whoever_may_only_scan_neither_serves_nor_sees(boussac: Counter):
    from guardian.shortcuts import assign_perm

    user = create_account("scan@boussac.example", PASSWORD)
    assign_perm("assistance.scan", user, boussac)
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(user, generate_totp_secret())
    client = browser_of(user)
    assert client.get("/guichet/").status_code == 403
    assert client.get("/guichet/137/visite/").status_code == 403
