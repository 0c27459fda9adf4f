"""« Quitter vite »: one click from every page, to one that says nothing of us."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_someone_signed_in_leaves_signed_out_to_a_page_without_our_marks(odette, sign_in):
    client = sign_in(odette.user)
    page = client.get("/mon-espace/").content.decode()
    assert re.search(r'<form method="post" action="/quitter/">\s*<button[^>]*>Quitter vite', page)
    left = client.post("/quitter/")
    assert (left.status_code, left.url) == (303, "/calendrier/")
    assert "cookies" in left.headers["Clear-Site-Data"]
    assert client.get("/mon-espace/").status_code == 302
    neutral = client.get(left.url).content.decode()
    for word in ("Plein gré", "santé", "espace", "/mon-espace/", "fr-header", 'href="/"'):
        assert word not in neutral


def test_a_page_left_open_for_hours_still_lets_go(odette, sign_in):
    client = Client(enforce_csrf_checks=True)
    client.force_login(odette.user, backend="portal.accounts.backend.EmailBackend")
    assert client.post("/quitter/").status_code == 303


@pytest.mark.parametrize("path", ["/", "/droits/", "/guichets/", "/nulle-part/"])
def test_anyone_else_has_a_plain_link(client, path):
    assert (
        '<a class="fr-btn fr-btn--tertiary fr-btn--sm" href="/calendrier/">Quitter vite</a>'
        in client.get(path).content.decode()
    )


def test_a_link_alone_signs_nobody_out(odette, sign_in):
    client = sign_in(odette.user)
    assert client.get("/quitter/").status_code == 405
    assert client.get("/mon-espace/").status_code == 200
