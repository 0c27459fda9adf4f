"""Refusing needs no account; and trying tells a stranger nothing."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from consent import limits
from consent.models import JournalEntry, Receipt, Refusal
from consent.models.refusal import refused_on
from tests.cast import ODETTE, PASSWORD
from tests.consent.conftest import TRAITS_OF_ODETTE, check, confirm, hidden

pytestmark = pytest.mark.django_db

REFUSE = "/sans-compte/space.refuse/"
LIFT = "/sans-compte/space.lift-refusal/"
TYPED = {**TRAITS_OF_ODETTE, "nir": "", "wish": "on"}


def do(client: Client, url: str, typed: dict = TYPED):
    answer = confirm(client, url, check(client, url, typed))
    assert answer.status_code == 303, answer.content.decode()
    return client.get(answer.url)


def words(page) -> str:
    """The page without what changes at each time: tokens, number, hour."""
    html = re.sub(r'value="[^"]*"', "", page.content.decode())
    # The proof of a receipt is its own: its code and the words that it binds are compared by nobody.
    html = re.sub(r"PG1[^<]*|\{&quot;hidden[^<]*", "", html)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+:\d\d", "", html)


def test_a_refusal_keeps_the_fingerprint_the_date_and_a_receipt_about_nobody(client):
    page = do(client, REFUSE)
    assert "refus de tout espace" in page.content.decode()
    assert "Garnier" not in page.content.decode()
    refusal = Refusal.objects.get()
    assert bytes(refusal.fingerprint) == ODETTE.fingerprint()
    entry, receipt = JournalEntry.objects.get(), Receipt.objects.get()
    assert (entry.person_id, receipt.person_id, entry.actor_id) == (None, None, None)


def test_a_refusal_is_taken_back_and_nothing_opens(client):
    do(client, REFUSE)
    page = do(client, LIFT)
    assert "rien n’est ouvert" in page.content.decode()
    assert refused_on(ODETTE) is None


def test_refusing_twice_and_lifting_nothing_answer_as_the_first_time(client):
    assert words(do(client, REFUSE)) == words(do(client, REFUSE))
    assert Refusal.objects.count() == 1
    assert words(do(client, LIFT)) == words(do(client, LIFT))


def test_an_account_linked_to_nobody_learns_no_more_than_a_stranger(client, sign_in):
    from portal.accounts.user import create_account

    browser = sign_in(create_account("curieux@exemple.fr", PASSWORD))
    url = "/mon-espace/actes/space.lift-refusal/"
    without = words(do(browser, url))
    do(client, REFUSE)
    assert words(do(browser, url)) == without


def test_a_double_click_is_one_refusal(client):
    checked = check(client, REFUSE, TYPED)
    first, second = confirm(client, REFUSE, checked), confirm(client, REFUSE, checked)
    assert first.url == second.url
    assert JournalEntry.objects.count() == 1


def test_acts_that_need_an_account_are_not_here(client):
    for code in ("space.open", "grant.give", "space.close", "x"):
        assert client.get(f"/sans-compte/{code}/").status_code == 404


def test_a_mistake_keeps_what_was_typed(client):
    answer = check(client, REFUSE, {**TYPED, "birth_date": "12/03/2999"})
    assert answer.status_code == 422
    assert "dans le futur" in answer.content.decode()
    assert 'value="Garnier"' in answer.content.decode()


def test_too_many_tries_from_one_address_are_stopped_and_the_address_is_not_kept(client):
    token = hidden(client.get(REFUSE), "request")
    codes = [client.post(REFUSE, {"request": token}).status_code for _ in range(31)]
    assert codes == [422] * 30 + [429]
    keys = cache._cache.get_client(None).keys("*public-act*")
    assert len(keys) == 1
    assert b"127.0.0.1" not in keys[0]
    assert client.get(REFUSE).status_code == 200


def test_while_the_counter_of_tries_is_away_nothing_opens_and_the_page_says_so(client, monkeypatch):
    token = hidden(client.get(REFUSE), "request")

    def down(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(limits.cache, "incr", down, raising=False)
    answer = client.post(REFUSE, {**TYPED, "request": token})
    assert answer.status_code == 503
    assert "Service indisponible un moment" in answer.content.decode()
