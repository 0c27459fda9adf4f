"""An account is linked by a code that only the person's letter box gives; trying tells nothing about who exists."""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from assistance.models import Letter, LetterState
from consent import linking, outbox
from consent.linking import Linked
from consent.models import JournalEntry, LinkCode, OutboxItem, Person
from consent.wall import opened
from portal.accounts.user import User, create_account
from tests.cast import ODETTE, PASSWORD, POSTAL
from tests.consent.conftest import TRAITS_OF_ODETTE

pytestmark = pytest.mark.django_db

ASK = "/mon-espace/relier/"
ENTER = "/mon-espace/relier/code/"
NOBODY = {**TRAITS_OF_ODETTE, "birth_name": "Inconnue"}


@pytest.fixture(autouse=True)
def no_wait(monkeypatch):
    """The pages wait for a fixed time; only the test of that time does."""
    monkeypatch.setattr(linking, "SAME_TIME", 0.0)


@pytest.fixture
def known(db, notice):
    """Odette, known of a counter, without account."""
    from consent.models import IdentityLevel
    from consent.models.person import create_person

    return create_person(ODETTE, level=IdentityLevel.CONFIRMED, contact=POSTAL)


@pytest.fixture
def account(db) -> User:
    return create_account("fille@exemple.fr", PASSWORD)


@pytest.fixture
def browser(account, sign_in) -> Client:
    return sign_in(account)


def deliver(person) -> None:
    with opened(person.id):
        items = list(OutboxItem.objects.filter(person_id=person.id, topic="link-code"))
    for item in items:
        outbox.deliver(item.pk, person.id)


def code_in_letter(person) -> str:
    """What Odette reads in her letter."""
    deliver(person)
    with opened(person.id):
        letter = Letter.objects.get(person_id=person.id)
        found = [line for line in letter.content["paragraphs"] if re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", line)]
    assert len(found) == 1
    return found[0]


def test_the_letter_carries_a_code_that_links_the_account_once(known, account, browser):
    asked = browser.post(ASK, TRAITS_OF_ODETTE)
    assert (asked.status_code, asked.url) == (303, ENTER)
    code = code_in_letter(known)
    done = browser.post(ENTER, {"code": code})
    assert (done.status_code, done.url) == (303, "/mon-espace/")
    account.refresh_from_db()
    assert account.person_id == known.id
    with opened(known.id):
        codes = list(JournalEntry.objects.order_by("at").values_list("code", "actor_kind"))
        assert LinkCode.objects.get().used_at is not None
    assert codes == [("account.code", "public"), ("account.linked", "person")]
    page = browser.get("/mon-espace/").content.decode()
    assert "Votre compte est relié à votre dossier." in page
    again = browser.post(ENTER, {"code": code})
    assert (again.status_code, again.url) == (303, "/mon-espace/")
    assert "déjà relié" in browser.get(ASK).content.decode()


def test_the_code_may_be_typed_without_hyphen_in_small_letters(known, account, browser):
    browser.post(ASK, TRAITS_OF_ODETTE)
    code = code_in_letter(known)
    assert linking.try_code(account.pk, f" {code.lower().replace('-', ' ')} ").linked is Linked.DONE


def test_only_the_digest_of_the_code_is_kept_beside_the_account(known, browser):
    browser.post(ASK, TRAITS_OF_ODETTE)
    code = code_in_letter(known)
    with opened(known.id):
        row = LinkCode.objects.get()
    assert code.encode() not in bytes(row.digest)
    assert len(bytes(row.digest)) == 32


def bare(answer) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_the_answers_are_the_same_whether_or_not_the_person_exists(known, account, browser, sign_in):
    other = create_account("curieux@exemple.fr", PASSWORD)
    prying = sign_in(other)
    for answers in zip(
        [browser.post(ASK, TRAITS_OF_ODETTE), browser.get(ENTER), *(browser.post(ENTER, {"code": "AAAA-AAAA"}) for _ in range(7)), browser.get(ASK), browser.post(ASK, TRAITS_OF_ODETTE)],
        [prying.post(ASK, NOBODY), prying.get(ENTER), *(prying.post(ENTER, {"code": "AAAA-AAAA"}) for _ in range(7)), prying.get(ASK), prying.post(ASK, NOBODY)],
        strict=True,
    ):  # fmt: skip
        assert answers[0].status_code == answers[1].status_code
        assert bare(answers[0]).replace("Garnier", "Inconnue") == bare(answers[1])
    account.refresh_from_db()
    assert account.person_id is None


def test_the_two_ways_take_the_same_time(known, account, monkeypatch):
    monkeypatch.setattr(linking, "SAME_TIME", 0.4)
    from consent.traits import Traits

    other = create_account("curieux@exemple.fr", PASSWORD)
    times = []
    for user, traits in [(account, ODETTE), (other, Traits("X", "Y", ODETTE.birth_date, "F", "23031"))]:
        started = time.monotonic()
        linking.ask_code(user.pk, traits)
        times.append(time.monotonic() - started)
    assert min(times) >= 0.4
    assert abs(times[0] - times[1]) < 0.1


def test_five_wrong_tries_use_the_code_up(known, account, browser):
    browser.post(ASK, TRAITS_OF_ODETTE)
    code = code_in_letter(known)
    for _number in range(4):
        answer = browser.post(ENTER, {"code": "ZZZZ-ZZZZ"})
        assert answer.status_code == 422
        assert "pas juste" in answer.content.decode()
    assert "Trop d’essais" in browser.post(ENTER, {"code": "ZZZZ-ZZZZ"}).content.decode()
    assert "Trop d’essais" in browser.post(ENTER, {"code": code}).content.decode()
    account.refresh_from_db()
    assert account.person_id is None


def test_a_code_ends_after_thirty_days(known, account, browser):
    browser.post(ASK, TRAITS_OF_ODETTE)
    code = code_in_letter(known)
    with opened(known.id):
        LinkCode.objects.update(asked_at=timezone.now() - timedelta(days=30, seconds=1))
    assert "plus de 30 jours" in browser.post(ENTER, {"code": code}).content.decode()
    account.refresh_from_db()
    assert account.person_id is None


def test_a_code_serves_only_the_account_that_asked(known, browser, sign_in):
    browser.post(ASK, TRAITS_OF_ODETTE)
    code = code_in_letter(known)
    other = create_account("curieux@exemple.fr", PASSWORD)
    assert sign_in(other).post(ENTER, {"code": code}).status_code == 422
    other.refresh_from_db()
    assert other.person_id is None


def test_one_letter_a_day_for_an_account_and_for_a_person(known, account, browser, sign_in):
    browser.post(ASK, TRAITS_OF_ODETTE)
    assert browser.post(ASK, TRAITS_OF_ODETTE).status_code == 429
    sign_in(create_account("autre@exemple.fr", PASSWORD)).post(ASK, TRAITS_OF_ODETTE)
    deliver(known)
    with opened(known.id):
        assert Letter.objects.count() == 1
        LinkCode.objects.update(asked_at=timezone.now() - timedelta(days=1, seconds=1))
    browser.post(ASK, TRAITS_OF_ODETTE)
    deliver(known)
    with opened(known.id):
        assert Letter.objects.count() == 2
        assert LinkCode.objects.filter(cancelled_at__isnull=True).count() == 1


def test_a_letter_waits_at_the_counter_when_nothing_may_be_sent_home(known, browser):
    with opened(known.id):
        known.never_write_home = True
        known.save(update_fields=["never_write_home"])
    browser.post(ASK, TRAITS_OF_ODETTE)
    deliver(known)
    with opened(known.id):
        assert Letter.objects.get().state == LetterState.HELD


def died(person) -> None:
    with opened(person.id):
        Person.objects.filter(pk=person.id).update(frozen_at=timezone.now())


def test_no_code_is_sent_to_the_home_of_someone_whose_death_is_on_record(known, browser):
    died(known)
    asked = browser.post(ASK, TRAITS_OF_ODETTE)
    assert (asked.status_code, asked.url) == (303, ENTER)
    deliver(known)
    with opened(known.id):
        assert not Letter.objects.exists()
        assert not LinkCode.objects.filter(person_id=known.id).exists()


def test_a_code_that_came_before_a_death_links_nobody_to_it_after(known, account, browser):
    browser.post(ASK, TRAITS_OF_ODETTE)
    code = code_in_letter(known)
    died(known)
    assert linking.try_code(account.pk, code).linked is Linked.EXPIRED
    account.refresh_from_db()
    assert account.person_id is None
    assert "Odette" not in browser.get("/mon-espace/").content.decode()


def test_a_person_who_has_an_account_keeps_it(odette, browser, account, notice):
    browser.post(ASK, TRAITS_OF_ODETTE)
    answer = browser.post(ENTER, {"code": code_in_letter(odette.person)})
    assert answer.status_code == 422
    assert "Un autre compte est déjà relié" in answer.content.decode()
    account.refresh_from_db()
    assert account.person_id is None


def test_a_wrong_form_says_so_and_keeps_what_was_typed(browser):
    answer = browser.post(ASK, {**TRAITS_OF_ODETTE, "birth_date": "31/02/1945"})
    assert answer.status_code == 422
    assert 'value="Odette Marie"' in answer.content.decode()
    assert browser.post(ENTER, {}).status_code == 422


def test_only_for_those_signed_in_and_by_the_right_methods(client, browser):
    for url in (ASK, ENTER):
        assert client.get(url).status_code == 302
        assert browser.put(url).status_code == 405


def test_an_account_with_an_unchecked_space_is_told_what_to_do(account, browser, notice):
    from consent.models import IdentityLevel
    from consent.models.person import create_person

    person = create_person(ODETTE, level=IdentityLevel.DECLARED, contact=POSTAL)
    account.person_id = person.id
    account.save()
    assert "deux dossiers ne se mélangent pas" in browser.get(ASK).content.decode()
    assert "deux dossiers ne se mélangent pas" in browser.post(ASK, TRAITS_OF_ODETTE).content.decode()


def test_a_declared_person_never_gets_a_letter_for_somebody_elses_traits(account, browser, notice):
    from consent.models import IdentityLevel
    from consent.models.person import create_person

    person = create_person(ODETTE, level=IdentityLevel.DECLARED, contact=POSTAL)
    browser.post(ASK, TRAITS_OF_ODETTE)
    with opened(person.id):
        assert not OutboxItem.objects.filter(topic="link-code").exists()
