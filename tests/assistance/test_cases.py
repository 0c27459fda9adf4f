"""Those who answer: the queues, reading one case, more time, the answer on its way, and the clock."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail as outgoing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance import case_clock, cases
from assistance.models import Letter
from consent import outbox
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.models import Case, CaseOutcome, CaseState, Channel, JournalEntry, Person
from consent.models.case import month_after
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.mail_room import *  # noqa: F403
from tests.assistance.mail_room import deliver_all
from tests.cast import Patient

pytestmark = pytest.mark.django_db
COPY = {"extent": "some", "which": "Ce qui porte mon adresse."}
ANSWER = {"outcome": "granted", "answer": "Voici votre copie, jointe à cette lettre."}


def asked(patient: Patient, code: str = "rights.copy", answers: dict[str, Any] | None = None) -> UUID:
    """A case of this person, opened by their act."""
    perform(get_act(code), patient.basis, answers or COPY, uuid4())
    with opened(patient.person.id):
        return Case.objects.latest("opened_at").pk


def case_of(patient: Patient, case_id: UUID) -> Case:
    with opened(patient.person.id):
        case = Case.objects.get(pk=case_id)
        _opened = case.words, case.answer, case.extension_reason
        return case


def due_in(patient: Patient, case_id: UUID, days: int) -> None:
    with opened(patient.person.id):
        Case.objects.filter(pk=case_id).update(due_on=timezone.localdate() + timedelta(days=days))


def url(case_id: UUID) -> str:
    return f"/service/demandes/{case_id}/"


def entries(patient: Patient, code: str) -> list[JournalEntry]:
    with opened(patient.person.id):
        found = list(JournalEntry.objects.filter(code=code).order_by("at"))
        for entry in found:
            _opened = entry.details
        return found


# -- The queue ------------------------------------------------------------------------------------


def test_the_queue_shows_late_ones_first_and_nothing_of_anyone(desk: Client, odette: Patient, aicha: Patient):
    first, second, third = asked(odette), asked(aicha), asked(odette)
    due_in(aicha, second, -2)
    due_in(odette, third, 3)
    page = desk.get("/service/demandes/").content.decode()
    places = [page.index(str(case_id)) for case_id in (second, third, first)]
    assert places == sorted(places)
    assert "Demandes en retard : 1." in page
    assert "Demandes à répondre dans les 7 jours : 1." in page
    for personal in ("Garnier", "Odette", "Aïcha", "adresse."):
        assert personal not in page
    assert "Demandes en retard : 1." in desk.get("/service/").content.decode()


def test_the_queue_costs_the_same_with_one_and_with_a_hundred(desk: Client, odette: Patient):
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get("/service/demandes/").status_code == 200
        return len([q for q in queries if "SAVEPOINT" not in q["sql"]])

    asked(odette)
    one = statements()
    for _ in range(30):
        asked(odette)
    assert statements() == one <= 12


def test_each_desk_has_its_kinds_and_no_other(desk: Client, auditor: Client, odette: Patient):
    copy, complaint = asked(odette), asked(odette, "rights.complaint", {"what": "Mal reçue."})
    assert str(copy) in desk.get("/service/demandes/").content.decode()
    assert str(complaint) not in desk.get("/service/demandes/").content.decode()
    assert str(complaint) in auditor.get("/service/audit/cas/").content.decode()
    assert str(copy) not in auditor.get("/service/audit/cas/").content.decode()
    for client, path in (
        (desk, url(complaint)), (auditor, f"/service/audit/cas/{copy}/"), (auditor, url(copy)),
        (desk, f"/service/audit/cas/{complaint}/"), (desk, url(uuid4())), (auditor, "/service/demandes/"),
        (desk, "/service/audit/cas/"),
    ):  # fmt: skip
        assert client.get(path).status_code == 404
        assert client.post(path, ANSWER).status_code in (404, 405)


# -- One case -------------------------------------------------------------------------------------


def test_reading_a_case_is_a_read_that_its_person_sees_once_in_ten_minutes(desk: Client, odette: Patient, claire: User):
    case_id = asked(odette)
    for _ in range(2):
        page = desk.get(url(case_id)).content.decode()
        assert "Ce qui porte mon adresse." in page
        assert "Odette Garnier" in page
    (entry,) = entries(odette, "case.read")
    assert (entry.nature, entry.via, entry.actor_kind, entry.actor_id) == ("read", "service", "clerk", claire.pk)


def test_a_clerk_does_not_read_their_own_request(desk: Client, odette: Patient, claire: User):
    case_id = asked(odette)
    odette.user.person_id = None
    odette.user.save()
    claire.person_id = odette.person.id
    claire.save()
    page = desk.get(url(case_id))
    assert page.status_code == 403
    assert "un collègue le fera" in page.content.decode()
    assert desk.post(url(case_id), ANSWER).status_code == 403
    assert {entry.outcome for entry in entries(odette, "case.read")} == {"refused"}
    assert case_of(odette, case_id).state == CaseState.OPEN


def test_the_auditor_sees_the_contested_line_and_neither_name_nor_details(auditor: Client, odette: Patient):
    perform(get_act("contact.change"), odette.basis, {"channel": "counter", "address": "9 rue Cachée"}, uuid4())
    with opened(odette.person.id):
        line = JournalEntry.objects.get(code="contact.change")
    perform(get_act("entry.contest"), odette.basis, {"why": "Ce n’était pas moi."}, uuid4(), line.pk)
    with opened(odette.person.id):
        case_id = Case.objects.get().pk
    with CaptureQueriesContext(connection) as queries:
        page = auditor.get(f"/service/audit/cas/{case_id}/").content.decode()
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"] and "plein.person', ''" not in q["sql"]]) <= 12
    assert "Ce n’était pas moi." in page
    assert str(line.pk) in page
    for hidden in ("Garnier", "Odette", "9 rue Cachée", str(odette.user.pk)):
        assert hidden not in page
    assert "Contestation fondée" in page
    assert entries(odette, "case.read")[0].actor_kind == "auditor"


def test_the_answer_is_on_screen_by_letter_and_in_the_journal(desk: Client, odette: Patient, claire: User, sign_in):
    case_id = asked(odette)
    deliver_all()
    answered = desk.post(url(case_id), ANSWER)
    assert (answered.status_code, answered.headers["Location"]) == (303, url(case_id))
    case = case_of(odette, case_id)
    assert (case.state, case.outcome, case.answer, case.answered_by_id) == (
        CaseState.ANSWERED, "granted", ANSWER["answer"], claire.pk,
    )  # fmt: skip
    deliver_all()
    with opened(odette.person.id):
        letter = Letter.objects.latest("created_at")
        words = str(letter.content)
    assert ANSWER["answer"] in words
    assert case.reference in words
    assert "CNIL" not in words
    assert ANSWER["answer"] in sign_in(odette.user).get("/mon-espace/demandes/").content.decode()
    (entry,) = entries(odette, "case.answered")
    assert ANSWER["answer"] not in str(entry.details)
    assert "Voici votre copie" in desk.get(url(case_id)).content.decode()


def test_a_refusal_says_by_letter_where_to_complain(desk: Client, odette: Patient):
    case_id = asked(odette)
    desk.post(url(case_id), {"outcome": "declined", "answer": "Ces données ne sont pas ici."})
    deliver_all()
    with opened(odette.person.id):
        assert "CNIL" in str(Letter.objects.latest("created_at").content)


def test_who_is_told_on_screen_gets_an_e_mail_that_says_nothing(desk: Client, odette: Patient):
    with opened(odette.person.id):
        person = Person.objects.get()
        person.channel, person.email = Channel.SCREEN, "odette@exemple.fr"
        person.save()
    case_id = asked(odette)
    deliver_all()
    outgoing.outbox.clear()
    desk.post(url(case_id), ANSWER)
    deliver_all()
    (message,) = outgoing.outbox
    assert message.to == ["odette@exemple.fr"]
    assert "copie" not in message.body
    assert "/mon-espace/demandes/" in message.body


def test_the_same_answer_sent_twice_is_one_and_another_one_is_refused(desk: Client, odette: Patient):
    case_id = asked(odette)
    for _ in range(2):
        assert desk.post(url(case_id), ANSWER).status_code == 303
    assert len(entries(odette, "case.answered")) == 1
    other = desk.post(url(case_id), {"outcome": "declined", "answer": "Finalement non."})
    assert other.status_code == 409
    assert "déjà reçu sa réponse" in other.content.decode()
    assert "Finalement non." in other.content.decode(), "what was typed is kept"
    assert case_of(odette, case_id).answer == ANSWER["answer"]


@pytest.mark.parametrize("missing", ["outcome", "answer"])
def test_an_answer_that_lacks_something_keeps_what_was_typed(desk: Client, odette: Patient, missing: str):
    case_id = asked(odette)
    page = desk.post(url(case_id), {**ANSWER, missing: ""})
    assert page.status_code == 422
    assert ("Voici votre copie" in page.content.decode()) == (missing == "outcome")
    assert case_of(odette, case_id).state == CaseState.OPEN


# -- More time ------------------------------------------------------------------------------------


def extend(desk: Client, case_id: UUID, until: Any, reason: str = "Un dossier long.") -> Any:
    return desk.post(url(case_id), {"step": "extend", "until": f"{until:%d/%m/%Y}", "reason": reason})


def test_two_months_more_once_with_a_reason_that_the_person_reads(desk: Client, odette: Patient):
    case_id = asked(odette)
    deliver_all()
    until = month_after(case_of(odette, case_id).due_on, 2)
    assert extend(desk, case_id, until).status_code == 303
    case = case_of(odette, case_id)
    assert (case.state, case.extended_until, case.limit) == (CaseState.EXTENDED, until, until)
    deliver_all()
    with opened(odette.person.id):
        words = str(Letter.objects.latest("created_at").content)
    assert "Un dossier long." in words
    assert "CNIL" in words
    again = extend(desk, case_id, until - timedelta(days=1))
    assert again.status_code == 409
    assert "déjà été prolongé" in again.content.decode()


@pytest.mark.parametrize("days", [0, -5, 63])
def test_not_beyond_two_months_nor_to_an_earlier_day(desk: Client, odette: Patient, days: int):
    case_id = asked(odette)
    refused = extend(desk, case_id, case_of(odette, case_id).due_on + timedelta(days=days))
    assert refused.status_code == 409
    assert "Choisissez un jour après le" in refused.content.decode()
    assert case_of(odette, case_id).state == CaseState.OPEN


def test_not_once_the_month_is_over(desk: Client, odette: Patient):
    case_id = asked(odette)
    due_in(odette, case_id, -1)
    refused = extend(desk, case_id, timezone.localdate() + timedelta(days=20))
    assert refused.status_code == 409
    assert "trop tard pour prolonger" in refused.content.decode()
    assert "Prolonger le délai" not in desk.get(url(case_id)).content.decode()


# -- The clock ------------------------------------------------------------------------------------


def test_clerks_are_reminded_once_a_day_with_figures_alone(claire: User, paul: User, odette: Patient):
    cache.clear()
    case_id = asked(odette)
    assert case_clock.remind() == 0, "nothing is near"
    due_in(odette, case_id, 7)
    outgoing.outbox.clear()
    assert [case_clock.remind(), case_clock.remind()] == [1, 0]
    (message,) = outgoing.outbox
    assert message.to == ["claire@courrier.exemple.fr"]
    assert "À répondre dans les 7 jours : 1" in message.body
    assert "Garnier" not in message.body + message.subject
    assert case_clock.remind(timezone.localdate() + timedelta(days=1)) == 1


def test_the_auditor_is_reminded_of_the_auditors_cases(claire: User, paul: User, odette: Patient):
    cache.clear()
    due_in(odette, asked(odette, "rights.complaint", {"what": "Mal reçue."}), -1)
    assert case_clock.remind() == 1
    assert outgoing.outbox[-1].to == ["paul@service.exemple.fr"]


def test_when_the_delay_has_passed_the_person_is_told_once_and_how_to_complain(odette: Patient):
    case_id = asked(odette)
    deliver_all()
    due_in(odette, case_id, 0)
    assert case_clock.tell_late() == 0, "the last day is in time"
    due_in(odette, case_id, -1)
    assert [case_clock.tell_late(), case_clock.tell_late()] == [1, 0]
    deliver_all()
    with opened(odette.person.id):
        words = str(Letter.objects.latest("created_at").content)
    assert "le délai est passé" in words
    assert "CNIL" in words
    (entry,) = entries(odette, "case.late")
    assert entry.actor_kind == "machine"


def test_nothing_of_a_case_goes_to_the_home_of_someone_who_died(odette: Patient):
    due_in(odette, asked(odette), -2)
    deliver_all()
    with opened(odette.person.id):
        Letter.objects.all().delete()
        Person.objects.filter(pk=odette.person.pk).update(frozen_at=timezone.now())
    assert case_clock.tell_late() == 1, "those who answer are told all the same"
    deliver_all()
    with opened(odette.person.id):
        assert not Letter.objects.exists()


def test_an_answered_case_is_neither_late_nor_counted(desk: Client, odette: Patient, claire: User):
    case_id = asked(odette)
    due_in(odette, case_id, -1)
    cases.answer(cases.CLERKS, case_id, claire, CaseOutcome.GRANTED, "Voilà.")
    assert case_clock.tell_late() == 0
    assert cases.counts(cases.CLERKS) == cases.Counts(0, 1, 0, 0)
    assert "Voilà." not in desk.get("/service/demandes/?etat=repondues").content.decode()
    assert str(case_id) in desk.get("/service/demandes/?etat=repondues").content.decode()


def test_the_morning_task_does_both(claire: User, odette: Patient):
    from assistance.tasks import run_case_clock

    cache.clear()
    due_in(odette, asked(odette), -1)
    outgoing.outbox.clear()
    run_case_clock()
    assert [message.to for message in outgoing.outbox] == [["claire@courrier.exemple.fr"]]
    assert len(entries(odette, "case.late")) == 1
    while outbox.sweep(timedelta(0)):
        continue
