"""What the auditor asks a professional: told by mail, answered in « Mes patients », read by the auditor, no patient named."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core import mail as outgoing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance.roles import Service, join_service
from consent import retention, same_time
from consent.bases import Actor
from consent.models import Explanation, Professional
from consent.models.journal_entry import ActorKind
from consent.roles import make_professional
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.audit_cast import (
    ALLERGY,
    FAIR,
    HOME,
    REASON,
    SIGNALS,
    URGENT,
    a_weekday,
    access_id,
    allowed,
    at_nobody,
    entries,
    lemoine,
    local,
    text,
    wrote,
)  # fmt: skip
from tests.assistance.mail_room import deliver_all, own_store, staff
from tests.cast import Patient
from tests.consent.conftest import odette_online, with_space
from tests.html import html_errors

__all__ = ["access_id", "allowed", "lemoine", "odette_online", "own_store", "with_space"]
pytestmark = pytest.mark.django_db
QUESTION, ANSWER = "Pourquoi l’avoir ouvert un dimanche ?", "J’étais de garde, et elle ne répondait plus."
EXPLAIN = {"finding": "explain", "words": "Je pose une question au médecin.", "question": QUESTION}


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_time, "SAME_TIME", 0.0)


@pytest.fixture
def doctor(lemoine: User, sign_in) -> Client:
    return sign_in(lemoine)


def ask(auditor: Client, access_id: UUID, person: Patient) -> str:
    """Ask about an emergency access; where it is answered."""
    assert auditor.post(f"{URGENT}{access_id}/", EXPLAIN).status_code == 303
    with opened(person.person.id):
        return f"/soins/explications/{Explanation.objects.get(access_id=access_id).pk}/"


def a_night(odette: Patient, lemoine: User) -> str:
    """Six reads by the doctor in one night; where the signal is."""
    day = a_weekday()
    for minute in range(6):
        at = local(day, 23, minute)
        wrote(odette, at, "space.read", Actor(ActorKind.PROFESSIONAL, lemoine.pk), nature="read", via="grant")
    return f"{SIGNALS}night/{lemoine.pk}/{day.isoformat()}/"


def test_to_be_explained_needs_a_question(auditor: Client, access_id: UUID):
    answer = auditor.post(f"{URGENT}{access_id}/", {**EXPLAIN, "question": " "})
    assert answer.status_code == 422
    assert "Écrivez ce que le professionnel doit expliquer." in text(answer)
    assert auditor.post(f"{URGENT}{access_id}/", FAIR).status_code == 303, "another finding needs none"


def test_the_professional_is_told_by_mail_and_in_their_pages_and_no_patient_is_named(
    auditor: Client, doctor: Client, lemoine: User, access_id: UUID, allowed: Patient
):
    path = ask(auditor, access_id, allowed)
    deliver_all()
    (mail,) = [one for one in outgoing.outbox if one.to == [lemoine.email]]
    home, page = text(doctor.get("/soins/")), text(doctor.get(path))
    assert path in home
    assert path in mail.body
    assert QUESTION in page
    assert html_errors(home) == html_errors(page) == []
    for words in (mail.subject + mail.body, home, page):
        for hidden in ("Odette", "Garnier", ALLERGY, REASON, str(allowed.person.id)):
            assert hidden not in words
    assert QUESTION not in mail.subject + mail.body


def test_the_answer_is_read_by_the_auditor_and_known_to_the_person(
    auditor: Client, doctor: Client, lemoine: User, access_id: UUID, allowed: Patient
):
    path = ask(auditor, access_id, allowed)
    assert "Dont en attente d’une explication : 1" in text(auditor.get(HOME))
    assert doctor.post(path, {"words": ""}).status_code == 422
    assert doctor.post(path, {"words": ANSWER}).status_code == doctor.post(path, {"words": ANSWER}).status_code == 303
    other = doctor.post(path, {"words": "Autre chose."})
    assert other.status_code == 409
    assert "Autre chose." in text(other)
    assert path not in text(doctor.get("/soins/"))
    assert ANSWER in text(doctor.get(path))
    page = text(auditor.get(f"{URGENT}{access_id}/"))
    assert QUESTION in page
    assert ANSWER in page
    assert "explication reçue" in text(auditor.get(URGENT))
    home = text(auditor.get(HOME))
    assert "Dont expliqués, à relire : 1" in home
    assert "Dont en attente" not in home
    (entry,) = entries(allowed, "audit.explained")
    assert (entry.nature, entry.actor_kind, entry.actor_id) == ("event", "pro", lemoine.pk)
    assert ANSWER not in str(entry.details)


def test_the_same_form_twice_is_one_question_and_another_question_is_another(
    auditor: Client, access_id: UUID, allowed: Patient
):
    ask(auditor, access_id, allowed)
    ask(auditor, access_id, allowed)
    assert auditor.post(f"{URGENT}{access_id}/", {**EXPLAIN, "question": "Et qui vous a appelé ?"}).status_code == 303
    with opened(allowed.person.id):
        assert Explanation.objects.filter(access_id=access_id).count() == 2
    assert "Dont en attente d’une explication : 1" in text(auditor.get(HOME))


def test_a_question_is_for_one_professional(auditor: Client, access_id: UUID, allowed: Patient, sign_in, paul: User):
    path = ask(auditor, access_id, allowed)
    other = staff("ferrand@soins.exemple.fr", "")
    make_professional(other, Professional.objects.create(rpps="10100000016", name="Dr Hugo Ferrand", profession="x"))
    for client in (sign_in(other), auditor):
        assert client.get(path).status_code == client.post(path, {"words": ANSWER}).status_code == 404
    assert path not in text(sign_in(other).get("/soins/"))


def test_a_question_goes_with_its_person(
    auditor: Client, doctor: Client, access_id: UUID, allowed: Patient, owner_connection
):
    path = ask(auditor, access_id, allowed)
    with opened(allowed.person.id):
        allowed.person.delete()
    assert doctor.get(path).status_code == doctor.post(path, {"words": ANSWER}).status_code == 404
    assert path not in text(doctor.get("/soins/"))


def test_a_professional_explains_a_signal_too(
    auditor: Client, doctor: Client, lemoine: User, odette: Patient, paul: User
):
    path = a_night(odette, lemoine)
    assert auditor.post(path, {"step": "ask", "question": ""}).status_code == 422
    for _twice in range(2):
        assert auditor.post(path, {"step": "ask", "question": QUESTION}).status_code == 303
    asked = Explanation.objects.get()
    assert len(at_nobody("audit.asked")) == 1
    deliver_all()
    (mail,) = outgoing.outbox
    assert mail.to == [lemoine.email]
    where = f"/soins/explications/{asked.pk}/"
    assert where in text(doctor.get("/soins/"))
    assert "vos lectures du" in text(doctor.get(where))
    assert doctor.post(where, {"words": ANSWER}).status_code == 303
    assert len(at_nobody("audit.explained")) == 1
    page = text(auditor.get(path))
    assert ANSWER in page
    assert html_errors(page) == []
    assert path in text(auditor.get(f"{SIGNALS}?regle=night")), "it is the auditor who says that it is seen"
    assert ANSWER.encode() not in bytes(
        connection.cursor().execute("SELECT answer FROM consent_explanation").fetchone()[0]
    )


def test_of_an_agent_nothing_is_asked_here(auditor: Client, odette: Patient, boussac, paul: User):
    agent = staff("karim@guichet.exemple.fr", "Karim")
    wrote(
        odette,
        local(a_weekday(), 21),
        "visit.file",
        Actor(ActorKind.AGENT, agent.pk, 137),
        nature="read",
        via="mandate",
    )
    path = f"{SIGNALS}closed/{agent.pk}/{a_weekday().isoformat()}/"
    assert "Demander une explication" not in text(auditor.get(path))
    assert auditor.post(path, {"step": "ask", "question": QUESTION}).status_code == 404


def test_a_professional_who_audits_asks_nothing_of_themselves(access_id: UUID, lemoine: User, sign_in):
    join_service(lemoine, Service.AUDIT)
    assert sign_in(lemoine).post(f"{URGENT}{access_id}/", EXPLAIN).status_code == 403


def test_thirty_questions_cost_what_one_does(doctor: Client, lemoine: User, paul: User):
    counts = []
    for many in (1, 29):
        for _question in range(many):
            Explanation.objects.create(
                professional_id=lemoine.professional_id, rule="night", actor_id=lemoine.pk, day=date(2026, 1, 1),
                question=QUESTION, asked_by=paul.pk,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            page = text(doctor.get("/soins/"))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
    assert page.count("/soins/explications/") == 30


def test_what_was_asked_of_a_signal_goes_after_five_years(lemoine: User, paul: User):
    for days in (5 * 366 + 1, 5 * 364):
        Explanation.objects.create(
            professional_id=lemoine.professional_id, rule="night", actor_id=lemoine.pk, day=date(2020, 1, 1),
            question=QUESTION, asked_by=paul.pk, asked_at=timezone.now() - timedelta(days=days),
        )  # fmt: skip
    (rule,) = [rule for rule in retention.all_rules() if rule.code == "explanations"]
    assert retention.apply(rule).rows == 1
    assert Explanation.objects.count() == 1
