"""The rights over one's data, and the contest of a line: what is asked becomes a case, once, with its date."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance.models import Letter, Mail
from consent import outbox
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.bases import Via
from consent.models import Case, CaseState, JournalEntry, Person, Representation
from consent.models.case import month_after
from consent.models.representation import EndReason, Kind
from consent.representing import ceiling
from consent.wall import opened
from tests.cast import AICHA, LUCIEN, Patient, make_patient, request_id
from tests.consent.conftest import check, confirm, does
from tests.examples import Case as ExampleCase
from tests.trials.world import World

pytestmark = pytest.mark.django_db
COPY = {"extent": "some", "which": "Ce qui porte mon adresse."}


def only_case(person_id) -> Case:
    with opened(person_id):
        case = Case.objects.get()
        _opened = case.words, case.answer
        return case


@pytest.mark.parametrize(
    ("code", "answers", "kind"),
    [
        ("rights.copy", COPY, "copy"),
        ("rights.rectification", {"wrong": "Ma rue.", "right": "Ma place."}, "rectification"),
        ("rights.limitation", {"ground": "accuracy", "which": "Mon adresse."}, "limitation"),
        ("rights.objection", {"what": "Les rappels.", "reasons": "Assez."}, "objection"),
        (
            "rights.heirs",
            {"deceased": "Garnier Lucette", "born": date(1931, 2, 3), "tie": "heir", "end": "memory", "why": "Savoir."},
            "heirs",
        ),
        ("rights.complaint", {"what": "Mal reçue."}, "complaint"),
    ],
)
def test_each_right_opens_a_case_of_its_kind_due_in_a_month(odette: Patient, code, answers, kind):
    does(odette, code, answers)
    case = only_case(odette.person.id)
    assert (case.kind, case.state, case.via) == (kind, CaseState.OPEN, "self")
    assert case.due_on == month_after(timezone.localdate())
    assert [words for _label, words in case.words][-1] == list(answers.values())[-1]


def test_what_was_written_is_neither_in_the_journal_nor_in_the_receipt(odette: Patient):
    does(odette, "rights.copy", COPY)
    with opened(odette.person.id):
        entry = JournalEntry.objects.get(code="rights.copy")
        words = str(entry.details)
    assert "mon adresse" not in words
    assert only_case(odette.person.id).reference in words


def test_what_was_written_is_not_readable_in_the_database(odette: Patient):
    does(odette, "rights.copy", COPY)
    with opened(odette.person.id), connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM consent_case c")
        assert "adresse" not in cursor.fetchone()[0]


def test_a_posted_request_is_due_a_month_after_it_came_and_not_after_it_was_keyed_in():
    world = World()
    act = get_act("rights.copy")
    mail = world.mail(world.odette)
    with opened(world.odette.id):
        Mail.objects.update(received_on=date(2026, 1, 31))
    from assistance.doors.paper import PaperDoor
    from tests.trials.world import _request

    basis = PaperDoor(_request(world.clerk), mail.pk).basis(act)
    perform(act, basis, COPY, request_id())
    assert only_case(world.odette.id).due_on == date(2026, 2, 28)


def test_someone_without_anything_here_may_ask_at_a_counter_and_is_kept_for_that_alone(world_without: World):
    ready = world_without.ready(ExampleCase(get_act("rights.copy"), Via.PRESENCE, known=False))
    receipt = ready.do()
    with opened(receipt.person_id):
        assert Person.objects.get().birth_name == LUCIEN.birth_name
        assert Case.objects.count() == 1
        item = outbox.OutboxItem.objects.create(
            topic="unneeded", subject_id=receipt.person_id, person_id=receipt.person_id
        )
    outbox.deliver(item.pk, receipt.person_id)
    with opened(receipt.person_id):
        assert Person.objects.exists(), "a case needs whose it is"


@pytest.fixture
def world_without(db: None) -> World:
    return World()


def test_the_copy_of_something_must_say_of_what(odette: Patient, odette_online: Client):
    page = check(odette_online, "/mon-espace/actes/rights.copy/", {"extent": "some", "which": ""})
    assert page.status_code == 422
    assert "Décrivez ce que vous voulez recevoir." in page.content.decode()


def test_my_requests_shows_the_delay_counted_and_then_the_answer(odette: Patient, odette_online: Client):
    does(odette, "rights.copy", COPY)
    case = only_case(odette.person.id)
    left = (case.due_on - timezone.localdate()).days
    page = odette_online.get("/mon-espace/demandes/").content.decode()
    assert case.reference in page
    assert f"jours restants : {left}" in page
    assert "Ce qui porte mon adresse." in page
    assert "CNIL" not in page
    with opened(odette.person.id):
        case.advance(CaseState.ANSWERED)
        case.outcome, case.answer = "declined", "Nous ne pouvons pas."
        case.save()
    page = odette_online.get("/mon-espace/demandes/").content.decode()
    assert "Nous ne pouvons pas." in page
    assert "Refusée" in page
    assert "CNIL" in page, "a refusal says where to complain"


def test_a_late_case_says_so_and_how_to_complain(odette: Patient, odette_online: Client):
    does(odette, "rights.copy", COPY)
    with opened(odette.person.id):
        Case.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    page = odette_online.get("/mon-espace/demandes/").content.decode()
    assert "jours de retard : 3" in page
    assert "CNIL" in page


def test_my_requests_costs_the_same_with_one_and_with_ten(odette: Patient, odette_online: Client):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert odette_online.get("/mon-espace/demandes/").status_code == 200
        return len([q for q in queries if "SAVEPOINT" not in q["sql"]])

    does(odette, "contact.change", {"channel": "counter"})
    contest(odette, line_of(odette, "contact.change"))
    one = asked()
    for _ in range(9):
        does(odette, "rights.copy", COPY)
    assert asked() == one <= 12


# -- Contesting a line ----------------------------------------------------------------------------


def line_of(patient: Patient, code: str) -> JournalEntry:
    with opened(patient.person.id):
        return JournalEntry.objects.filter(code=code).latest("at")


def contest(patient: Patient, line: JournalEntry) -> None:
    does(patient, "entry.contest", {"why": "Ce n’était pas moi."}, line.pk)


@pytest.fixture
def line(odette: Patient) -> JournalEntry:
    """A line of Odette's history."""
    does(odette, "contact.change", {"channel": "counter"})
    return line_of(odette, "contact.change")


def test_a_contested_line_becomes_a_case_that_knows_the_line(odette: Patient, line: JournalEntry):
    contest(odette, line)
    case = only_case(odette.person.id)
    assert (case.kind, case.subject_id) == ("contest", line.pk)


def test_the_same_line_twice_is_refused_in_words_at_the_form_and_in_the_act(
    odette: Patient, line: JournalEntry, odette_online: Client
):
    contest(odette, line)
    url = f"/mon-espace/actes/entry.contest/{line.pk}/"
    page = check(odette_online, url, {"why": "Encore."})
    assert page.status_code == 422
    assert "Cette ligne a déjà été contestée" in page.content.decode()
    assert "Encore." in page.content.decode(), "what was typed is kept"
    with pytest.raises(BusinessError, match="déjà été contestée"):
        contest(odette, line)
    with opened(odette.person.id):
        assert Case.objects.count() == 1


def test_a_line_of_somebody_else_does_not_exist(odette: Patient, aicha: Patient, line: JournalEntry, sign_in):
    page = sign_in(aicha.user).get(f"/mon-espace/actes/entry.contest/{line.pk}/")
    assert page.status_code == 404
    with pytest.raises(BusinessError):
        contest(aicha, line)


def test_what_the_service_did_by_itself_is_not_to_be_contested(odette: Patient, line: JournalEntry, odette_online):
    from consent import journal
    from consent.bases import Basis

    with opened(odette.person.id):
        basis = Basis(Via.SERVICE, odette.person.id, journal.machine())
        entry = journal.write_event(basis, "letter.returned", [], person_id=odette.person.id)
    assert odette_online.get(f"/mon-espace/actes/entry.contest/{entry.pk}/").status_code == 404


def test_a_history_of_thousands_lists_the_latest_and_any_day_that_is_asked(odette: Patient, odette_online: Client):
    with opened(odette.person.id):
        JournalEntry.objects.bulk_create(
            JournalEntry(
                person_id=odette.person.id, nature="act", code="contact.change", outcome="done", via="self",
                actor_kind="person", details={"facts": []}, nonce="x", salt=bytes(16),
                commitment=bytes(32), imprint=bytes(32),
                at=datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=number // 10),
            )
            for number in range(300)
        )  # fmt: skip
    url = "/mon-espace/actes/entry.contest/"
    with CaptureQueriesContext(connection) as queries:
        page = odette_online.get(url).content.decode()
    assert page.count('<li><a href="/mon-espace/actes/entry.contest/') == 50
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 12
    day = odette_online.get(url, {"day": "02/01/2026"}).content.decode()
    assert day.count('<li><a href="/mon-espace/actes/entry.contest/') == 10
    assert "2 janvier 2026" in day
    assert "Rien ce jour-là" in odette_online.get(url, {"day": "02/01/2020"}).content.decode()
    wrong = odette_online.get(url, {"day": "hier"})
    assert wrong.status_code == 422
    assert "Écrivez la date en chiffres" in wrong.content.decode()


def test_the_person_is_told_by_letter_of_what_they_asked(odette: Patient, odette_online: Client):
    does(odette, "rights.copy", COPY)
    while outbox.sweep(timedelta(0)):
        continue
    with opened(odette.person.id):
        letter = Letter.objects.get()
        assert only_case(odette.person.id).reference in str(letter.content)


# -- For somebody else ----------------------------------------------------------------------------------------


WRONG = {"wrong": "Sa commune de naissance.", "right": "Bourganeuf."}


def asks(client: Client, url: str, answers: dict) -> None:
    assert confirm(client, url, check(client, url, answers)).status_code == 303


def is_answered(person_id: UUID, answer: str) -> None:
    with opened(person_id):
        for case in Case.objects.all():
            case.advance(CaseState.ANSWERED)
            case.outcome, case.answer = "granted", answer
            case.save()


def test_a_parent_reads_the_answer_to_what_they_asked_for_their_child(noe, jeanne, mother):
    asks(mother, jeanne.at("actes/rights.rectification/"), WRONG)
    case = only_case(noe.person.id)
    where = jeanne.at("demandes/")
    assert where in mother.get(jeanne.at()).content.decode()
    page = mother.get(where).content.decode()
    assert "Noé Garnier" in page
    assert case.reference in page
    assert "jours restants" in page
    is_answered(noe.person.id, "C’est corrigé.")
    assert "C’est corrigé." in mother.get(where).content.decode()


def test_what_the_person_or_another_parent_asked_is_not_there_nor_any_complaint(noe, jeanne, mother, sign_in):
    other = make_patient(AICHA, "aicha@exemple.fr")
    until = timezone.now() + timedelta(days=90)
    row = represent(noe.person, other.person, Kind.PARENT, sorted(ceiling(Kind.PARENT)), ends_at=until)
    asks(mother, jeanne.at("actes/rights.rectification/"), WRONG)
    asks(mother, jeanne.at("actes/rights.complaint/"), {"what": "Mal reçue.", "wish": ""})
    does(noe, "rights.limitation", {"ground": "accuracy", "which": "Mon adresse."})
    does(noe, "rights.complaint", {"what": "Ma mère m’enferme.", "wish": ""})
    is_answered(noe.person.id, "Voici la réponse.")
    theirs = mother.get(jeanne.at("demandes/")).content.decode()
    assert theirs.count("Voici la réponse.") == 1
    assert "enferme" not in theirs
    assert "Voici la réponse." not in sign_in(other.user).get(f"/mon-espace/pour/{row.pk}/demandes/").content.decode()


def test_once_the_right_is_over_the_answer_is_shown_no_more(noe, jeanne, mother):
    asks(mother, jeanne.at("actes/rights.rectification/"), WRONG)
    is_answered(noe.person.id, "C’est corrigé.")
    with opened(noe.person.id):
        Representation.objects.get().end(EndReason.PERSON)
    page = mother.get(jeanne.at("demandes/"))
    assert page.status_code == 403
    assert "corrigé" not in page.content.decode()
