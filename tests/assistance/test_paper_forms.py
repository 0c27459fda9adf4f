"""Anyone prints any form or the notice: no account, no limit but a reasonable one."""

import gzip
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from assistance.models import Printout
from assistance.pages import own_receipt, paper_forms
from consent import outbox
from consent.acts.registry import all_acts
from consent.bases import Via
from consent.models import Notice, OutboxItem
from portal.design.sheet import BUILT

pytestmark = pytest.mark.django_db
PAPER_ACTS = [act.code for act in all_acts() if Via.PAPER in act.bases]


@pytest.fixture(autouse=True)
def no_waiting(settings):
    settings.PRINTOUT_WAIT_SECONDS = 0


def work() -> None:
    for item in OutboxItem.objects.filter(topic="print", delivered_at__isnull=True):
        outbox.deliver(item.pk, None)


def pdf(client: Client, url: str) -> bytes:
    """Ask, let the worker do it, ask again."""
    assert client.get(url).status_code == 202
    work()
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.getvalue()


def test_there_is_at_least_one_form():
    assert len(PAPER_ACTS) >= 13


def test_the_list_leads_to_each_form_and_to_the_notice(client: Client, notice: Notice):
    page = client.get("/papier/").content.decode()
    for code in PAPER_ACTS:
        assert f'href="/papier/{code}/"' in page
    assert 'href="/papier/notice/essai/fr/"' in page


def test_the_list_is_light_and_its_cost_is_constant(client: Client, notice: Notice, django_assert_num_queries):
    with django_assert_num_queries(3):
        page = client.get("/papier/").content
    assert len(gzip.compress(page, 9)) + len(gzip.compress(BUILT.read_bytes(), 9)) <= 14 * 1024


def test_the_page_of_rights_leads_to_the_list(client: Client):
    assert 'href="/papier/"' in client.get("/droits/").content.decode()


def test_the_list_says_when_there_is_no_notice(client: Client):
    assert "Aucune notice" in client.get("/papier/").content.decode()


@pytest.mark.parametrize("code", PAPER_ACTS)
def test_each_form_is_a_pdf(client: Client, code: str):
    assert pdf(client, f"/papier/{code}/").startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["fr", "en", "fr-x-facile"])
def test_the_real_notice_is_a_pdf_in_each_language(client: Client, language: str):
    from django.core.management import call_command

    call_command("load_notices", verbosity=0)
    newest = Notice.objects.order_by("published_on").last()
    url = reverse("assistance:paper-notice", args=[newest.version, language])
    if newest.published_on > newest.published_on.today():
        pytest.skip("the newest notice is not in force yet")
    assert pdf(client, url).startswith(b"%PDF-")


def test_a_form_is_made_once_for_everyone(client: Client):
    first = pdf(client, "/papier/grant.give/")
    again = Client().get("/papier/grant.give/")
    assert again.getvalue() == first
    assert Printout.objects.count() == 1


def test_a_new_version_of_a_form_is_made_anew(client: Client, monkeypatch):
    pdf(client, "/papier/grant.give/")
    from consent.acts.registry import get_act

    monkeypatch.setattr(type(get_act("grant.give")), "form_version", 2)
    assert client.get("/papier/grant.give/").status_code == 202


@pytest.mark.parametrize(
    "url", ["/papier/rien/", "/papier/space.open%00/", "/papier/notice/essai/de/", "/papier/notice/9/fr/"]
)
def test_what_does_not_exist_is_not_found(client: Client, notice: Notice, url: str):
    assert client.get(url).status_code == 404
    assert not Printout.objects.exists()


def test_papers_are_only_looked_at(client: Client):
    assert client.post("/papier/").status_code == 405
    assert client.post("/papier/space.open/").status_code == 405


def test_too_many_in_a_minute_are_asked_to_wait(client: Client):
    answers = [client.get("/papier/space.open/").status_code for _ in range(paper_forms.MOST_A_MINUTE + 2)]
    assert answers[-2:] == [429, 429]
    assert set(answers[:-2]) == {202}
    assert client.get("/papier/space.open/", REMOTE_ADDR="192.0.2.7").status_code == 202


def test_too_many_receipts_about_nobody_in_a_minute_are_asked_to_wait(client: Client):
    url = f"/sans-compte/recu/{uuid4()}/pdf/"
    answers = [client.get(url).status_code for _ in range(own_receipt.MOST_A_MINUTE + 1)]
    assert answers[-2:] == [404, 429]


def test_a_sender_with_many_ipv6_addresses_is_one_sender(client: Client):
    answers = [
        client.get("/papier/space.open/", REMOTE_ADDR=f"2001:db8:1:2::{host:x}").status_code
        for host in range(1, paper_forms.MOST_A_MINUTE + 2)
    ]
    assert answers[-1] == 429


def test_a_broken_cache_does_not_open_the_limit(client: Client, monkeypatch):
    def away(*_a, **_k):
        raise ConnectionError("away")

    monkeypatch.setattr(cache, "incr", away)
    answer = client.get("/papier/space.open/")
    assert answer.status_code == 429
    assert "Que faire ?" in answer.content.decode()
    assert not Printout.objects.exists()
