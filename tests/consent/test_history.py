"""« Qui a fait quoi »: every trace in words, filtered, paged, printed, in few statements."""

import ast
import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance.models import Counter
from consent import journal
from consent.acts.registry import all_acts
from consent.bases import Actor, Basis, BasisRefused, ReaderWords, Via
from consent.models import Case, CaseKind, JournalEntry
from consent.models.journal_entry import ActorKind
from consent.trace import history
from consent.wall import opened
from tests.consent.conftest import does
from tests.consent.reading_cast import DAUGHTER, LEMOINE, MOREAU, did_read, reads

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
    assert len(statements) <= 12, [each["sql"][:80] for each in statements]


def test_a_long_history_comes_in_pages_and_prints_in_one(odette, odette_online, boussac):
    fill(odette.person.id, 60)
    seen = [odette_online.get(f"{TRACE}?page={page}").content.decode().count("– Dossier ouvert") for page in (1, 2, 3)]
    assert seen == [25, 25, 10]
    printed = odette_online.get(f"{TRACE}?imprimer=1").content.decode()
    assert printed.count("– Dossier ouvert") == 60
    assert "Odette Garnier" in printed


def test_traces_are_grouped_by_day_the_newest_first(odette, odette_online):
    with opened(odette.person.id):
        for days in (0, 0, 3):
            entry = JournalEntry(
                person_id=odette.person.id, at=timezone.now() - timedelta(days=days), nature="event", code="account.code",
                outcome="done", via="public", actor_kind="public", details={"facts": []}, nonce="00",
                salt=bytes(16), commitment=bytes(32), imprint=bytes(32),
            )  # fmt: skip
            entry.save(force_insert=True)
    html = odette_online.get(TRACE).content.decode()
    assert len(re.findall(r"<h2>\w+ (?:1er|\d+) \w+ 20\d\d</h2>", html)) == 2


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


# -- Readers ---------------------------------------------------------------------------------------------


def test_a_reader_is_told_by_name_profession_and_place_as_they_were_then(odette, odette_online):
    reads(odette.person.id, LEMOINE)
    assert "Par Dr Claire Lemoine (médecin généraliste, Boussac)" in text(odette_online.get(TRACE))


def test_who_read_is_unreadable_in_the_database_itself(odette, owner_connection):
    entry = reads(odette.person.id, LEMOINE)
    with opened(odette.person.id), connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM consent_journalentry t WHERE id = %s", [entry.pk])
        assert b"Lemoine".hex() not in (row := cursor.fetchone()[0])
        assert "Lemoine" not in row


def test_an_agent_is_never_told_by_name(odette, odette_online, boussac):
    actor = Actor(ActorKind.AGENT, None, 137, words=ReaderWords("Karim Benali"))
    with opened(odette.person.id):
        entry = journal.write_read(Basis(Via.MANDATE, odette.person.id, actor), "visit.file", [])
        assert "reader" not in entry.details
    said = text(odette_online.get(TRACE))
    assert "Karim" not in said
    assert "France Services de Boussac" in said


def test_each_reader_is_shown_once_with_how_many_times_and_their_last_lines(odette, odette_online, busy):
    for _time in range(7):
        reads(odette.person.id, LEMOINE)
    reads(odette.person.id, MOREAU)
    answer = odette_online.get(f"{TRACE}?par=lecteur")
    titles = re.findall(r"<h2>(.*?)</h2>", answer.content.decode())
    assert titles[:2] == ["Dr Paul Moreau (cardiologue, Guéret)", "Dr Claire Lemoine (médecin généraliste, Boussac)"]
    assert len(titles) == len(set(titles)) == 5, titles
    said = text(answer)
    assert "Auteurs de traces : 5." in said
    assert "Traces : 7, la première le" in said
    groups = answer.context["readers"]
    assert [len(group["lines"]) for group in groups][:2] == [1, 5]
    assert [line.line.at for line in groups[1]["lines"]] == sorted(
        (line.line.at for line in groups[1]["lines"]), reverse=True
    )


def test_all_the_lines_of_one_reader_are_one_link_away(odette, odette_online, busy):
    for _time in range(7):
        reads(odette.person.id, LEMOINE)
    reads(odette.person.id, MOREAU)
    page = odette_online.get(f"{TRACE}?par=lecteur").content.decode()
    for query in re.findall(r'href="\?(reader=[^"]*)"', page):
        said = text(odette_online.get(f"{TRACE}?{query}"))
        assert "7 traces." in said
        assert "Moreau" not in said


def test_two_agents_of_a_counter_are_one_reader(odette, odette_online, boussac):
    for _agent in range(2):
        actor = Actor(ActorKind.AGENT, uuid4(), 137)
        with opened(odette.person.id):
            journal.write_read(Basis(Via.MANDATE, odette.person.id, actor), "visit.file", [])
    assert "Auteurs de traces : 1." in text(odette_online.get(f"{TRACE}?par=lecteur"))


def test_what_the_person_did_is_apart_from_what_a_representative_did(odette, odette_online):
    does(odette, "telling.change", {"reads": "nothing", "quarterly": "no"})
    reads(odette.person.id, DAUGHTER, Via.REPRESENTATION)
    titles = re.findall(r"<h2>(.*?)</h2>", odette_online.get(f"{TRACE}?par=lecteur").content.decode())
    assert titles[:2] == ["Hélène Vidal (tutrice)", "La personne elle-même"]
    assert "1 trace." in text(odette_online.get(f"{TRACE}?reader=person"))
    assert "1 trace." in text(odette_online.get(f"{TRACE}?reader={DAUGHTER.kind.value}:{DAUGHTER.id}"))


def test_only_the_reads_by_others(odette, odette_online, busy):
    reads(odette.person.id, LEMOINE)
    said = text(odette_online.get(f"{TRACE}?others=on"))
    assert "2 traces." in said
    assert "Ouvrir mon espace" not in said


@pytest.mark.parametrize(
    "key", ["x", "person:1", "agent:x", "person:" + "-" * 36, "agent:137'--", "machine:" + "0" * 60, "agent:9999999999"]
)
def test_a_reader_that_is_none_says_so(odette_online, odette, key):
    assert odette_online.get(TRACE, {"reader": key}).status_code == 422


def test_a_day_goes_from_midnight_to_midnight_here(odette, odette_online):
    from datetime import UTC, datetime

    # Half past midnight in Paris, still the day before in Greenwich.
    did_read(odette.person.id, datetime(2026, 7, 9, 22, 30, tzinfo=UTC))
    assert "1 trace." in text(odette_online.get(f"{TRACE}?since=10/07/2026&until=10/07/2026"))
    assert "Aucune trace." in text(odette_online.get(f"{TRACE}?until=09/07/2026"))


@pytest.mark.parametrize("number", [1, 10, 100])
def test_the_statements_by_reader_are_few_and_constant_at(number, odette, odette_online, boussac):
    for _time in range(number):
        actor = Actor(ActorKind.PROFESSIONAL, uuid4(), words=ReaderWords("Dr Claire Lemoine"))
        reads(odette.person.id, actor)
    with CaptureQueriesContext(connection) as statements:
        assert odette_online.get(f"{TRACE}?par=lecteur").status_code == 200
    assert len(statements) <= 12, [each["sql"][:80] for each in statements]


def test_every_line_of_somebody_else_can_be_contested_and_no_other(odette, odette_online, busy):
    entry = reads(odette.person.id, LEMOINE)
    for query in ("", "?par=lecteur"):
        page = odette_online.get(f"{TRACE}{query}").content.decode()
        links = re.findall(r'href="(/mon-espace/actes/entry\.contest/[^"]*)"', page)
        assert f"/mon-espace/actes/entry.contest/{entry.pk}/" in links
        # Odette's opening, and what the service did by itself, are nobody else's.
        assert len(links) == 3, query
    assert "Contester" not in odette_online.get(f"{TRACE}?imprimer=1").content.decode()


def test_a_line_that_was_contested_says_so_and_is_contested_once(odette, odette_online):
    entry, other = reads(odette.person.id, LEMOINE), reads(odette.person.id, LEMOINE)
    with opened(odette.person.id):
        Case.objects.create(
            reference="DM-TEST-0001", person_id=odette.person.id, kind=CaseKind.CONTEST, subject_id=entry.pk,
            words="Ce n’était pas moi.", due_on=timezone.localdate(),
        )  # fmt: skip
    page = odette_online.get(TRACE).content.decode()
    assert f"/mon-espace/actes/entry.contest/{entry.pk}/" not in page
    assert f"/mon-espace/actes/entry.contest/{other.pk}/" in page
    assert page.count("contestée") == 1


def test_without_that_act_there_is_no_link(odette, odette_online, busy, monkeypatch):
    from consent.acts import registry

    monkeypatch.delitem(registry._acts, "entry.contest", raising=False)
    assert "entry.contest" not in odette_online.get(TRACE).content.decode()


def test_the_printed_page_says_its_period_and_its_filters(odette_online, busy):
    said = text(odette_online.get(f"{TRACE}?imprimer=1&since=01/01/2026&refused=on"))
    assert "Période : depuis le 1er janvier 2026. Seulement les essais refusés." in said


def test_the_page_says_that_the_history_is_at_once_free_and_kept(odette_online, odette):
    assert "gratuitement ; elle est gardée au moins 3 ans" in text(odette_online.get(TRACE))


# -- A history that is long --------------------------------------------------------------------------------


def test_beyond_the_numbered_pages_one_goes_on_and_every_line_is_seen_once(odette, odette_online, monkeypatch):
    monkeypatch.setattr("consent.trace.pages.NUMBERED", 60)
    now = timezone.now()
    for number in range(140):
        # Several at one moment, on both sides of where the numbered pages end.
        did_read(odette.person.id, now - timedelta(minutes=number // 7))
    seen, path = [], TRACE
    assert "Plus de 60 traces." in text(odette_online.get(TRACE))
    for _page in range(12):
        answer = odette_online.get(path)
        seen += [shown.line for _day, lines in answer.context["days"] for shown in lines]
        page = answer.content.decode()
        following = re.search(r'rel="next" href="([^"]*)"', page) or re.search(
            r'href="([^"]*)">Les traces plus anciennes', page
        )
        if following is None:
            break
        path = TRACE + unescape(following[1])
    assert len({line.id for line in seen}) == len(seen) == 140
    assert [line.at for line in seen] == sorted((line.at for line in seen), reverse=True)


@pytest.mark.parametrize(
    "place", ["x", "1-2", "9" * 17 + "-" + "0" * 36, "0-" + "-" * 36, "99999999999999999-" + "a" * 36]
)
def test_a_place_that_is_none_says_so(odette_online, odette, place):
    assert odette_online.get(TRACE, {"before": place}).status_code == 422


def test_what_a_page_counts_and_skips_is_bound(odette, odette_online):
    fill(odette.person.id, 30)
    with CaptureQueriesContext(connection) as statements:
        odette_online.get(TRACE)
    counting = [each["sql"] for each in statements if "COUNT(" in each["sql"]]
    assert len(counting) == 1
    assert "LIMIT 1001" in counting[0]


CODE = re.compile(r"(?!consent)[a-z]+(-[a-z]+)*\.(?!html|css)[a-z]+(-[a-z]+)*")


def test_every_code_that_the_service_writes_is_told_in_words():
    """Every text of the code that looks like a code, of something that codes are about, is an act or has its words."""
    about = set(history.kinds())
    found = {
        node.value
        for app in ("consent", "records", "assistance")
        for source in (settings.BASE_DIR / app).rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if CODE.fullmatch(node.value) and node.value.partition(".")[0] in about
    }
    assert {"sheet.read", "grant.give", "visit.started"} <= found
    assert [code for code in sorted(found) if history.what_words(code) == code] == []
