"""Who represents somebody does not learn that the person contests what they did, or complains: it may be about them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent.acts.representation import represent
from consent.models import Case, JournalEntry
from consent.models.representation import Kind
from consent.representing import ceiling
from consent.wall import opened
from tests.cast import JEANNE, make_patient
from tests.consent.conftest import does
from tests.consent.test_representation import at

pytestmark = pytest.mark.django_db
WHY = "Elle lit tout, je ne veux plus."


@pytest.fixture
def row(odette, with_space):
    made = make_patient(JEANNE, "jeanne@exemple.fr")
    until = timezone.now() + timedelta(days=90)
    row = represent(odette.person, made.person, Kind.TUTELLE, sorted(ceiling(Kind.TUTELLE)), ends_at=until)
    row.user = made.user
    return row


@pytest.fixture
def pages(row, sign_in):
    """Everything of Odette's history that Jeanne can look at, as one text."""

    def look() -> str:
        client, whole = sign_in(row.user), ""
        for rest in ("", "trace/", "trace/?imprimer=1", "trace/csv/", "actes/entry.contest/"):
            answer = client.get(at(row, rest))
            whole += b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        return whole

    return look


def case_of(odette) -> Case:
    with opened(odette.person.id):
        return Case.objects.get()


def test_a_contest_of_what_a_representative_did_is_nowhere_for_them(odette, odette_online, row, pages):
    assert "Jeanne Garnier" in pages()
    with opened(odette.person.id):
        entry = JournalEntry.objects.get(code="representation.entered")
    does(odette, "entry.contest", {"why": WHY}, entry.pk)
    told = pages()
    for kept in (WHY, case_of(odette).reference, "Ligne contestée"):
        assert kept not in told
    assert case_of(odette).reference in odette_online.get("/mon-espace/trace/").content.decode()


def test_a_contest_of_what_somebody_else_did_is_theirs_to_know_of(odette, row, pages):
    does(odette, "telling.change", {"reads": "each", "quarterly": "no"})
    with opened(odette.person.id):
        entry = JournalEntry.objects.get(code="telling.change")
    does(odette, "entry.contest", {"why": "Ce n’était pas moi."}, entry.pk)
    assert case_of(odette).reference in pages()


def test_a_complaint_is_nowhere_for_who_represents_the_person(odette, odette_online, row, pages):
    does(odette, "rights.complaint", {"what": "Ma tutrice m’enferme.", "wish": ""})
    told = pages()
    for kept in ("enferme", case_of(odette).reference):
        assert kept not in told
    assert "Faire une réclamation" in odette_online.get("/mon-espace/trace/").content.decode()
