"""A receipt is its holder's: the person's own, or, when it says nothing about who, that of whoever has its number."""

import re
from uuid import uuid4

import pytest

from consent import outbox
from consent.models import OutboxItem, Receipt
from consent.wall import opened
from tests.cast import Patient
from tests.consent.conftest import TRAITS_OF_ODETTE, check, confirm, does

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(with_space: Patient) -> Receipt:
    with opened(with_space.person.id):
        return Receipt.objects.get()


def test_a_receipt_says_what_when_who_and_how(odette_online, receipt):
    html = odette_online.get(f"/mon-espace/recu/{receipt.pk}/").content.decode()
    for words in (str(receipt.pk), "Ouvrir mon espace", "la personne elle-même", "en ligne", "ouvert"):
        assert words in html


def test_a_receipt_is_printed_by_the_worker_for_its_person(odette_online, receipt, settings):
    settings.PRINTOUT_WAIT_SECONDS = 0
    url = f"/mon-espace/recu/{receipt.pk}/pdf/"
    assert f'href="{url}"' in odette_online.get(f"/mon-espace/recu/{receipt.pk}/").content.decode()
    assert odette_online.get(url).status_code == 202
    with opened(receipt.person_id):
        outbox.deliver(OutboxItem.objects.get(topic="print").pk, receipt.person_id)
    answer = odette_online.get(url)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert odette_online.post(url).status_code == 405


def test_a_known_person_who_refuses_online_reaches_the_receipt_and_prints_it(odette_online, settings):
    settings.PRINTOUT_WAIT_SECONDS = 0
    url = "/mon-espace/actes/space.refuse/"
    done = confirm(odette_online, url, check(odette_online, url, {"wish": "on"}))
    assert done.status_code == 303
    page = odette_online.get(done.url)
    assert page.status_code == 200
    assert f'href="{done.url}pdf/"' in page.content.decode()
    assert odette_online.get(f"{done.url}pdf/").status_code == 202


def test_someone_without_account_prints_the_receipt_of_a_refusal(client, settings):
    settings.PRINTOUT_WAIT_SECONDS = 0
    url = "/sans-compte/space.refuse/"
    done = confirm(client, url, check(client, url, {**TRAITS_OF_ODETTE, "nir": "", "wish": "on"}))
    assert f'href="{done.url}pdf/"' in client.get(done.url).content.decode()
    assert client.get(f"{done.url}pdf/").status_code == 202


def test_somebody_elses_pdf_is_as_unknown_as_one_that_does_not_exist(aicha, sign_in, client, receipt):
    other = sign_in(aicha.user)
    for browser, start in ((other, "/mon-espace"), (client, "/sans-compte")):
        for number in (receipt.pk, uuid4()):
            assert browser.get(f"{start}/recu/{number}/pdf/").status_code == 404
    assert client.get(f"/mon-espace/recu/{receipt.pk}/pdf/").status_code == 302
    with opened(receipt.person_id):
        assert not OutboxItem.objects.filter(topic="print").exists()


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
