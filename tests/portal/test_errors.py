"""Whatever goes wrong, the page says so in plain words, in the same look, and never fails itself."""

import pytest
from django.conf import settings as site
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils.translation import gettext_lazy

from portal.pages import errors
from tests.static import plain_static

STATUSES = [400, 403, 404, 413, 429, 500, 503]


@pytest.fixture(autouse=True)
def plain_names(settings, tmp_path) -> None:
    settings.STATIC_ROOT = tmp_path
    plain_static(settings)


@pytest.fixture
def request_in_trouble(rf: RequestFactory) -> HttpRequest:
    """A request that came with a session cookie, when neither session nor account can be read."""
    request = rf.get("/mon-espace/")
    request.COOKIES[site.SESSION_COOKIE_NAME] = "x" * 32
    return request


@pytest.mark.parametrize("status", STATUSES)
def test_each_page_says_what_happened_and_what_to_do(rf: RequestFactory, status: int) -> None:
    answer = errors.page(rf.get("/"), status)
    assert answer.status_code == status
    page = answer.content.decode()
    assert page.count("<h1>") == 1
    assert "Que faire ?" in page
    assert "Plein gré" in page
    assert str(status) not in page


@pytest.mark.parametrize("status", STATUSES)
def test_each_page_is_shown_even_when_the_session_cannot_be_read(request_in_trouble: HttpRequest, status: int) -> None:
    answer = errors.page(request_in_trouble, status)
    assert answer.status_code == status
    assert "Que faire ?" in answer.content.decode()


def test_a_fault_of_ours_reads_neither_database_nor_session(request_in_trouble: HttpRequest) -> None:
    answer = errors.server_error(request_in_trouble)
    assert answer.status_code == 500
    assert "Ce n’est pas votre faute" in answer.content.decode()


def test_an_unknown_address_gets_the_page_of_our_look(client: Client) -> None:
    answer = client.get("/nulle-part/")
    assert answer.status_code == 404
    assert "Page introuvable" in answer.content.decode()


def test_a_refusal_says_why_when_our_code_said_it(rf: RequestFactory) -> None:
    why = gettext_lazy("Ce mandat a pris fin.")
    page = errors.forbidden(rf.get("/"), PermissionDenied(why)).content.decode()
    assert "Ce mandat a pris fin." in page


def test_a_message_is_text_and_never_markup(rf: RequestFactory) -> None:
    page = errors.page(rf.get("/"), 403, message="<b>Odette</b>").content.decode()
    assert "&lt;b&gt;Odette" in page


def test_a_form_from_elsewhere_is_refused_in_plain_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/compte/login/", {"login": "odette"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Formulaire périmé" in page
    assert "CSRF" not in page
