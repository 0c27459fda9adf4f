"""A visit at the counter: begun with the person present, one at a time, ended for good."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assistance import visit_memory, visits
from assistance.letters import write_letter
from assistance.models import Printout, Visit
from assistance.models.visit import IDLE
from assistance.printed import sheet_of
from consent.models import JournalEntry, Person, Refusal
from consent.models.person import find_confirmed
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.counter_cast import (
    GRANT,
    OPENING,
    browser_of,
    do,
    draft_mandate,
    entries,
    identity,
    latest_mandate,
    sign,
    start,
    start_answers,
)
from tests.cast import LUCIEN, ODETTE, Patient

pytestmark = pytest.mark.django_db
START = "/guichet/137/visite/"
NONE = "00000000-0000-4000-8000-000000000000"


def idle(person_id=None) -> None:
    """Ten minutes go by without a click."""
    with opened(person_id):
        Visit.objects.update(last_seen_at=timezone.now() - IDLE - timedelta(seconds=1))


def test_the_whole_journey_from_nothing_to_an_access_and_the_end(desk: Client, karim: User, notice, dr_lemoine):
    url = start(desk)
    page = desk.get(url)
    assert "Aucun dossier vérifié" in page.content.decode()
    mandate = draft_mandate(desk, url, person_known=False)
    assert desk.get(f"{url}mandat/{mandate.pk}/").status_code == 200
    assert sign(mandate, karim, url).state == "in_force"
    page = desk.get(url).content.decode()
    assert "Aucun dossier vérifié" not in page
    assert mandate.reference in page
    opening = do(desk, url, "space.open", OPENING)
    assert opening.status_code == 303
    assert "C’est fait" in desk.get(opening.headers["Location"]).content.decode()
    assert do(desk, url, "grant.give", GRANT).status_code == 303
    end = desk.post(f"{url}fin/")
    assert (end.status_code, end.headers["Location"]) == (303, f"{url}fin/")
    person_id = find_confirmed(ODETTE)
    assert [(entry.code, entry.outcome) for entry in entries(person_id)] == [
        ("mandate.give", "done"),
        ("mandate.signed", "done"),
        ("space.open", "done"),
        ("grant.give", "done"),
        ("visit.ended", "done"),
    ]
    under = [entry.basis_reference for entry in entries(person_id) if entry.code in ("space.open", "grant.give")]
    assert under == [mandate.reference] * 2


def test_a_person_with_a_checked_identity_is_found_by_exact_traits_and_no_other(desk: Client, odette: Patient):
    assert find_confirmed(ODETTE) == odette.person.id
    url = start(desk)
    page = desk.get(url).content.decode()
    assert "Odette Garnier" in page
    assert "Aucun dossier vérifié" not in page
    desk.post(f"{url}fin/")
    url = desk.post(START, start_answers(birth_name="Garnié")).headers["Location"]
    assert "Aucun dossier vérifié" in desk.get(url).content.decode()
    assert "Odette Garnier" not in desk.get(url).content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"birth_date": "01/01/2999"}, "dans le futur"),
        ({"nir": "245032303112347"}, "pas juste"),
        ({"birth_place": "Boussac"}, "5 caractères"),
        ({"document_kind": ""}, "obligatoire"),
        ({"document_tail": "1234"}, "3 caractères"),
        ({"document_tail": "é?!"}, "3 derniers caractères"),
        ({"not_mine": ""}, "un collègue le fera"),
        ({"birth_name": "x" * 81}, "80"),
    ],
)
def test_a_mistake_at_the_start_opens_nothing_and_loses_nothing(desk: Client, changes, message):
    answer = desk.post(START, start_answers(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert 'value="Odette Marie"' in page
    assert not Visit.objects.exists()


def test_names_are_typed_as_people_write_theirs(desk: Client):
    name = "d’Âu-Bé " + "Ñ" * 72
    assert desk.post(START, start_answers(birth_name=name, first_names="Éléonore")).status_code == 303


def test_one_person_at_a_time(desk: Client, karim: User):
    url = start(desk)
    answer = desk.post(START, start_answers(LUCIEN))
    assert answer.status_code == 409
    assert url in answer.content.decode()
    assert Visit.objects.count() == 1


def test_a_double_click_begins_one_visit(desk: Client):
    assert start(desk) == start(desk)


def test_an_idle_visit_does_not_keep_the_agent_from_the_next_person(desk: Client):
    start(desk)
    idle()
    start(desk, LUCIEN)
    assert Visit.objects.filter(ended_at__isnull=False, end_reason="idle").count() == 1


def test_an_agent_does_not_serve_themselves_however_their_identity_is_known(desk: Client, karim: User, odette: Patient):
    odette.user.person_id = None
    odette.user.save()
    karim.person_id = odette.person.id
    karim.save()
    with opened(odette.person.id):
        Person.objects.update(level=1)
    answer = desk.post(START, start_answers())
    assert answer.status_code == 409
    assert "pour lui-même" in answer.content.decode()


def test_a_visit_cannot_be_started_elsewhere_than_at_ones_counter(desk: Client, gueret):
    assert desk.get("/guichet/138/visite/").status_code == 404
    assert desk.post("/guichet/138/visite/", start_answers()).status_code == 404
    assert desk.get("/guichet/999/visite/").status_code == 404


PAGES = ["", "actes/space.open/", "actes/mandate.give/", f"recu/{NONE}/", f"recu/{NONE}/pdf/",
         f"mandat/{NONE}/", f"mandat/{NONE}/pdf/", "notice/fr/pdf/", "formulaire/space.open/pdf/"]  # fmt: skip


@pytest.mark.parametrize("path", [*PAGES, "fin/", "fin/pdf/"])
def test_a_visit_of_somebody_else_is_not_found_like_one_that_does_not_exist(
    desk: Client, sonia: User, nadege: User, odette: Patient, path
):
    url = start(desk)
    for other in (sonia, nadege):
        assert browser_of(other).get(url + path).status_code == 404
    assert desk.get(f"/guichet/visite/{uuid4()}/{path}").status_code == 404
    assert not [entry for entry in entries(odette.person.id) if entry.outcome == "refused"]


@pytest.mark.parametrize("path", PAGES)
def test_after_the_end_each_page_is_refused_plainly_with_one_entry(desk: Client, odette: Patient, path):
    url = start(desk)
    desk.post(f"{url}fin/")
    answer = desk.get(url + path)
    assert answer.status_code == 403
    assert "La visite est terminée" in answer.content.decode()
    assert "Garnier" not in answer.content.decode()
    refused = [entry for entry in entries(odette.person.id) if entry.outcome == "refused"]
    assert len(refused) == 1
    assert "La visite est terminée" in refused[0].details["reason"]


def test_ten_idle_minutes_end_the_visit_before_any_task_runs(desk: Client, odette: Patient):
    url = start(desk)
    idle(odette.person.id)
    assert desk.get(url).status_code == 403


def test_each_click_gives_ten_minutes_more(desk: Client, odette: Patient):
    url = start(desk)
    with opened(odette.person.id):
        Visit.objects.update(last_seen_at=timezone.now() - timedelta(minutes=9))
    assert desk.get(url).status_code == 200
    with opened(odette.person.id):
        assert Visit.objects.get().last_seen_at > timezone.now() - timedelta(minutes=1)


def test_the_task_ends_idle_visits_and_no_others(desk: Client, sonia: User, odette: Patient):
    start(desk)
    idle(odette.person.id)
    start(browser_of(sonia), LUCIEN)
    assert visits.end_idle() == 1
    assert visits.end_idle() == 0
    assert [entry.code for entry in entries(odette.person.id)] == ["visit.started", "visit.ended"]
    assert entries(odette.person.id)[-1].actor_kind == "machine"


def test_whoever_leaves_the_team_is_refused_at_the_next_click(desk: Client, karim: User, boussac, odette: Patient):
    from assistance.roles import leave

    url = start(desk)
    leave(karim, boussac)
    answer = desk.get(url)
    assert answer.status_code == 403
    assert "plus agent de ce guichet" in answer.content.decode()


def test_karims_next_click_after_the_mandate_was_ended_is_refused_and_seen_by_the_person(
    desk: Client, karim: User, odette: Patient, notice
):
    url = start(desk)
    mandate = sign(draft_mandate(desk, url), karim, url)
    assert do(desk, url, "space.open", OPENING).status_code == 303
    from consent.acts.perform import perform
    from consent.acts.registry import get_act

    perform(get_act("mandate.revoke"), odette.basis, {}, uuid4(), mandate.pk)
    before = len(entries(odette.person.id))
    for path in ("", "actes/grant.give/"):
        answer = desk.get(url + path)
        assert answer.status_code == 403
        assert f"Le mandat {mandate.reference} est terminé" in answer.content.decode()
        assert "la personne y a mis fin" in answer.content.decode()
    after = entries(odette.person.id)[before:]
    assert [(entry.outcome, entry.actor_id, entry.counter_number) for entry in after] == [
        ("refused", karim.pk, 137)
    ] * 2
    assert all(mandate.reference in entry.details["reason"] for entry in after)


def test_a_mandate_ended_in_the_visit_itself_leaves_the_file_open(desk: Client, karim: User, odette: Patient):
    url = start(desk)
    mandate = sign(draft_mandate(desk, url), karim, url)
    assert do(desk, url, "mandate.revoke", {}, f"{mandate.pk}/").status_code == 303
    assert desk.get(url).status_code == 200
    assert desk.get(f"{url}actes/space.open/").status_code == 403


def test_an_act_that_the_mandate_does_not_list_is_refused_with_its_reason(desk: Client, karim: User, odette: Patient):
    url = start(desk)
    mandate = sign(draft_mandate(desk, url, scopes=["space.open"]), karim, url)
    answer = desk.get(f"{url}actes/space.close/")
    assert answer.status_code == 403
    assert f"Le mandat {mandate.reference} ne prévoit pas cet acte." in answer.content.decode()
    assert "Fermer mon espace" in desk.get(url).content.decode()
    assert "actes/space.close/" not in desk.get(url).content.decode()


def test_without_a_mandate_nothing_opens(desk: Client, odette: Patient, notice):
    answer = desk.get(f"{start(desk)}actes/space.open/")
    assert answer.status_code == 403
    assert "pas donné de mandat" in answer.content.decode()


def test_a_neighbour_refuses_and_nothing_of_him_is_kept(desk: Client, karim: User):
    url = start(desk, LUCIEN)
    form = desk.get(f"{url}actes/space.refuse/").content.decode()
    assert 'value="Perrin"' in form
    done = do(desk, url, "space.refuse", {**identity(LUCIEN), "wish": "on"})
    assert done.status_code == 303
    assert desk.get(done.headers["Location"]).status_code == 200
    assert "Refuser tout espace" in desk.get(url).content.decode()
    assert Refusal.objects.count() == 1
    assert desk.post(f"{url}fin/").status_code == 303
    end = desk.get(f"{url}fin/")
    assert end.status_code == 200
    assert "Perrin" not in end.content.decode()
    visit = Visit.objects.get()
    assert (visit.person_id, visit.document_kind, visit.document_tail) == (None, "", "")
    assert visit_memory.typed_identity(visit.pk) == {}
    again = desk.get(start(desk, LUCIEN)).content.decode()
    assert "Refus" in again
    assert "enregistré le" in again


def test_a_refusal_of_a_known_person_does_not_say_whose_it_is(desk: Client, odette: Patient):
    url = start(desk)
    done = do(desk, url, "space.refuse", {"wish": "on"})
    assert desk.get(done.headers["Location"]).status_code == 200
    assert "Refuser tout espace" in desk.get(url).content.decode()
    assert not [entry for entry in entries(odette.person.id) if entry.code == "space.refuse"]


@pytest.mark.parametrize("who", [ODETTE, LUCIEN])
def test_the_sheet_of_the_visit_lists_a_refusal_with_and_without_a_row(desk: Client, odette: Patient, settings, who):
    settings.PRINTOUT_WAIT_SECONDS = 0
    url = start(desk, who)
    done = do(desk, url, "space.refuse", {"wish": "on"} if who is ODETTE else {**identity(LUCIEN), "wish": "on"})
    assert desk.get(f"{done.headers['Location']}pdf/").status_code == 202
    desk.post(f"{url}fin/")
    assert "Refuser tout espace" in desk.get(f"{url}fin/").content.decode()
    assert desk.get(f"{url}fin/pdf/").status_code == 202
    with opened(odette.person.id if who is ODETTE else None):
        sheet = sheet_of(Printout.objects.get(kind="visit"))
    assert [str(act.label) for act in sheet.acts] == ["Refuser tout espace"]


def test_the_receipt_of_another_visit_is_not_found(desk: Client, sonia: User, odette: Patient, notice):
    url = start(desk)
    done = do(desk, url, "mandate.give", {"scopes": ["space.open"], "duration": "year", "signer": "person"})
    receipt = done.headers["Location"]
    assert desk.get(receipt).status_code == 200
    desk.post(f"{url}fin/")
    other = start(desk)
    assert desk.get(receipt.replace(url, other)).status_code == 404


def test_the_end_is_reachable_ten_minutes_and_wipes_the_browser(desk: Client, odette: Patient):
    url = start(desk)
    assert "Terminer la visite ?" in desk.get(f"{url}fin/").content.decode()
    desk.post(f"{url}fin/")
    page = desk.get(f"{url}fin/")
    assert page.status_code == 200
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert page.headers["Cache-Control"] == "no-store"
    assert "Garnier" not in page.content.decode()
    with opened(odette.person.id):
        Visit.objects.update(ended_at=timezone.now() - timedelta(minutes=10, seconds=1))
    assert desk.get(f"{url}fin/").status_code == 403


def test_ending_twice_ends_once(desk: Client, odette: Patient):
    url = start(desk)
    assert desk.post(f"{url}fin/").status_code == desk.post(f"{url}fin/").status_code == 303
    assert [entry.code for entry in entries(odette.person.id)] == ["visit.started", "visit.ended"]


def test_leaving_keeps_the_sign_in_unless_the_computer_is_shared(desk: Client, odette: Patient):
    url = start(desk)
    desk.post(f"{url}fin/")
    answer = desk.post(f"{url}fin/quitter/")
    assert (answer.headers["Location"], answer.headers["Clear-Site-Data"]) == ("/guichet/", '"cache", "storage"')
    assert desk.get("/guichet/").status_code == 200
    answer = desk.post(f"{url}fin/quitter/", {"shared": "yes"})
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert desk.get("/guichet/").status_code == 302


@pytest.mark.parametrize(
    ("path", "method"),
    [("", "post"), ("fin/pdf/", "post"), ("fin/quitter/", "get"), (f"recu/{NONE}/", "post"),
     (f"mandat/{NONE}/imprimer/", "get"), ("notice/fr/pdf/", "post"), ("fin/", "put"), ("actes/space.open/", "put")],
)  # fmt: skip
def test_a_wrong_method_is_refused(desk: Client, path, method):
    assert getattr(desk, method)(start(desk) + path).status_code == 405


@pytest.mark.parametrize(
    "path", ["actes/nothing.at-all/", "actes/debate.contribute/", "notice/xx/pdf/", "formulaire/no/pdf/"]
)
def test_what_does_not_exist_is_not_found(desk: Client, path):
    assert desk.get(start(desk) + path).status_code == 404


def test_the_bar_says_whose_file_is_open_on_every_page_of_the_visit(desk: Client, odette: Patient):
    url = start(desk)
    for path in ("", "actes/mandate.give/", "fin/"):
        bar = re.search(r'<section class="pg-visit".*?</section>', desk.get(url + path).content.decode(), re.S)
        assert bar
        assert "Odette Garnier" in bar[0]
        assert f'action="{url}fin/"' in bar[0]


def statements(client: Client, url: str) -> int:
    """How many statements a page sends, beside those that open and close transactions."""
    with connection.execute_wrapper(counter := _Counter()):
        assert client.get(url).status_code == 200
    return counter.number


class _Counter:
    number = 0

    def __call__(self, execute, sql, params, many, context):
        # Closing the wall is a statement only inside another transaction, that of the test.
        if not sql.startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) and params != ["", "on"]:
            self.number += 1
        return execute(sql, params, many, context)


def test_the_number_of_statements_does_not_depend_on_what_was_done(desk: Client, karim: User, odette: Patient, notice):
    url = start(desk)
    sign(draft_mandate(desk, url), karim, url)
    do(desk, url, "space.open", OPENING)
    counts = []
    for _round in range(2):
        counts.append(
            [statements(desk, url + path) for path in ("", "actes/grant.give/", "actes/mandate.revoke/", "fin/")]
        )
        for number in range(10):
            do(desk, url, "consent.give" if number % 2 else "consent.withdraw", {"purpose": "reminders"})
            draft_mandate(desk, url)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12, counts[0]


def test_nothing_typed_reaches_an_address_or_a_log(desk: Client, caplog):
    url = start(desk, LUCIEN)
    desk.get(url)
    assert "Perrin" not in url
    assert "Perrin" not in caplog.text


def test_a_mandate_drafted_by_two_tabs_at_once_makes_one_person(desk: Client, karim: User):
    url = start(desk)
    draft_mandate(desk, url, person_known=False)
    again = do(desk, url, "mandate.give", {"scopes": ["space.open"], "duration": "month", "signer": "person"})
    assert again.status_code == 303
    assert latest_mandate(ODETTE).person_id == find_confirmed(ODETTE)
    with opened(find_confirmed(ODETTE)):
        assert JournalEntry.objects.filter(code="mandate.give").count() == 2


def test_anonymous_people_are_led_to_sign_in(desk: Client, client: Client):
    url = start(desk)
    assert client.get(url).headers["Location"].startswith(reverse("account_login"))
    assert client.get("/guichet/").headers["Location"].startswith(reverse("account_login"))


def test_once_a_death_is_on_record_the_file_says_so_and_offers_to_take_it_back_alone(desk: Client, karim, odette):
    url = start(desk)
    sign(draft_mandate(desk, url), karim, url)
    with opened(odette.person.id):
        write_letter(odette.person, uuid4(), {"subject": "Essai", "paragraphs": []}, at_counter=True)
        Person.objects.filter(pk=odette.person.id).update(frozen_at=timezone.now())
    page = desk.get(url).content.decode()
    assert "le décès de la personne a été signalé" in page
    assert set(re.findall(r'href="[^"]*/actes/([\w.-]+)/', page)) == {"space.unfreeze"}
    assert "Courriers qui attendent" not in page
    assert do(desk, url, "space.unfreeze", {"alive": "on"}).status_code == 303
    page = desk.get(url).content.decode()
    assert "le décès de la personne a été signalé" not in page
    assert "actes/mandate.give/" in page
    assert "Courriers qui attendent" in page
