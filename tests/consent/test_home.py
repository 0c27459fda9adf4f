"""« Mon espace »: every situation, everything in two clicks, ending as near as beginning, in few statements."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Counter, Mandate
from consent.acts.registry import all_acts
from consent.acts.representation import represent
from consent.asking import ask
from consent.bases import Basis, Via
from consent.journal import machine
from consent.models import Category, Consent, Grant, Professional, Space, SpaceState
from consent.models.representation import Kind
from consent.wall import opened
from portal.accounts.user import create_account
from tests.cast import JEANNE, PASSWORD, make_patient
from tests.consent.conftest import check, confirm, does, hidden

pytestmark = pytest.mark.django_db

HOME = "/mon-espace/"


def body(client, url=HOME):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_account_linked_to_nobody_may_link_open_or_refuse(sign_in, notice):
    html = body(sign_in(create_account("new@exemple.fr", PASSWORD)))
    for url in ("/mon-espace/relier/", "/mon-espace/actes/space.open/", "/mon-espace/actes/space.refuse/"):
        assert f'href="{url}"' in html


def test_a_person_without_space_is_told_so_and_may_open_or_refuse(odette_online, notice):
    html = body(odette_online)
    assert "Aucun espace de santé n’existe à votre nom" in html
    assert 'href="/mon-espace/actes/space.open/"' in html
    assert 'href="/mon-espace/actes/space.refuse/"' in html
    assert "/mon-espace/actes/space.close/" not in html


def test_an_open_space_shows_each_access_with_its_end_beside_it(odette_online, with_grant):
    html = body(odette_online)
    assert "Dr Claire Lemoine" in html
    assert f'href="/mon-espace/actes/grant.revoke/{with_grant.pk}/"' in html
    assert f'href="/mon-espace/actes/grant.change/{with_grant.pk}/"' in html
    assert 'href="/mon-espace/actes/space.close/"' in html
    assert "space.open/" not in html
    assert "4 rue du Château, 23600 Boussac" in html


def test_a_request_that_waits_comes_first_with_both_answers_beside_it(odette_online, with_grant):
    hugo = Professional.objects.create(rpps="10100000016", name="Dr Hugo Ferrand", profession="Médecin cardiologue")
    owner = with_grant.person_id
    with opened(owner):
        basis = Basis(Via.SERVICE, owner, machine())
        asked = ask(basis, hugo, categories=[Category.REPORTS], reason="Je suis votre cardiologue à l’hôpital.")
    html = body(odette_online)
    assert html.index("On vous demande un accès") < html.index("Les accès que j’ai donnés")
    row = html[html.index("On vous demande un accès") : html.index("Les accès que j’ai donnés")]
    assert "Dr Hugo Ferrand (Médecin cardiologue)" in row
    assert "Comptes rendus" in row
    for code in ("request.accept", "request.decline"):
        assert f'href="/mon-espace/actes/{code}/{asked}/"' in row
    decline = f"/mon-espace/actes/request.decline/{asked}/"
    assert confirm(odette_online, decline, check(odette_online, decline, {})).status_code == 303
    assert "On vous demande un accès" not in body(odette_online)


def test_each_block_team_and_share_code_is_shown_with_its_end_beside_it(odette_online, with_space, dr_lemoine):
    does(with_space, "care-team.compose", {"name": "Mon suivi du cœur", "members": [dr_lemoine]})
    does(with_space, "share-code.create", {"extent": "all", "categories": [], "duration": "1w", "reader_number": ""})
    does(with_space, "block.add", {"reader": dr_lemoine, "emergency_too": "yes"})
    html = body(odette_online)
    assert "Mon suivi du cœur" in html
    for code in ("care-team.change", "care-team.end", "share-code.cancel", "block.remove"):
        assert re.search(rf'href="/mon-espace/actes/{code}/[0-9a-f-]{{36}}/"', html), code
    for title in ("Mes équipes de soins", "Mes codes de partage", "Ceux que je bloque"):
        assert f"<h2>{title}</h2>" in html


def test_an_optional_use_is_taken_back_in_two_clicks_as_it_is_given(odette_online, with_space):
    page = odette_online.get(HOME)
    assert re.search(r'action="/mon-espace/actes/consent.withdraw/".*?value="reminders"', page.content.decode(), re.S)
    url = "/mon-espace/actes/consent.withdraw/"
    checked = odette_online.post(url, {"request": hidden(page, "request"), "purpose": "reminders"})
    assert checked.status_code == 200
    assert confirm(odette_online, url, checked).status_code == 303
    with opened(with_space.person.id):
        assert Consent.objects.get(purpose="reminders").withdrawn_at is not None
    page = odette_online.get(HOME)
    url = "/mon-espace/actes/consent.give/"
    checked = odette_online.post(url, {"request": hidden(page, "request"), "purpose": "reminders"})
    assert confirm(odette_online, url, checked).status_code == 303


def test_a_mandate_in_force_is_shown_with_its_end(odette, odette_online, with_space):
    Counter.objects.create(number=137, name="France Services de Boussac", town="BOUSSAC")
    does(odette, "mandate.give", {"counter_number": 137, "scopes": ["grant.revoke"], "duration": "year"})
    with opened(odette.person.id):
        mandate = Mandate.objects.get()
    html = body(odette_online)
    assert mandate.reference in html
    assert f"/mon-espace/actes/mandate.revoke/{mandate.pk}/" in html


def test_a_closed_space_says_what_is_kept_and_how_to_change_ones_mind(odette, odette_online, with_space):
    does(odette, "space.close", {"way": "keep"})
    html = body(odette_online)
    assert "Son contenu est gardé" in html
    assert 'href="/mon-espace/actes/space.reopen/"' in html
    does(odette, "space.reopen", {"notice_read": True, "wish": True})
    does(odette, "space.close", {"way": "erase"})
    with opened(odette.person.id):
        space = Space.objects.get()
    assert space.state == SpaceState.ERASING
    assert space.erase_after - space.closed_at == timedelta(days=30)
    html = body(odette_online)
    assert "Tout sera effacé après le" in html
    assert 'href="/mon-espace/actes/space.reopen/"' in html


def test_every_act_that_the_person_can_do_online_is_two_clicks_away_at_most(odette, odette_online, with_grant):
    Counter.objects.create(number=137, name="France Services de Boussac", town="BOUSSAC")
    does(odette, "mandate.give", {"counter_number": 137, "scopes": ["grant.revoke"], "duration": "year"})
    represent(odette.person, make_patient(JEANNE, "jeanne@exemple.fr").person, Kind.TRUSTED, [], ends_at=None)
    found = set(re.findall(r"/mon-espace/actes/([a-z.-]+)/", body(odette_online)))
    does(odette, "space.suspend", {})
    found |= set(re.findall(r"/mon-espace/actes/([a-z.-]+)/", body(odette_online)))
    does(odette, "space.close", {"way": "keep"})
    found |= set(re.findall(r"/mon-espace/actes/([a-z.-]+)/", body(odette_online)))
    with opened(odette.person.id):
        Space.objects.all().delete()
    found |= set(re.findall(r"/mon-espace/actes/([a-z.-]+)/", body(odette_online)))
    assert {act.code for act in all_acts() if Via.SELF in act.bases} <= found


def test_nobody_elses_things_are_shown(aicha, sign_in, with_grant):
    html = body(sign_in(aicha.user))
    assert "Lemoine" not in html
    assert "Garnier" not in html


@pytest.mark.parametrize("number", [1, 10, 100])
def test_the_statements_are_few_and_constant_at(number, odette_online, with_space, django_assert_max_num_queries):
    with opened(with_space.person.id):
        for index in range(number):
            reader = Professional.objects.create(rpps=f"{index:011}", name=f"Dr {index}", profession="Médecin")
            Grant.objects.create(person_id=with_space.person.id, professional=reader, everything=True, can_read=True)
    with CaptureQueriesContext(connection) as statements:
        odette_online.get(HOME)
    # Where a transaction begins and ends is not counted, as in the trial of the budgets.
    asked = [each["sql"] for each in statements if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 12, [sql[:80] for sql in asked]


def test_it_is_for_those_signed_in_and_only_read(client, odette_online):
    assert client.get(HOME).status_code == 302
    assert odette_online.post(HOME).status_code == 405


def test_nothing_is_kept_by_the_browser(odette_online, notice):
    assert "no-store" in odette_online.get(HOME).headers["Cache-Control"]


def test_someone_whose_identity_is_only_declared_is_told_what_to_do_for_an_access(sign_in, notice):
    user = create_account("new@exemple.fr", PASSWORD)
    client = sign_in(user)
    typed = {
        "birth_name": "Perrin", "first_names": "Lucien", "birth_date": "02/07/1950", "sex": "M", "birth_place": "23176",
        "channel": "counter", "reminders": "no", "statistics": "no", "research": "no", "notice_read": "on", "wish": "on",
    }  # fmt: skip
    url = "/mon-espace/actes/space.open/"
    page = client.get(url)
    checked = client.post(url, {**typed, "request": hidden(page, "request")})
    assert checked.status_code == 200
    assert confirm(client, url, checked).status_code == 303
    html = body(client)
    assert "identité doit d’abord être vérifiée" in html
    assert client.get("/mon-espace/actes/grant.give/").status_code == 409
