"""What is unusual in the journal is a signal: found by rules, told to nobody who is in it, seen once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from assistance import patterns
from assistance.models import Counter, SeenSignal
from assistance.roles import CounterRole, Service, join, join_service
from consent import journal, retention
from consent.bases import Actor, Basis, ReaderWords, Via
from consent.models import Establishment
from consent.models.journal_entry import ActorKind
from consent.roles import work_in
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.audit_cast import (
    ALLERGY,
    SIGNALS,
    a_weekday,
    at_nobody,
    entries,
    karim_at,
    lemoine,
    local,
    no_wait,
    text,
    wrote,
)
from tests.assistance.mail_room import boussac, own_store, staff
from tests.cast import Patient

__all__ = ["boussac", "lemoine", "no_wait", "own_store"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("visits", "minutes", "found"), [(10, 6, 1), (9, 6, 0), (10, 7, 0)])
def test_ten_visits_in_sixty_minutes_are_a_signal_wherever_the_hour_begins(
    odette: Patient, boussac: Counter, visits: int, minutes: int, found: int
):
    _karim, actor = karim_at(boussac)
    start = local(a_weekday(), 9, 31)
    for number in range(visits):
        at = start + timedelta(minutes=minutes * number)
        wrote(odette, at, "visit.started", actor, nature="event", via="presence")
    assert patterns.counts()["visits"].unseen == found
    if found:
        signal = patterns.signal_of(patterns.PATTERNS["visits"], actor.id, start.date())
        assert signal is not None
        assert (signal.times, signal.first) == (10, start)


@pytest.mark.parametrize(
    ("kind", "via", "hour", "back", "times", "rule", "found"),
    [
        (ActorKind.AGENT, "mandate", 21, 0, 1, "closed", 1),
        (ActorKind.AGENT, "mandate", 6, 0, 1, "closed", 1),
        (ActorKind.AGENT, "mandate", 19, 0, 1, "closed", 0),
        (ActorKind.CLERK, "service", 7, 0, 1, "closed", 0),
        (ActorKind.CLERK, "service", 11, 3, 1, "closed", 1),  # a Sunday
        (ActorKind.PROFESSIONAL, "grant", 23, 0, 5, "night", 1),
        (ActorKind.PROFESSIONAL, "grant", 23, 0, 4, "night", 0),
        (ActorKind.PROFESSIONAL, "grant", 21, 0, 5, "night", 0),
        (ActorKind.PROFESSIONAL, "emergency", 23, 0, 5, "night", 0),
    ],
)
def test_reads_out_of_hours(odette: Patient, paul: User, kind, via, hour, back, times, rule, found):
    day = a_weekday() - timedelta(days=back)
    for number in range(times):
        wrote(odette, local(day, hour, number), "visit.file", Actor(kind, paul.pk), nature="read", via=via)
    assert patterns.counts()[rule].unseen == found


def test_a_night_is_one_though_it_has_two_dates(odette: Patient, paul: User):
    day = a_weekday()
    for at in (local(day, 22), local(day, 23), local(day + timedelta(days=1), 1), local(day + timedelta(days=1), 2)):
        wrote(odette, at, "sheet.read", Actor(ActorKind.PROFESSIONAL, paul.pk), nature="read", via="grant")
    assert patterns.counts()["night"].unseen == 0
    wrote(
        odette,
        local(day + timedelta(days=1), 5),
        "sheet.read",
        Actor(ActorKind.PROFESSIONAL, paul.pk),
        nature="read",
        via="grant",
    )
    found = patterns.signal_of(patterns.PATTERNS["night"], paul.pk, day)
    assert found
    assert (found.day, found.times) == (day, 5)


def test_what_is_older_than_thirty_days_is_no_signal(odette: Patient, paul: User):
    wrote(odette, local(a_weekday(40), 21), "mail.read", Actor(ActorKind.CLERK, paul.pk), nature="read", via="service")
    assert patterns.counts()["closed"].unseen == 0


def reads(patient: Patient, actor: Actor, via: Via = Via.GRANT) -> None:
    with opened(patient.person.id):
        journal.write_read(Basis(via, patient.person.id, actor), "sheet.read", [("Contenu", ALLERGY)])


@pytest.mark.parametrize(
    ("name", "near"),
    [("Dr Hugo Garnier", 1), ("Dr Hugo GARNIER-PETIT", 1), ("Dr Hugo Garnierot", 0), ("Dr Claire Lemoine", 0)],
)
def test_a_namesake_who_reads_is_told_to_the_person_and_to_the_auditor(
    odette: Patient, lemoine: User, name: str, near: int
):
    actor = Actor(ActorKind.PROFESSIONAL, lemoine.pk, words=ReaderWords(name))
    for _ in range(2):
        reads(odette, actor)
    found = entries(odette, "signal.near")
    assert len(found) == near
    assert patterns.counts()["near"].unseen == near
    if near:
        (fact,) = found[0].details["facts"]
        assert fact[1] == "il porte le même nom de famille que vous"


def test_a_colleague_of_the_same_hospital(odette: Patient, lemoine: User):
    hospital = Establishment.objects.create(finess="230780041", name="Hôpital de Guéret", town="Guéret")
    work_in(lemoine, hospital)
    reads(odette, Actor(ActorKind.PROFESSIONAL, lemoine.pk, words=ReaderWords("Dr Claire Lemoine")))
    assert patterns.counts()["near"].unseen == 0
    work_in(odette.user, hospital)
    reads(odette, Actor(ActorKind.PROFESSIONAL, lemoine.pk, words=ReaderWords("Dr Claire Lemoine")))
    (entry,) = entries(odette, "signal.near")
    assert entry.details["facts"][0][1] == "il travaille au même endroit que vous"
    assert patterns.counts()["near"].unseen == 1


def test_a_colleague_of_the_same_counter_whatever_their_role(odette: Patient, boussac: Counter):
    _karim, actor = karim_at(boussac)
    reads(odette, actor, Via.MANDATE)
    assert patterns.counts()["near"].unseen == 0
    join(odette.user, boussac, CounterRole.MANAGER)
    reads(odette, actor, Via.MANDATE)
    assert patterns.counts()["near"].unseen == 1


def test_in_the_clear_the_journal_does_not_say_which_tie_it_is(odette: Patient, lemoine: User):
    reads(odette, Actor(ActorKind.PROFESSIONAL, lemoine.pk, words=ReaderWords("Dr Hugo Garnier")))
    with opened(odette.person.id), connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM consent_journalentry e WHERE code = 'signal.near'")
        (row,) = cursor.fetchall()
    assert "nom" not in row[0]


def test_a_signal_is_marked_as_seen_once_with_words(auditor: Client, odette: Patient, boussac: Counter, sign_in):
    karim, actor = karim_at(boussac)
    day = a_weekday()
    wrote(odette, local(day, 21), "visit.file", actor, nature="read", via="mandate")
    other = day - timedelta(days=7)
    wrote(odette, local(other, 21), "visit.file", actor, nature="read", via="mandate")
    path = f"{SIGNALS}closed/{karim.pk}/{day.isoformat()}/"
    assert path in text(auditor.get(f"{SIGNALS}?regle=closed"))
    page = text(auditor.get(path))
    assert "Karim Haddad" in page
    for hidden in ("Odette", "Garnier", ALLERGY):
        assert hidden not in page
    assert auditor.post(path, {"words": ""}).status_code == 422
    words = {"words": "Une permanence du soir, annoncée."}
    assert auditor.post(path, words).status_code == 303
    assert auditor.post(path, words).status_code == 303
    colleague = staff("lea@service.exemple.fr", "Léa")
    join_service(colleague, Service.AUDIT)
    late = sign_in(colleague).post(path, {"words": "Autre chose."})
    assert late.status_code == 409
    assert "Autre chose." in text(late)
    assert path not in text(auditor.get(f"{SIGNALS}?regle=closed"))
    assert path in text(auditor.get(f"{SIGNALS}?regle=closed&etat=vus"))
    assert f"{karim.pk}/{other.isoformat()}/" in text(auditor.get(f"{SIGNALS}?regle=closed"))
    assert f"{karim.pk}/{other.isoformat()}/" not in text(auditor.get(f"{SIGNALS}?regle=closed&etat=vus"))
    assert "Une permanence du soir" in text(auditor.get(path))
    assert SeenSignal.objects.count() == len(at_nobody("audit.seen")) == 1


def test_a_signal_that_goes_on_after_it_was_seen_is_one_again(auditor: Client, odette: Patient, boussac: Counter):
    karim, actor = karim_at(boussac)
    day = a_weekday()
    path = f"{SIGNALS}visits/{karim.pk}/{day.isoformat()}/"

    def visits(hour: int, number: int) -> None:
        for minute in range(number):
            wrote(odette, local(day, hour, minute), "visit.started", actor, nature="event", via="presence")

    visits(9, 10)
    assert auditor.post(path, {"words": "Une journée d’affluence."}).status_code == 303
    assert patterns.counts()["visits"] == (0, 1)
    visits(14, 10)
    assert patterns.counts()["visits"] == (1, 0)
    page = text(auditor.get(path))
    assert "Une journée d’affluence." in page
    assert "ce compte a continué" in page
    assert auditor.post(path, {"words": "Toute la journée, en fait."}).status_code == 303
    assert patterns.counts()["visits"] == (0, 1)
    page = text(auditor.get(path))
    assert page.index("Toute la journée") < page.index("Une journée")
    assert "ce compte a continué" not in page


def test_no_auditor_settles_a_signal_about_themselves(auditor: Client, paul: User, odette: Patient):
    day = a_weekday()
    wrote(odette, local(day, 21), "visit.file", Actor(ActorKind.AGENT, paul.pk), nature="read", via="mandate")
    answer = auditor.post(f"{SIGNALS}closed/{paul.pk}/{day.isoformat()}/", {"words": "Rien à dire."})
    assert answer.status_code == 409
    assert "ce qui nous concerne" in answer.content.decode()
    assert not SeenSignal.objects.exists()


def test_what_was_found_of_a_signal_goes_after_five_years(paul: User):
    for days in (5 * 366 + 1, 5 * 364):
        SeenSignal.objects.create(
            rule="closed", actor_id=paul.pk, day=date(2020, 1, 1) + timedelta(days=days), words="Vu.",
            seen_at=timezone.now() - timedelta(days=days), until=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    (rule,) = [rule for rule in retention.all_rules() if rule.code == "signals"]
    assert retention.apply(rule).rows == 1
    assert SeenSignal.objects.count() == 1


def test_no_such_signal(auditor: Client, paul: User):
    for path in (f"closed/{paul.pk}/2026-01-01/", f"closed/{paul.pk}/hier/", f"rien/{paul.pk}/2026-01-01/"):
        assert auditor.get(SIGNALS + path).status_code == 404
        assert auditor.post(SIGNALS + path, {"words": "Vu."}).status_code == 404
    assert auditor.get(f"{SIGNALS}?regle=rien&etat=rien&page=x").status_code == 200
