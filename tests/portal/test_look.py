"""Every page is light, whole without script, readable by all, and prints."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, Page, Route, sync_playwright

from portal.context_processors import _frame
from portal.design.sheet import BUILT, build
from tests.looking import NARROW, WIDE, Eye, chromium
from tests.static import plain_static

TEMPLATES = Path(settings.BASE_DIR) / "templates"
WEB_TEMPLATES = [path for path in TEMPLATES.rglob("*.html") if "paper" not in path.parts]
PUBLIC = [
    "/",
    "/droits/",
    "/mentions-legales/",
    "/accessibilite/",
    "/composants/",
    "/compte/login/",
    "/compte/signup/",
]
ONE_ROUND_TRIP = 14 * 1024
FIRST_VISIT = 64 * 1024
# The State's block has a stylesheet of its own.
WITHOUT_RULES = {"fr-logo"}


@pytest.fixture(autouse=True)
def demonstration(settings) -> None:
    settings.DEMO = True
    plain_static(settings)


def test_the_stylesheet_is_the_one_that_the_templates_ask_for() -> None:
    assert BUILT.read_text() == build(), "run manage.py build_css"


def test_every_class_of_the_templates_has_a_rule() -> None:
    ruled = set(re.findall(r"\.((?:fr|pg)-[\w-]+)", BUILT.read_text()))
    used = {
        name
        for path in WEB_TEMPLATES
        for value in re.findall(r'class="([^"]*)"', path.read_text())
        for name in re.findall(r"(?<![\w-])(?:fr|pg)-[\w-]*\w(?![\w-]*\{)", value)
    }
    assert used - ruled <= WITHOUT_RULES


@pytest.mark.parametrize("path", WEB_TEMPLATES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_needs_script_or_inline_style_or_another_host(path: Path) -> None:
    markup = path.read_text()
    assert not re.search(r"<script|<style|javascript:", markup, re.I)
    # A frame shows an address of ours, by its name, or nothing.
    assert not re.search(r"""<iframe(?![^>]*\ssrc="{% url '[\w:-]+'[^"]*%}")""", markup, re.I)
    assert not re.search(r"<[^>]*\s(?:style|on\w+)\s*=", markup)
    assert not re.search(r"""(?:src|srcset)\s*=\s*["']?(?:https?:)?//""", markup)
    assert not re.search(r"<link[^>]+https?://(?!www\.w3\.org)", markup)


@pytest.mark.parametrize("url", PUBLIC)
def test_a_page_and_its_styles_fit_in_one_round_trip(client: Client, url: str) -> None:
    page = client.get(url)
    assert page.status_code == 200
    weight = len(gzip.compress(page.content, 9)) + len(gzip.compress(BUILT.read_bytes(), 9))
    assert weight <= ONE_ROUND_TRIP


@pytest.mark.parametrize("url", PUBLIC)
def test_a_page_needs_neither_script_nor_inline_style(client: Client, url: str) -> None:
    policy = client.get(url).headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "style-src 'self'" in policy


def test_the_page_speaks_the_language_that_was_chosen(client: Client) -> None:
    assert b'<html lang="fr">' in client.get("/").content
    client.post("/langue/setlang/", {"language": "en"}, headers={"referer": "http://testserver/"})
    assert b'<html lang="en">' in client.get("/").content
    translation.activate("fr")


def test_the_gallery_is_not_shown_where_real_people_are_served(client: Client, settings) -> None:
    settings.DEMO = settings.DEBUG = False
    assert client.get("/composants/").status_code == 404


def test_the_demonstration_banner_is_shown_only_in_a_demonstration(client: Client, settings) -> None:
    assert "inventées" in client.get("/").content.decode()
    settings.DEMO = False
    assert "inventées" not in client.get("/").content.decode()


def test_the_menu_leads_to_all_that_a_visitor_needs(client: Client) -> None:
    page = client.get("/").content.decode()
    menu = re.search(r'<nav[^>]*id="menu".*?</nav>', page, re.S)[0]
    assert re.findall(r'href="([^"]+)"', menu) == [
        "/guichets/",
        "/information/",
        "/droits/",
        "/compte/login/",
    ]


@pytest.mark.parametrize(
    ("path", "signed_in", "label", "url"),
    [
        ("/guichet/visite/x/", True, "Mon guichet", "/guichet/"),
        ("/service/lettres/", True, "Service courrier", "/service/"),
        ("/mon-espace/trace/", True, "Mon espace", "/mon-espace/"),
        ("/droits/", True, "Mon espace", "/bienvenue/"),
        ("/guichets/", True, "Mon espace", "/bienvenue/"),
        ("/guichet/invitation/x/", False, "Se connecter", "/compte/login/"),
    ],
)
def test_the_last_entry_of_the_menu_leads_where_one_belongs(path: str, signed_in: bool, label: str, url: str) -> None:
    # No database is open in this test: the menu asks nothing of it.
    last = _frame(path, signed_in, choose_language=False).menu[-1]
    assert (str(last.label), last.url) == (label, url)


def test_the_state_marks_are_absent_unless_asked_for(client: Client, settings) -> None:
    assert "République" not in client.get("/droits/").content.decode()
    settings.STATE_MARKS = True
    assert "République" in client.get("/droits/").content.decode()


class Visit:
    """A browser whose every request is answered by the test client: no server, no network."""

    def __init__(self, browser: Browser, client: Client) -> None:
        self.client, self.requests, self.weight = client, [], 0
        context = browser.new_context(viewport={"width": WIDE, "height": 800}, locale="fr-FR")
        self.page: Page = context.new_page()
        context.route("**/*", self.answer)

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix("http://testserver")
        self.requests.append(path)
        if path.startswith("/static/"):
            body = (Path(settings.BASE_DIR) / path.lstrip("/")).read_bytes()
            kind = {".css": "text/css", ".woff2": "font/woff2"}[Path(path).suffix]
        else:
            answer = self.client.get(path)
            body, kind = answer.content, answer.headers["Content-Type"]
        self.weight += len(body) if kind == "font/woff2" else len(gzip.compress(body, 9))
        route.fulfill(status=200, body=body, content_type=kind)

    def to(self, url: str) -> Page:
        self.page.goto("http://testserver" + url)
        self.page.evaluate("document.fonts.ready")
        return self.page


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        found = chromium(playwright)
        yield found
        found.close()


def test_a_first_visit_is_five_requests_and_64_kilobytes_at_most(browser: Browser, client: Client) -> None:
    visit = Visit(browser, client)
    visit.to("/")
    assert len(visit.requests) <= 5, visit.requests
    assert visit.weight <= FIRST_VISIT


FAULTS = {
    '<p lang="fr">sain</p>': [],
    '<p class="pale">pâle</p>': ["color-contrast"],
    '<input name="a">': ["label"],
    '<img src="/x.png">': ["image-alt"],
    '<div class="wide">large</div>': ["600 pixels wide"],
}


def test_the_eye_sees_what_is_wrong_with_each_page_and_nothing_of_the_page_before(browser: Browser) -> None:
    page = (
        '<!DOCTYPE html><html lang="fr"><head><title>Essai</title><style>.pale {{ color: #ccc }} .wide {{ width: 600px }} '
        "body {{ margin: 0 }}</style></head><body><main><h1>Essai</h1>{}</main></body></html>"
    )
    with Eye(browser, NARROW) as eye:
        for inside, expected in FAULTS.items():
            found = eye.faults(page.format(inside))
            assert len(found) == len(expected), (inside, found)
            assert all(word in fault for word, fault in zip(expected, found, strict=True)), (inside, found)


def test_axe_finds_nothing_and_nothing_overflows_at_400_percent(browser: Browser, client: Client) -> None:
    with Eye(browser, NARROW) as eye:
        faults = [f"{url}: {fault}" for url in PUBLIC for fault in eye.faults(client.get(url).content.decode())]
    assert faults == []


def test_a_mistake_is_where_the_reader_is_sent(browser: Browser, client: Client) -> None:
    page = Visit(browser, client).to("/composants/")
    assert page.evaluate("document.activeElement.id") == "erreurs"
    page.click("#erreurs a >> nth=1")
    assert page.evaluate("document.activeElement.id") == "faulty_born"


def test_on_paper_only_the_content_is_left(browser: Browser, client: Client) -> None:
    page = Visit(browser, client).to("/composants/")
    page.emulate_media(media="print")
    assert not page.is_visible("#menu")
    assert not page.is_visible(".pg-tools")
    assert page.is_visible("main table")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).color") == "rgb(0, 0, 0)"
