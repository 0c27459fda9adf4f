"""The auditor comes in: what waits is said in figures, and these pages are nobody else's."""

from uuid import UUID

import pytest
from django.test import Client

from assistance.models import Counter
from assistance.roles import CounterRole, Service, join, join_service
from portal.accounts.user import User
from tests.assistance.audit_cast import (
    ALLERGY,
    HOME,
    LOOKS,
    REASON,
    SEARCH,
    SIGNALS,
    URGENT,
    access_id,
    allowed,
    lemoine,
    no_wait,
    text,
)
from tests.assistance.mail_room import boussac, own_store, staff
from tests.consent.conftest import with_space

__all__ = ["access_id", "allowed", "boussac", "lemoine", "no_wait", "own_store", "with_space"]
pytestmark = pytest.mark.django_db


def test_the_first_page_says_what_waits_and_names_nobody(auditor: Client, access_id: UUID):
    page = text(auditor.get(HOME))
    assert "À contrôler : 1" in page
    assert "/journal/" in page
    for personal in ("Odette", "Garnier", ALLERGY, REASON):
        assert personal not in page


def test_to_everyone_else_these_pages_do_not_exist(access_id: UUID, lemoine: User, boussac: Counter, sign_in):
    clerk, agent = staff("claire@courrier.exemple.fr", "Claire"), staff("karim@guichet.exemple.fr", "Karim")
    join_service(clerk, Service.MAIL)
    join(agent, boussac, CounterRole.MANAGER)
    for user in (clerk, agent, lemoine):
        for path in (HOME, URGENT, f"{URGENT}{access_id}/", SIGNALS, SEARCH, LOOKS):
            assert sign_in(user).get(path).status_code == 404


def test_after_signing_in_the_auditor_comes_here(auditor: Client):
    assert auditor.get("/bienvenue/").headers["Location"] == HOME
