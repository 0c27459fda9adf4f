"""« Qui a fait quoi »: every trace in words, filtered, paged, printed, in few statements."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance.models import Counter
from consent import history, journal
from consent.acts.registry import all_acts
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.models import JournalEntry
from consent.models.journal_entry import ActorKind
from consent.wall import opened
from tests.consent.conftest import does

pytestmark = pytest.mark.django_db

TRACE = "/mon-espace/trace/"


@pytest.fixture
def boussac(db) -> Counter:
    return Counter.objects.create(number=137, name="France Services de Boussac", town="BOUSSAC")


def agent_basis(person_id) -> Basis:
    return Basis(Via.MANDATE, person_id, Actor(ActorKind.AGENT, None, 137), reference="MD-7K2P-9QXA")


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def busy(with_space, boussac):
    """An act, a read by an agent, a refused try, something that the service did by itself."""
    person_id = with_space.person.id
    with opened(person_id):
        journal.write_read(agent_basis(person_id), "visit.file", [("Pièce vue", "carte …X12")])
        journal.write_event(Basis(Via.SELF, person_id, journal.machine()), "mandate.unsigned", [], person_id=person_id)
    journal.write_refused(agent_basis(person_id), "grant.give", BasisRefused("Le mandat est terminé."))
    return with_space


def test_each_trace_says_when_who_what_and_by_what_right(odette_online, busy):
    said = text(odette_online.get(TRACE))
    assert "Ouvrir mon espace Par la personne elle-même, en ligne." in said
    assert "Dossier ouvert au guichet" in said
    assert "un agent du guichet" in said
    assert "France Services de Boussac" in said
    assert "au guichet, sous mandat écrit (MD-7K2P-9QXA)" in said
    assert "Pièce vue : carte …X12" in said
    assert "4 traces." in said


def test_a_refused_try_is_shown_with_its_reason_and_a_machine_is_told_from_a_human(odette_online, busy):
    said = text(odette_online.get(TRACE))
    assert "Donner un accès essai refusé" in said
    assert "Raison du refus : Le mandat est terminé." in said
    assert "Mandat non signé, effacé automatique Par le service, automatiquement" in said


@pytest.mark.parametrize(
    ("query", "shown", "number"),
    [
        ("who=machine", "Mandat non signé", 1),
        ("who=agent", "Dossier ouvert", 2),
        ("about=space", "Ouvrir mon espace", 1),
        ("about=grant", "Donner un accès", 1),
        ("refused=on", "essai refusé", 1),
        ("until=01/01/2020", "", 0),
        ("since=01/01/2020", "Ouvrir mon espace", 4),
    ],
)
def test_the_filters(odette_online, busy, query, shown, number):
    said = text(odette_online.get(f"{TRACE}?{query}"))
    assert shown in said
    assert {0: "Aucune trace.", 1: "1 trace."}.get(number, f"{number} traces.") in said


def test_a_filter_that_is_wrong_says_so(odette_online, busy):
    for query in ("since=hier", "since=02/01/2026&until=01/01/2026", "who=x", "about=';--"):
        answer = odette_online.get(f"{TRACE}?{query}")
        assert answer.status_code == 422
        assert 'id="erreurs"' in answer.content.decode()


def test_a_page_that_does_not_exist_is_the_nearest_one(odette_online, busy):
    for page in ("99", "x", "-1", "0"):
        assert odette_online.get(f"{TRACE}?page={page}").status_code == 200


def test_somebody_elses_traces_are_not_shown(aicha, sign_in, busy):
    assert "Aucune trace." in text(sign_in(aicha.user).get(TRACE))


def fill(person_id, number: int) -> None:
    with opened(person_id):
        for _index in range(number):
            journal.write_read(agent_basis(person_id), "visit.file", [("Pièce vue", "carte")])


@pytest.mark.parametrize("number", [1, 10, 100])
def test_the_statements_are_few_and_constant_at(number, odette, odette_online, boussac):
    fill(odette.person.id, number)
    with CaptureQueriesContext(connection) as statements:
        assert odette_online.get(TRACE).status_code == 200
    assert len(statements) <= 10, [each["sql"][:80] for each in statements]


def test_a_long_history_comes_in_pages_and_prints_in_one(odette, odette_online, boussac):
    fill(odette.person.id, 60)
    seen = [odette_online.get(f"{TRACE}?page={page}").content.decode().count("Dossier ouvert") for page in (1, 2, 3)]
    assert seen == [25, 25, 10]
    printed = odette_online.get(f"{TRACE}?imprimer=1").content.decode()
    assert printed.count("Dossier ouvert") == 60
    assert "Odette Garnier" in printed


def test_traces_are_grouped_by_day_the_newest_first(odette, odette_online):
    with opened(odette.person.id):
        for days in (0, 0, 3):
            entry = JournalEntry(
                person_id=odette.person.id, at=timezone.now() - timedelta(days=days), nature="event", code="account.code",
                outcome="done", via="public", actor_kind="public", details={"facts": []}, nonce="00",
                commitment=bytes(32),
            )  # fmt: skip
            entry.save(force_insert=True)
    html = odette_online.get(TRACE).content.decode()
    assert len(re.findall(r"<h2>\w+ \d+ \w+ 20\d\d</h2>", html)) == 2


def test_every_act_and_every_event_has_words():
    for act in all_acts():
        assert history.what_words(act.code) == str(act.label)
    for code in ("mandate.signed", "mandate.unsigned", "visit.started", "visit.ended", "visit.file", "account.linked",
                 "account.code", "space.erased", "person.erased"):  # fmt: skip
        assert history.what_words(code) != code


def test_an_account_linked_to_nobody_goes_home_and_a_post_is_refused(sign_in, client, odette_online):
    from portal.accounts.user import create_account
    from tests.cast import PASSWORD

    assert sign_in(create_account("new@exemple.fr", PASSWORD)).get(TRACE).url == "/mon-espace/"
    assert client.get(TRACE).status_code == 302
    assert odette_online.post(TRACE).status_code == 405


def test_a_change_and_its_withdrawal_are_both_there(odette, odette_online, with_grant):
    does(odette, "grant.revoke", {}, with_grant.pk)
    said = text(odette_online.get(f"{TRACE}?about=grant"))
    assert "Retirer un accès" in said
    assert "Donner un accès" in said
