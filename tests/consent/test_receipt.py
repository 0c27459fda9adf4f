"""A receipt is its holder's: the person's own, or, when it says nothing about who, that of whoever has its number."""

import re
from uuid import uuid4

import pytest

from consent.models import Receipt
from consent.wall import opened
from tests.cast import Patient
from tests.consent.conftest import does

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(with_space: Patient) -> Receipt:
    with opened(with_space.person.id):
        return Receipt.objects.get()


def test_a_receipt_says_what_when_who_and_how(odette_online, receipt):
    html = odette_online.get(f"/mon-espace/recu/{receipt.pk}/").content.decode()
    for words in (str(receipt.pk), "Ouvrir mon espace", "la personne elle-même", "en ligne", "ouvert"):
        assert words in html


def test_somebody_elses_receipt_is_as_unknown_as_one_that_does_not_exist(aicha, sign_in, client, receipt):
    other = sign_in(aicha.user)
    answers = [
        other.get(f"/mon-espace/recu/{receipt.pk}/"), other.get(f"/mon-espace/recu/{uuid4()}/"),
        client.get(f"/sans-compte/recu/{receipt.pk}/"), client.get(f"/sans-compte/recu/{uuid4()}/"),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {404}
    same = [re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.content) for answer in answers[2:]]
    assert same[0] == same[1]


def test_a_receipt_is_not_for_those_who_are_not_signed_in_nor_to_be_changed(client, odette_online, receipt):
    assert client.get(f"/mon-espace/recu/{receipt.pk}/").status_code == 302
    assert odette_online.post(f"/mon-espace/recu/{receipt.pk}/").status_code == 405
    assert odette_online.get("/mon-espace/recu/12/").status_code == 404


def test_the_receipt_of_a_refusal_opens_by_its_number_and_says_nothing_about_who(odette, odette_online, client, notice):
    receipt = does(odette, "space.refuse", {"wish": True})
    for answer in (
        client.get(f"/sans-compte/recu/{receipt.pk}/"),
        odette_online.get(f"/mon-espace/recu/{receipt.pk}/"),
    ):
        html = answer.content.decode()
        assert "refus de tout espace" in html
        assert "Garnier" not in html
        assert "Odette" not in html
