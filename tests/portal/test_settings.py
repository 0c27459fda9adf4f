"""Safe when nothing is said: headers, cookies, sessions, logs, and Django's own check of a deployment."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from django.conf import settings as site
from django.contrib.auth import SESSION_KEY
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from portal.accounts.user import User, create_account
from portal.logs import HIDDEN, LineFormatter, without_secrets
from portal.middleware import SIGNED_IN_AT

PASSWORD = "une phrase pour les essais"
SIGN_IN = {"login": "odette@exemple.fr", "password": PASSWORD}
PAGES = ["/", "/droits/", "/guichets/", "/compte/login/", "/nulle-part/", "/healthz", "/mon-espace/", "/guichet/"]
PRODUCTION = {
    "SECRET_KEY": "k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyzABCDEF", "DATABASE_URL": "postgres://app:x@db.example/pleingre",
    "REDIS_URL": "redis://broker.example/0", "MASTER_KEYSET_FILE": "/etc/plein-gre/master-keyset.json",
    "SITE_URL": "https://plein-gre.example", "ALLOWED_HOSTS": "plein-gre.example", "EMAIL_URL": "smtp://mail.example",
}  # fmt: skip


def deployed(code: str, **changes: str | None) -> "subprocess.CompletedProcess[str]":
    """Run Python where the environment is that of production, changed so."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VAR_DIR") if name in os.environ}
    named = {name: value for name, value in {**PRODUCTION, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, *code.split(" ", 2)], cwd=site.BASE_DIR, capture_output=True, text=True, check=False,
        env={**kept, "DJANGO_SETTINGS_MODULE": "portal.settings", **named}, timeout=60,
    )  # fmt: skip


def setting(name: str, **changes: str | None) -> str:
    """The value of a setting in production."""
    answer = deployed(
        f"-W ignore -cfrom\tdjango.conf\timport\tsettings;print(settings.{name})".replace("\t", " "), **changes
    )
    return (answer.stdout or answer.stderr.splitlines()[-1]).strip()


def test_djangos_check_of_a_deployment_finds_nothing() -> None:
    answer = deployed("manage.py check --deploy")
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout
    assert "WARNINGS" not in answer.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "REDIS_URL"])
def test_nothing_starts_without_what_has_no_safe_default(name: str) -> None:
    assert f"Set the {name} environment variable" in setting("DEBUG", **{name: None})


def test_nothing_dangerous_is_on_unless_asked_for() -> None:
    assert [setting(name) for name in ("DEBUG", "DEMO", "SECURE", "SESSION_COOKIE_SECURE")] == [
        "False",
        "False",
        "True",
        "True",
    ]


def test_over_tls_cookies_are_tied_to_the_host_and_browsers_told_for_two_years() -> None:
    assert setting("SESSION_COOKIE_NAME") == "__Host-session"
    assert setting("CSRF_COOKIE_NAME") == "__Host-csrf"
    assert int(setting("SECURE_HSTS_SECONDS")) >= 31_536_000
    assert setting("SECURE_SSL_REDIRECT") == "True"


def test_two_copies_on_one_machine_do_not_share_their_cookies() -> None:
    names = {setting("SESSION_COOKIE_NAME", SITE_URL=f"http://localhost:{port}") for port in (8000, 8001)}
    assert len(names) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    for rule in (
        "script-src 'none'",
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert "Server" not in headers


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "ailleurs.example"}).status_code == 400


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.generic("POST", "/compte/login/", b"", CONTENT_LENGTH=str(site.UPLOAD_MAX_BYTES * 2))
    assert answer.status_code == 413


@pytest.mark.django_db
def test_a_length_that_is_no_number_is_that_of_no_body(client: Client) -> None:
    assert client.generic("POST", "/compte/login/", b"", CONTENT_LENGTH="²").status_code == 200


@pytest.fixture
def odette_account(db: None) -> User:
    """An account without a person, and without a second factor."""
    return create_account(SIGN_IN["login"], PASSWORD)


@pytest.fixture
def browser(odette_account: User) -> Client:
    """A browser where Odette signed in by the page."""
    client = Client()
    client.post(reverse("account_login"), SIGN_IN)
    assert SESSION_KEY in client.session
    return client


def test_signing_in_changes_the_session_and_ends_the_one_before(odette_account: User, client: Client) -> None:
    session = client.session
    session["before"] = "1"
    session.save()
    client.cookies[site.SESSION_COOKIE_NAME] = session.session_key
    answer = client.post(reverse("account_login"), SIGN_IN)
    cookie = answer.cookies[site.SESSION_COOKIE_NAME]
    assert cookie.value != session.session_key
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert not type(session)().exists(session.session_key)


def test_a_wrong_password_says_neither_which_was_wrong_nor_signs_in(odette_account: User, client: Client) -> None:
    words = []
    for login in (SIGN_IN["login"], "personne@exemple.fr"):
        page = client.post(reverse("account_login"), {"login": login, "password": "pas le bon, vraiment"})
        assert SESSION_KEY not in client.session
        words.append("L’adresse ou le mot de passe n’est pas juste." in page.content.decode())
    assert words == [True, True]


def test_a_session_ends_after_thirty_minutes_without_a_click(browser: Client) -> None:
    assert 29 * 60 < browser.session.get_expiry_age() <= 30 * 60
    key = browser.session._cache.make_key(browser.session.cache_key)
    assert 29 * 60 < browser.session._cache._cache.get_client().ttl(key) <= 30 * 60


def test_a_session_ends_after_twelve_hours_however_busy(browser: Client) -> None:
    page = reverse("mfa_index")
    assert browser.get(page).status_code == 200
    session = browser.session
    session[SIGNED_IN_AT] = int(time.time()) - 12 * 60 * 60 - 1
    session.save()
    assert browser.get(page).status_code == 302
    assert SESSION_KEY not in browser.session


def test_signing_out_ends_the_session_and_clears_the_browser(browser: Client) -> None:
    key = browser.session.session_key
    answer = browser.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not type(browser.session)().exists(key)
    assert browser.get(reverse("mfa_index")).status_code == 302


# -- Logs ------------------------------------------------------------------------------------------

TOKEN = "Zk3v9_QmX1c7tB-8yWq2LpR5sN0dHfJ6uGaEiKoM4xY"


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"Not Found: /guichet/invitation/{TOKEN}/", TOKEN),
        ("Not Found: /guichet/invitation/abc/", "abc"),
        ("Bad Request: /guichets/?q=Garnier&page=2", "Garnier"),
        ("could not send to odette@exemple.fr", "odette"),
        ("NIR 245032303112346 refused", "245032303112346"),
        ("redis://:motdepasse@127.0.0.1:6379/0", "motdepasse"),
        ("DETAIL:  Failing row contains (Garnier, Odette).", "Garnier"),
        (f"token={TOKEN}", TOKEN),
    ],
)
def test_what_may_name_or_let_in_is_replaced(line: str, secret: str) -> None:
    assert secret not in without_secrets(line)
    assert HIDDEN in without_secrets(line)


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /guichet/visite/7f0c6f34-93c5-4d7a-8a57-7a3f0a1d2b4c/actes/grant.give/",
        "outbox: item 7f0c6f34-93c5-4d7a-8a57-7a3f0a1d2b4c could not be delivered (OperationalError)",
        "consent.migrations.0002_wall a_rather_long_name_of_a_function_in_a_module_that_is_ours",
    ],
)
def test_references_stay(line: str) -> None:
    assert without_secrets(line) == line


def line_of(act: Callable[[logging.Logger], None]) -> str:
    """What a handler of the service writes when `act` logs."""
    records: list[logging.LogRecord] = []
    logger = logging.Logger("essai")
    logger.addHandler(type("Keep", (logging.Handler,), {"emit": lambda self, record: records.append(record)})())
    act(logger)
    return LineFormatter().format(records[0])


def test_an_exception_is_told_by_its_type_and_place_and_not_by_its_words() -> None:
    def fail(logger: logging.Logger) -> None:
        try:
            try:
                raise ValueError("Garnier")
            except ValueError as error:
                raise IntegrityError("Key (name)=(Odette) already exists") from error
        except IntegrityError:
            logger.exception("it failed")

    line = line_of(fail)
    for name in ("Garnier", "Odette"):
        assert name not in line
    assert "django.db.utils.IntegrityError" in line
    assert "builtins.ValueError" in line
    assert "test_settings.py" in line


def test_a_task_that_fails_does_not_repeat_its_words() -> None:
    words = {"name": "consent.tasks.deliver_item", "id": "1", "exc": "ValueError('Garnier')", "args": "['Odette']"}
    line = line_of(lambda logger: logger.error("Task %(name)s[%(id)s] raised: %(exc)s %(args)s", words))
    assert "Garnier" not in line
    assert "Odette" not in line
    assert "ValueError" in line


def test_every_handler_writes_with_that_format_and_none_sends_mail() -> None:
    assert {handler["formatter"] for handler in site.LOGGING["handlers"].values()} == {"line"}
    names = ["django", "django.request", "django.security", "celery", ""]
    handlers = [handler for name in names for handler in logging.getLogger(name).handlers]
    assert "AdminEmailHandler" not in {type(handler).__name__ for handler in handlers}


@pytest.mark.django_db
def test_the_address_of_an_invitation_that_is_unknown_is_not_written(client: Client, capsys, caplog) -> None:
    handler = next(h for h in logging.getLogger().handlers if isinstance(h.formatter, LineFormatter))
    caplog.handler.setFormatter(handler.formatter)
    client.get(f"/guichet/invitation/{TOKEN}/")
    assert "Not Found" in caplog.text
    assert TOKEN not in caplog.text


def test_mail_kept_as_files_lies_in_the_folder_of_the_service_wherever_one_stands() -> None:
    assert setting("EMAIL_FILE_PATH", EMAIL_URL=None, VAR_DIR="/srv/plein-gre") == "/srv/plein-gre/outbox"
    assert setting("EMAIL_FILE_PATH", EMAIL_URL="filemail:///srv/mail") == "/srv/mail"
