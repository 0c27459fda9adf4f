"""A trace whose words or nonce do not open any more: its person still reads all the others, and is told of this one."""

from datetime import timedelta
from secrets import token_bytes
from uuid import uuid4

import pytest
from django.utils import timezone

from consent.acts.representation import represent
from consent.crypto.fields import Sealed
from consent.models import Receipt
from consent.models.representation import Kind
from consent.wall import opened
from tests.cast import JEANNE, Patient, make_patient
from tests.consent.conftest import does
from tests.consent.test_representation import at

pytestmark = pytest.mark.django_db
SAYS = "ne s’ouvrent plus"
PAGES = ("", "trace/", "trace/?imprimer=1", "trace/?par=lecteur", "trace/csv/", "resume/", "actes/entry.contest/")


def damaged(patient: Patient, column: str) -> Receipt:
    """An act of which one cell holds what nobody encrypted, and its receipt."""
    entry = does(patient, "telling.change", {"reads": "each", "quarterly": "no"}).entry
    with opened(patient.person.id):
        assert entry.details["facts"]
        assert entry.nonce
        entry.pk, entry.request_id = uuid4(), None
        setattr(entry, column, Sealed(token_bytes(80)))
        other = "nonce" if column == "details" else "details"
        setattr(entry, other, getattr(entry, other))
        entry.save(force_insert=True)
        return Receipt.objects.create(person_id=patient.person.id, entry=entry)


def text(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


@pytest.mark.parametrize("column", ["details", "nonce"])
def test_its_person_reads_all_the_rest_and_is_told_of_it(odette, with_space, odette_online, column):
    receipt = damaged(odette, column)
    pages = {page: text(odette_online, f"/mon-espace/{page}") for page in PAGES}
    assert "Ouvrir mon espace" in pages["trace/csv/"]
    for page in ("trace/", "trace/?imprimer=1", "trace/csv/"):
        assert (SAYS in pages[page]) == (column == "details")
    for proof in ("", "?preuve=sans", "?preuve=inclusion"):
        shown = text(odette_online, f"/mon-espace/recu/{receipt.pk}/{proof}")
        assert "Cette trace n’est plus celle qui a été écrite" in shown


def test_whoever_represents_them_is_told_nothing_of_a_line_that_may_have_been_hidden(odette, with_space, sign_in):
    made, until = make_patient(JEANNE, "jeanne@exemple.fr"), timezone.now() + timedelta(days=90)
    row = represent(odette.person, made.person, Kind.TUTELLE, ["history.read", "space.read"], ends_at=until)
    does(odette, "representation.hide", {"grants": [], "categories": ["wishes"]})
    damaged(odette, "details")
    page = text(sign_in(made.user), at(row, "trace/"))
    assert "Ouvrir mon espace" in page
    assert SAYS not in page
