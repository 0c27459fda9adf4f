"""Who represents somebody does not learn that the person contests what they did, or complains: it may be about them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent.acts.representation import represent
from consent.models import Case, JournalEntry
from consent.models.representation import Kind
from consent.representing import ceiling
from consent.wall import opened
from tests.cast import AICHA, JEANNE, make_patient
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


def test_that_a_representatives_line_is_contested_is_not_learned_by_trying_nor_by_what_is_marked(odette, row, sign_in):
    """Their own, and what another representative did: they contest neither, whether it was contested or not."""
    other = make_patient(AICHA, "aicha@exemple.fr")
    until = timezone.now() + timedelta(days=90)
    second = represent(odette.person, other.person, Kind.RELATIVE, ["history.read", "entry.contest"], ends_at=until)
    for user, which in ((row.user, row), (other.user, second)):
        sign_in(user).get(at(which, ""))
    with opened(odette.person.id):
        lines = list(JournalEntry.objects.filter(code="representation.entered"))

    def seen() -> list[str]:
        client = sign_in(other.user)
        looked = [at(second, f"actes/entry.contest/{rest}") for rest in ("", *(f"{line.pk}/" for line in lines))]
        answers = [client.get(url) for url in (at(second, "trace/"), *looked)]
        pages = [answer.content.decode() for answer in answers]
        return [answer.status_code for answer in answers] + [
            [page.count("contestée"), page.count("Jeanne Garnier"), page.count("actes/entry.contest/")]
            for page in pages
        ]

    before = seen()
    for line in lines:
        does(odette, "entry.contest", {"why": WHY}, line.pk)
    after = seen()
    assert before == after
    assert before[2:4] == [404, 404]


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
