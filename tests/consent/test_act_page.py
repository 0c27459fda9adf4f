"""The one page of every act: form, check your answers, done; nothing typed is lost, nothing is done twice."""

import re
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client

from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.models import Consent, Grant, JournalEntry, Space, SpaceState
from consent.wall import opened
from tests.cast import open_space_answers, request_id
from tests.consent.conftest import check, confirm, hidden

pytestmark = pytest.mark.django_db

OPEN = "/mon-espace/actes/space.open/"
GIVE = "/mon-espace/actes/grant.give/"
OPEN_ANSWERS = {"reminders": "yes", "statistics": "no", "research": "no", "notice_read": "on", "wish": "on"}
GRANT_ANSWERS = {"reader_number": "10100000008", "rights": ["read"], "extent": "all", "duration": "6m"}


def test_a_form_is_checked_then_done_then_there_is_a_receipt(odette, odette_online, notice):
    checked = check(odette_online, OPEN, OPEN_ANSWERS)
    assert "Rien n’est fait tant que vous n’avez pas confirmé" in checked.content.decode()
    with opened(odette.person.id):
        assert not Space.objects.exists()
    done = confirm(odette_online, OPEN, checked)
    assert done.status_code == 303
    receipt = odette_online.get(done.url)
    assert "Espace" in receipt.content.decode()
    assert "ouvert" in receipt.content.decode()
    with opened(odette.person.id):
        assert Space.objects.get().state == SpaceState.OPEN
        assert set(Consent.objects.values_list("purpose", flat=True)) == {"space", "reminders"}


def test_a_reload_and_a_double_click_give_the_same_receipt_and_one_act(odette, odette_online, notice):
    checked = check(odette_online, OPEN, OPEN_ANSWERS)
    first, second = confirm(odette_online, OPEN, checked), confirm(odette_online, OPEN, checked)
    assert first.status_code == second.status_code == 303
    assert first.url == second.url
    with opened(odette.person.id):
        assert JournalEntry.objects.count() == 1


def test_going_back_to_the_form_by_the_browser_and_checking_again_is_still_one_act(odette, odette_online, notice):
    page = odette_online.get(OPEN)
    sent = {**OPEN_ANSWERS, "request": hidden(page, "request")}
    first = odette_online.post(OPEN, sent)
    second = odette_online.post(OPEN, {**sent, "reminders": "no"})
    one, two = confirm(odette_online, OPEN, second), confirm(odette_online, OPEN, first)
    assert one.url == two.url
    with opened(odette.person.id):
        assert set(Consent.objects.values_list("purpose", flat=True)) == {"space"}


def test_modifier_brings_the_form_back_with_everything_typed(odette_online, with_space, dr_lemoine):
    checked = check(odette_online, GIVE, GRANT_ANSWERS)
    form = odette_online.post(GIVE, {"step": "edit", "answers": hidden(checked, "answers")})
    html = form.content.decode()
    assert form.status_code == 200
    assert 'value="10100000008"' in html
    assert re.search(r'name="rights" value="read"[^>]*checked', html)
    assert re.search(r'name="duration" value="6m"[^>]*checked', html)
    assert not re.search(r'value="deposit"[^>]*checked', html)
    again = odette_online.post(GIVE, {**GRANT_ANSWERS, "duration": "1w", "request": hidden(form, "request")})
    assert "1 semaine" in again.content.decode()


def test_a_mistake_is_told_on_top_and_beside_its_field_and_nothing_typed_is_lost(odette_online, with_space, dr_lemoine):
    answer = check(odette_online, GIVE, {**GRANT_ANSWERS, "duration": ""})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="erreurs"' in html
    assert 'href="#id_duration_0"' in html
    assert 'value="10100000008"' in html


def test_what_is_no_longer_possible_at_the_end_is_told_and_nothing_typed_is_lost(
    odette_online, with_space, with_grant, dr_lemoine
):
    answer = confirm(odette_online, GIVE, check(odette_online, GIVE, GRANT_ANSWERS))
    assert answer.status_code == 409
    assert "a déjà un accès" in answer.content.decode()
    assert 'value="10100000008"' in answer.content.decode()


def test_nothing_is_chosen_beforehand_on_any_form(odette, odette_online, aicha, sign_in, with_grant):
    for client, url in [(odette_online, GIVE), (sign_in(aicha.user), OPEN), (odette_online, "/mon-espace/actes/consent.give/")]:  # fmt: skip
        assert not re.search(r"<input[^>]*\schecked", client.get(url).content.decode())


def test_opening_shows_the_notice_whole_with_its_hash(odette_online, notice):
    html = odette_online.get(OPEN).content.decode()
    assert "Rien n’existe sans vous." in html
    assert notice.fingerprint in html


def test_an_act_without_question_shows_at_once_what_will_change(odette, odette_online, with_grant):
    url = f"/mon-espace/actes/grant.revoke/{with_grant.pk}/"
    checked = odette_online.get(url)
    assert "Dr Claire Lemoine" in checked.content.decode()
    assert "Retirer cet accès" in checked.content.decode()
    assert "Modifier" not in checked.content.decode()
    assert confirm(odette_online, url, checked).status_code == 303
    with opened(odette.person.id):
        assert Grant.objects.get().revoked_at is not None
    assert odette_online.get(url).status_code == 404


def test_an_act_on_one_thing_asks_which_among_ones_own(odette_online, with_grant):
    html = odette_online.get("/mon-espace/actes/grant.revoke/").content.decode()
    assert f"/mon-espace/actes/grant.revoke/{with_grant.pk}/" in html


def test_somebody_elses_access_is_as_unknown_as_one_that_does_not_exist(aicha, sign_in, notice, with_grant):
    perform(get_act("space.open"), aicha.basis, open_space_answers(), request_id())
    client = sign_in(aicha.user)
    for target in (with_grant.pk, uuid4()):
        url = f"/mon-espace/actes/grant.revoke/{target}/"
        assert client.get(url).status_code == client.post(url, {}).status_code == 404


def test_signed_answers_of_another_person_are_refused(odette, odette_online, aicha, sign_in, notice):
    checked = check(odette_online, OPEN, OPEN_ANSWERS)
    other = confirm(sign_in(aicha.user), OPEN, checked)
    assert other.status_code == 400
    assert "trop ancienne" in other.content.decode()
    with opened(aicha.person.id):
        assert not Space.objects.exists()


def test_signed_answers_of_another_act_or_altered_are_refused(odette_online, with_space, with_grant):
    checked = odette_online.get(f"/mon-espace/actes/grant.revoke/{with_grant.pk}/")
    answers = hidden(checked, "answers")
    close = "/mon-espace/actes/space.close/"
    assert odette_online.post(close, {"step": "confirm", "answers": answers}).status_code == 400
    forged = signing.dumps({"b": [], "r": str(uuid4()), "d": {"way": ["erase"]}}, salt="another")
    for text in (forged, answers[:-1] + "x", "", "é"):
        assert odette_online.post(close, {"step": "confirm", "answers": text}).status_code == 400
    with opened(with_space.person.id):
        assert Space.objects.get().state == SpaceState.OPEN


def test_a_form_that_is_too_old_says_so_and_keeps_what_was_typed(odette_online, with_space, dr_lemoine):
    answer = odette_online.post(GIVE, {**GRANT_ANSWERS, "request": "old"})
    assert answer.status_code == 400
    assert "trop ancienne" in answer.content.decode()
    assert 'value="10100000008"' in answer.content.decode()


@pytest.mark.parametrize("step", ["confirm", "edit"])
def test_answers_that_waited_too_long_are_shown_again_and_not_done(
    odette_online, with_space, dr_lemoine, monkeypatch, step
):
    answers = hidden(check(odette_online, GIVE, GRANT_ANSWERS), "answers")
    monkeypatch.setattr("consent.pages.answers.MAX_AGE", -1)
    answer = odette_online.post(GIVE, {"step": step, "answers": answers})
    assert answer.status_code == 400
    assert "trop ancienne" in answer.content.decode()
    assert 'value="10100000008"' in answer.content.decode()
    with opened(with_space.person.id):
        assert not Grant.objects.exists()


def test_an_act_that_needs_a_space_says_so_before_asking_anything(odette_online, notice):
    answer = odette_online.get(GIVE)
    assert answer.status_code == 409
    assert "espace ouvert" in answer.content.decode()


@pytest.mark.parametrize("code", ["space.nothing", "nothing", "space.open.x"])
def test_an_act_that_does_not_exist_is_not_found(odette_online, code):
    assert odette_online.get(f"/mon-espace/actes/{code}/").status_code == 404


def test_wrong_methods_and_nobody(odette_online, client, notice):
    assert odette_online.put(OPEN).status_code == odette_online.delete(OPEN).status_code == 405
    assert client.get(OPEN).status_code == 302
    assert client.post(OPEN, OPEN_ANSWERS).url.startswith("/compte/login/")
    assert Client(enforce_csrf_checks=True).post("/sans-compte/space.refuse/", {}).status_code == 403
