"""The person's own pages: light, whole without script, readable by all at 400 %, printable."""

import gzip
import os

import pytest
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from assistance.models import Counter
from consent.models import Notice, Receipt
from consent.wall import opened
from portal.accounts.user import create_account
from portal.design.sheet import BUILT
from tests.cast import PASSWORD, open_space_answers
from tests.consent.conftest import TRAITS_OF_ODETTE, check, does, hidden
from tests.html import html_errors
from tests.looking import NARROW, WIDE, Eye, chromium
from tests.static import plain_static

pytestmark = pytest.mark.django_db
ONE_ROUND_TRIP = 14 * 1024
# Where the pictures and prints go, for whoever wants to look at them.
ALBUM = os.environ.get("ALBUM", "")


@pytest.fixture(autouse=True)
def plain_names(settings):
    plain_static(settings)


@pytest.fixture
def real_notice(db):
    """The notice as it is published, in its three languages."""
    call_command("load_notices", verbosity=0)
    return Notice.objects.in_force("fr")


def look(eyes: list[Eye], name: str, answer) -> list[str]:
    """What is wrong with this page; its picture at each width and its print go to the album."""
    html = answer.content.decode()
    weight = len(gzip.compress(answer.content, 9)) + len(gzip.compress(BUILT.read_bytes(), 9))
    faults = html_errors(html)
    if weight > ONE_ROUND_TRIP:
        faults.append(f"{weight} bytes")
    for eye in eyes:
        faults += eye.faults(html)
        if ALBUM:
            eye.page.screenshot(path=f"{ALBUM}/{name}-{eye.width}.png", full_page=True)
            if eye.width == WIDE:
                eye.page.pdf(path=f"{ALBUM}/{name}.pdf", format="A4")
    return [f"{name}: {fault}" for fault in faults]


def test_every_page_of_ones_own(odette, odette_online, dr_lemoine, real_notice, sign_in, client):
    Counter.objects.create(number=137, name="France Services de Boussac", town="BOUSSAC")
    new = sign_in(create_account("new@exemple.fr", PASSWORD))
    give = {"reader_number": dr_lemoine.rpps, "rights": ["read"], "extent": "some", "categories": ["prescriptions"]}
    seen = []

    def see(name, answer):
        seen.append((name, answer))

    see("01-nobody", new.get("/mon-espace/"))
    see("02-link", new.get("/mon-espace/relier/"))
    see("03-link-wrong", new.post("/mon-espace/relier/", {**TRAITS_OF_ODETTE, "sex": ""}))
    see("04-code", new.get("/mon-espace/relier/code/"))
    see("05-without-space", odette_online.get("/mon-espace/"))
    see("06-open-unknown", new.get("/mon-espace/actes/space.open/"))
    see("07-open", odette_online.get("/mon-espace/actes/space.open/"))
    see("08-open-wrong", check(odette_online, "/mon-espace/actes/space.open/", {"reminders": "yes"}))
    answers = {"reminders": "yes", "statistics": "no", "research": "no", "notice_read": "on", "wish": "on"}
    see("09-open-check", check(odette_online, "/mon-espace/actes/space.open/", answers))
    does(odette, "space.open", open_space_answers())
    does(odette, "grant.give", {**give, "duration": "6m"})
    does(odette, "mandate.give", {"counter_number": 137, "scopes": ["grant.revoke", "space.close"], "duration": "year"})
    see("10-home", odette_online.get("/mon-espace/"))
    see("11-grant", odette_online.get("/mon-espace/actes/grant.give/"))
    see("12-grant-choose", odette_online.get("/mon-espace/actes/grant.revoke/"))
    see("13-trace", odette_online.get("/mon-espace/trace/"))
    see("14-trace-print", odette_online.get("/mon-espace/trace/?imprimer=1"))
    see("15-trace-wrong", odette_online.get("/mon-espace/trace/?since=x"))
    with opened(odette.person.id):
        receipt = Receipt.objects.order_by("created_at").first()
    see("16-receipt", odette_online.get(f"/mon-espace/recu/{receipt.pk}/"))
    see("17-close", odette_online.get("/mon-espace/actes/space.close/"))
    see("18-mandate", odette_online.get("/mon-espace/actes/mandate.give/"))
    see("19-already", odette_online.get("/mon-espace/relier/"))
    does(odette, "space.close", {"way": "erase"})
    see("20-erasing", odette_online.get("/mon-espace/"))
    see("21-not-possible", odette_online.get("/mon-espace/actes/grant.give/"))
    see("22-refuse", client.get("/sans-compte/space.refuse/"))
    token = hidden(client.get("/sans-compte/space.refuse/"), "request")
    see(
        "23-refuse-check",
        client.post("/sans-compte/space.refuse/", {**TRAITS_OF_ODETTE, "wish": "on", "request": token}),
    )
    see("24-reset", client.get("/compte/password/reset/"))
    see("25-reset-done", client.get("/compte/password/reset/done/"))
    see("26-signup", client.get("/compte/signup/"))
    see("27-contact", odette_online.get("/mon-espace/actes/contact.change/"))
    # The browser comes last: while it runs, the database cannot be asked from this thread.
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        eyes = [Eye(browser, WIDE), Eye(browser, NARROW)]
        faults = [fault for name, answer in seen for fault in look(eyes, name, answer)]
        browser.close()
    assert faults == []
