"""The auditor's own looks: each on their page, and what the pages of the audit cost."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assistance.models import Counter
from assistance.roles import Service, join_service
from consent.models import EmergencyAccess, Professional
from consent.pseudonyms import pseudonym_of
from consent.wall import opened
from tests.assistance.audit_cast import (
    HOME,
    LOOKS,
    REASON,
    SEARCH,
    SIGNALS,
    URGENT,
    a_weekday,
    access_id,
    allowed,
    karim_at,
    lemoine,
    local,
    no_wait,
    text,
    wrote,
)
from tests.assistance.mail_room import boussac, own_store, staff
from tests.cast import Patient
from tests.consent.conftest import with_space

__all__ = ["access_id", "allowed", "boussac", "lemoine", "no_wait", "own_store", "with_space"]
pytestmark = pytest.mark.django_db


def test_each_look_is_on_the_auditors_own_page_and_no_colleagues(
    auditor: Client, access_id: UUID, allowed: Patient, sign_in
):
    number = pseudonym_of(allowed.person.id)
    auditor.get(URGENT)
    auditor.get(f"{URGENT}{access_id}/")
    auditor.get(SIGNALS)
    auditor.post(SEARCH, {"wanted": number})
    page = text(auditor.get(LOOKS))
    for words in (
        "Liste des accès d’urgence",
        "Accès d’urgence lu",
        "inhabituel, regardée",
        "Traces cherchées",
        number,
    ):
        assert words in page
    colleague = staff("lea@service.exemple.fr", "Léa")
    join_service(colleague, Service.AUDIT)
    assert number not in text(sign_in(colleague).get(LOOKS))


def test_pages_cost_the_same_with_one_and_with_thirty(
    auditor: Client, access_id: UUID, allowed: Patient, dr_lemoine: Professional, boussac: Counter
):
    karim, actor = karim_at(boussac)
    number = pseudonym_of(allowed.person.id)

    def statements() -> dict[str, int]:
        asked = {
            HOME: lambda: auditor.get(HOME), URGENT: lambda: auditor.get(URGENT), LOOKS: lambda: auditor.get(LOOKS),
            SIGNALS: lambda: auditor.get(f"{SIGNALS}?regle=closed"),
            SEARCH: lambda: auditor.post(SEARCH, {"wanted": number}),
            "account": lambda: auditor.post(SEARCH, {"wanted": str(karim.pk)}),
        }  # fmt: skip
        counted = {}
        for name, ask in asked.items():
            ask()
            with CaptureQueriesContext(connection) as queries:
                assert ask().status_code == 200
            counted[name] = len([q for q in queries if "SAVEPOINT" not in q["sql"]])
        return counted

    wrote(allowed, local(a_weekday(), 21), "visit.file", actor, nature="read", via="mandate")
    one = statements()
    for number_of in range(30):
        wrote(
            allowed,
            local(a_weekday() - timedelta(days=number_of % 14), 21, number_of),
            "visit.file",
            actor,
            nature="read",
            via="mandate",
        )
        with opened(allowed.person.id):
            EmergencyAccess.objects.create(person_id=allowed.person.id, professional=dr_lemoine, reason=REASON)
    assert statements() == one
    assert max(one.values()) <= 12, one
    assert "Page suivante" in text(auditor.post(SEARCH, {"wanted": str(karim.pk)}))
    second = text(auditor.post(SEARCH, {"wanted": str(karim.pk), "page": "2"}))
    assert "Page précédente" in second
