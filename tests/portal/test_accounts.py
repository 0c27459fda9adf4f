"""Accounts: making one, signing in, a forgotten password, another password, the second factor."""

import re
from datetime import timedelta

import pytest
import tink
from django.core import mail
from django.test import Client

from portal.accounts import reset
from portal.accounts.user import User, create_account
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "une autre phrase bien longue"
SIGN_UP = "/compte/signup/"
ASK = "/compte/password/reset/"


@pytest.fixture
def account(db) -> User:
    return create_account("odette@exemple.fr", PASSWORD)


@pytest.fixture(autouse=True)
def at_once(settings):
    """The worker works inside the test."""
    from portal.celery import app

    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def link_in_mail() -> str:
    assert len(mail.outbox) == 1
    return re.search(r"/compte/password/reset/\S+", mail.outbox[0].body)[0]


def test_signing_up_makes_an_account_linked_to_nobody_and_signs_in(client):
    answer = client.post(SIGN_UP, {"email": "new@exemple.fr", "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 302
    assert User.objects.by_email("NEW@exemple.fr").person_id is None
    assert client.get("/bienvenue/").url == "/mon-espace/"
    assert "relié à personne" in client.get("/mon-espace/").content.decode()


def test_an_address_that_has_an_account_is_refused_without_saying_more(client, account):
    answer = client.post(SIGN_UP, {"email": "odette@exemple.fr", "password1": NEW, "password2": NEW})
    assert answer.status_code == 422
    assert "ne peut pas servir ici" in answer.content.decode()
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": "x"}, "adresse"),
        ({"password1": "court", "password2": "court"}, "12"),
        ({"password2": NEW}, "ne sont pas les mêmes"),
        ({"password1": "password1234", "password2": "password1234"}, "trop courant"),
    ],
)
def test_a_mistake_is_told_and_the_address_kept(client, typed, words):
    answer = client.post(SIGN_UP, {"email": "new@exemple.fr", "password1": PASSWORD, "password2": PASSWORD, **typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f'value="{typed.get("email", "new@exemple.fr")}"' in answer.content.decode()


def test_signing_up_is_limited(client):
    codes = [client.post(SIGN_UP, {"email": "x"}).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


def test_a_forgotten_password_is_replaced_by_the_link_of_the_message_once(client, account, sign_in):
    elsewhere = sign_in(account)
    assert elsewhere.get("/mon-espace/").status_code == 200
    assert client.post(ASK, {"email": "Odette@exemple.fr"}).url == ASK + "done/"
    link = link_in_mail()
    assert mail.outbox[0].to == ["odette@exemple.fr"]
    assert "odette" not in link
    assert client.get(link).status_code == 200
    assert client.post(link, {"password1": NEW, "password2": NEW}).status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert client.get(link).status_code == 410
    assert client.post(link, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 410
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert elsewhere.get("/mon-espace/").status_code == 302


def test_an_unknown_address_gets_the_same_answer_and_no_message(client, account):
    known, unknown = client.post(ASK, {"email": "odette@exemple.fr"}), client.post(ASK, {"email": "x@exemple.fr"})
    assert (known.status_code, known.url, known.content) == (unknown.status_code, unknown.url, unknown.content)
    assert len(mail.outbox) == 1


def test_the_link_is_good_for_one_hour(client, account, monkeypatch):
    from datetime import datetime

    client.post(ASK, {"email": "odette@exemple.fr"})
    link = link_in_mail()
    monkeypatch.setattr(reset.token, "_now", lambda: datetime.now() + timedelta(minutes=59))
    assert client.get(link).status_code == 200
    monkeypatch.setattr(reset.token, "_now", lambda: datetime.now() + timedelta(minutes=61))
    assert client.get(link).status_code == 410


def test_a_link_of_another_account_or_altered_does_not_serve(client, account):
    other = create_account("autre@exemple.fr", PASSWORD)
    client.post(ASK, {"email": "odette@exemple.fr"})
    key = link_in_mail().rstrip("/").split("/")[-1]
    for user_id, given in [
        (other.pk, key),
        (account.pk, key[:-1] + ("0" if key[-1] != "0" else "1")),
        (account.pk, "x"),
    ]:
        assert client.get(f"{ASK}{user_id}/{given}/").status_code == 410


def test_a_closed_account_gets_no_message(client, account):
    User.objects.update(is_active=False)
    client.post(ASK, {"email": "odette@exemple.fr"})
    assert mail.outbox == []


def test_two_new_passwords_that_differ_are_refused(client, account):
    client.post(ASK, {"email": "odette@exemple.fr"})
    answer = client.post(link_in_mail(), {"password1": NEW, "password2": PASSWORD})
    assert answer.status_code == 422
    assert "ne sont pas les mêmes" in answer.content.decode()


def test_when_the_broker_is_away_everyone_is_told_the_same(client, account, monkeypatch):
    def away(*args: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(reset.send_link, "delay", away)
    for address in ("odette@exemple.fr", "x@exemple.fr"):
        answer = client.post(ASK, {"email": address})
        assert answer.status_code == 503
        assert "Service indisponible" in answer.content.decode()


def test_the_sign_in_page_leads_to_a_forgotten_password(client):
    assert f'href="{ASK}"' in client.get("/compte/login/").content.decode()


@pytest.mark.parametrize("url", [ASK, ASK + "done/", ASK + "changed/", "/compte/login/", "/compte/signup/"])
def test_the_pages_without_account_show(client, url):
    assert client.get(url).status_code == 200
    if url.startswith(ASK):
        assert client.put(url).status_code == 405


@pytest.mark.parametrize(
    "url",
    [
        "/compte/password/change/",
        "/compte/2fa/",
        "/compte/2fa/totp/activate/",
        "/compte/logout/",
        "/compte/reauthenticate/",
    ],
)
def test_the_pages_of_ones_account_show(account, url):
    client = Client()
    signed = client.post("/compte/login/", {"login": "odette@exemple.fr", "password": PASSWORD})
    assert signed.status_code == 302
    # Some ask for the password again first.
    answer = client.get(url, follow=True)
    assert answer.status_code == 200
    assert "<h1>" in answer.content.decode()


def test_the_pages_of_a_second_factor_in_service_show(account):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from portal.demo.codes import current

    secret = generate_totp_secret()
    TOTP.activate(account, secret)
    RecoveryCodes.activate(account)
    client = Client()
    assert "2fa" in client.post("/compte/login/", {"login": "odette@exemple.fr", "password": PASSWORD}).url
    code = current(secret).now
    assert client.get("/compte/2fa/authenticate/").status_code == 200
    assert client.post("/compte/2fa/authenticate/", {"code": code}).status_code == 302
    # Signing in is not enough to change a second factor: the password is asked again.
    assert client.get("/compte/2fa/totp/deactivate/").url.startswith("/compte/reauthenticate/")
    assert client.post("/compte/reauthenticate/", {"password": PASSWORD}).status_code == 302
    for url in ("", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "reauthenticate/"):
        answer = client.get("/compte/2fa/" + url)
        assert answer.status_code == 200, url
        assert "<h1>" in answer.content.decode()


@pytest.mark.parametrize("kind", ["totp", "recovery_codes"])
def test_a_second_factor_copied_to_another_account_does_not_open(account, kind):
    """By whoever writes in its table as the service does."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.utils import decrypt

    other = create_account("autre@exemple.fr", PASSWORD)
    for user in (account, other):
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
    name = {"totp": "secret", "recovery_codes": "seed"}[kind]
    mine = Authenticator.objects.get(user=other, type=kind)
    assert decrypt(mine.data[name])
    Authenticator.objects.filter(user=account, type=kind).update(data=mine.data)
    with pytest.raises(tink.TinkError):
        decrypt(Authenticator.objects.get(user=account, type=kind).data[name])


def test_second_factors_from_before_are_sealed_for_their_account(account):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import decrypt, encrypt

    from portal.accounts.mfa import bound, loosed

    Authenticator.objects.create(user=account, type="totp", data={"secret": encrypt("AAAA")})
    kept = Authenticator.objects.get()
    before = loosed(dict(kept.data), account.pk)
    assert decrypt(before["secret"]) == "AAAA"
    Authenticator.objects.update(data=bound(before, account.pk))
    assert decrypt(Authenticator.objects.get().data["secret"]) == "AAAA"


def test_changing_the_password_needs_the_old_one(account):
    client = Client()
    client.post("/compte/login/", {"login": "odette@exemple.fr", "password": PASSWORD})
    url = "/compte/password/change/"
    client.post(url, {"oldpassword": "faux", "password1": NEW, "password2": NEW})
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert client.post(url, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}).status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW)
