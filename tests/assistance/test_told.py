"""What the letters and the e-mails say: of reads, of a week, of a statement, of what ends, of a year."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from assistance.compose import letter_sheet
from assistance.models import Letter, LetterState, Mandate, PersonalForm
from assistance.paper.render import render
from consent import endings, journal, outbox, statements, summary, telling
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, Via
from consent.models import Channel, Grant, OutboxItem, Space, Telling
from consent.models.journal_entry import ActorKind
from consent.telling import last_week, midnight
from consent.wall import opened
from tests.assistance.counter_cast import browser_of, draft_mandate, sign, start
from tests.assistance.pdf import squeezed, text_of
from tests.cast import Patient, open_space_answers
from tests.consent.conftest import does, with_grant, with_space  # noqa: F401
from tests.consent.reading_cast import DAUGHTER, LEMOINE, MOREAU, did_read, reads
from tests.family import hides, jeanne, noe  # noqa: F401
from tests.trials.world import World

pytestmark = pytest.mark.django_db


def deliver(person_id) -> None:
    with opened(person_id):
        waiting = list(OutboxItem.objects.filter(person_id=person_id, delivered_at__isnull=True))
    for item in waiting:
        outbox.deliver(item.pk, person_id)


def letters_of(patient: Patient) -> list[Letter]:
    """The letters, the oldest first, read while the wall is open."""
    with opened(patient.person.id):
        found = list(Letter.objects.filter(person_id=patient.person.id).order_by("created_at"))
        for letter in found:
            assert letter.content
        return found


def forget_letters(patient: Patient) -> None:
    """What came before is not what is tried."""
    deliver(patient.person.id)
    with opened(patient.person.id):
        Letter.objects.filter(person_id=patient.person.id).delete()
    mail.outbox.clear()


def words(letter: Letter) -> str:
    """All the words of a letter."""
    content = letter.content
    tables = [f"{table[0]} {label} {value}" for table in content["tables"] for label, value in table[1]]
    return " ".join([content["subject"], *content["paragraphs"], *tables])


def chooses(patient: Patient, reads_told: str, quarterly: str = "no") -> None:
    does(patient, "telling.change", {"reads": reads_told, "quarterly": quarterly})
    forget_letters(patient)


def reached(patient: Patient, **contact) -> None:
    with opened(patient.person.id):
        for name, value in contact.items():
            setattr(patient.person, name, value)
        patient.person.save()


def test_a_read_is_told_by_letter_with_who_when_and_what(odette):
    chooses(odette, "each")
    reads(odette.person.id, LEMOINE)
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert "Une lecture dans votre espace de santé" in words(letter)
    assert "Qui Dr Claire Lemoine (médecin généraliste, Boussac)" in words(letter)
    assert "Contenu allergies" in words(letter)
    assert letter.state == LetterState.PREPARED


def test_nothing_more_is_told_once_a_death_is_on_record(odette):
    chooses(odette, "each")
    reads(odette.person.id, LEMOINE)
    reached(odette, frozen_at=timezone.now())
    deliver(odette.person.id)
    assert letters_of(odette) == []


def test_an_e_mail_says_only_that_there_is_something_to_read(odette):
    chooses(odette, "each")
    reached(odette, channel=Channel.SCREEN, email="odette@exemple.fr")
    reads(odette.person.id, MOREAU)
    deliver(odette.person.id)
    (message,) = mail.outbox
    assert "Il y a quelque chose à lire" in message.body
    assert "changé" not in message.body, "reading changes nothing"
    said = f"{message.subject} {message.body}"
    assert "/mon-espace/trace/" in said
    for word in ("Moreau", "cardiologue", "allergies", "Garnier", "Odette"):
        assert word not in said
    assert letters_of(odette) == []


def test_nothing_is_sent_home_to_who_wants_nothing_there(odette):
    chooses(odette, "first")
    reached(odette, never_write_home=True)
    reads(odette.person.id, MOREAU)
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert letter.state == LetterState.HELD


def test_the_first_use_of_a_representation_is_told(odette):
    reads(odette.person.id, DAUGHTER, Via.REPRESENTATION, uuid4())
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert "Qui Hélène Vidal (tutrice)" in words(letter)
    assert all(value for table in letter.content["tables"] for _label, value in table[1]), "nothing without words"


def test_a_week_is_told_by_reader(odette):
    chooses(odette, "weekly")
    with opened(odette.person.id):
        Telling.objects.update(reads_since=timezone.now() - timedelta(days=30))
    monday, _end = last_week(timezone.localdate())
    for hours, reader in ((10, LEMOINE), (30, MOREAU), (50, LEMOINE)):
        did_read(odette.person.id, midnight(monday) + timedelta(hours=hours), reader)
    telling.tell_week()
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert [(title.split(" (")[0], len(rows)) for title, rows in letter.content["tables"]] == [
        ("Dr Claire Lemoine", 2), ("Dr Paul Moreau", 1),
    ]  # fmt: skip


def test_a_statement_lists_who_read_what_and_is_free(odette):
    since, until = statements.days_of(statements.Period.LAST_QUARTER, timezone.localdate())
    did_read(odette.person.id, midnight(since), LEMOINE)
    did_read(odette.person.id, midnight(until) + timedelta(hours=23), MOREAU)
    did_read(odette.person.id, midnight(until) + timedelta(hours=25), DAUGHTER)
    does(odette, "statement.ask", {"period": "last-quarter"})
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert "Lemoine" in words(letter)
    assert "Moreau" in words(letter)
    assert "Vidal" not in words(letter), "the day after the quarter"
    assert "gratuit" in words(letter)
    assert "3 ans" in words(letter)


def test_a_statement_of_nothing_says_so(odette):
    does(odette, "statement.ask", {"period": "year"})
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert "personne d’autre que vous n’a rien lu" in words(letter)
    assert letter.content["tables"][0][1][0][1] == "rien"


def test_the_statement_of_each_quarter_comes_once(odette):
    chooses(odette, "nothing", "yes")
    with opened(odette.person.id):
        Telling.objects.update(quarterly_since=timezone.now() - timedelta(days=200))
    for _run in range(2):
        statements.make_due()
        deliver(odette.person.id)
    assert len(letters_of(odette)) == 1


def test_a_statement_too_long_says_how_many_more(odette, monkeypatch):
    monkeypatch.setattr("assistance.told.MOST_LINES", 3)
    for minutes in range(5):
        did_read(odette.person.id, timezone.now() - timedelta(minutes=minutes))
    does(odette, "statement.ask", {"period": "this-quarter"})
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert sum(len(rows) for _title, rows in letter.content["tables"]) == 3
    assert "Il y en a 2 de plus" in words(letter)


def test_who_asks_on_paper_is_answered_on_paper():
    world = World()
    with opened(world.odette.id):
        world.odette.channel, world.odette.email = Channel.SCREEN, "odette@exemple.fr"
        world.odette.save()
    act = get_act("statement.ask")
    basis = world.basis(act, Via.PAPER, world.odette)
    perform(act, basis, {"period": "year"}, uuid4())
    deliver(world.odette.id)
    assert mail.outbox == []
    with opened(world.odette.id):
        assert Letter.objects.filter(person_id=world.odette.id).count() == 1


def test_who_reads_on_screen_is_led_to_the_period(odette):
    reached(odette, channel=Channel.SCREEN, email="odette@exemple.fr")
    does(odette, "statement.ask", {"period": "last-quarter"})
    deliver(odette.person.id)
    since, _until = statements.days_of(statements.Period.LAST_QUARTER, timezone.localdate())
    assert f"/mon-espace/trace/?since={since:%d}%2F{since:%m}%2F{since:%Y}" in mail.outbox[0].body


def test_an_access_that_ends_is_told_with_the_form_that_makes_it_last(odette, with_grant):  # noqa: F811
    forget_letters(odette)
    now = timezone.now()
    with opened(odette.person.id):
        Grant.objects.update(ends_at=now + timedelta(days=10), starts_at=now - timedelta(days=50))
    endings.remind()
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert "Bientôt terminé : Accès de Dr Claire Lemoine" in letter.content["subject"]
    with opened(odette.person.id):
        form = PersonalForm.objects.latest("made_at")
        assert (form.act_code, form.target_id) == ("grant.change", with_grant.pk)
        printed = squeezed(text_of(render(letter_sheet(letter))))
    assert form.reference in printed


def test_an_access_taken_back_meanwhile_is_told_no_more(odette, with_grant):  # noqa: F811
    now = timezone.now()
    with opened(odette.person.id):
        Grant.objects.update(ends_at=now + timedelta(days=10), starts_at=now - timedelta(days=50))
    endings.remind()
    does(odette, "grant.revoke", {}, with_grant.pk)
    deliver(odette.person.id)
    assert not any("Bientôt" in letter.content["subject"] for letter in letters_of(odette))


def ends_in(mandate: Mandate, days: int) -> None:
    now = timezone.now()
    with opened(mandate.person_id):
        Mandate.objects.filter(pk=mandate.pk).update(
            ends_at=now + timedelta(days=days), in_force_at=now - timedelta(days=300)
        )


def test_a_mandate_that_ends_is_told_to_its_person_and_at_its_counter_by_reference_alone(
    desk, karim, sonia, nadege, odette
):
    visit_url = start(desk)
    mandate = sign(draft_mandate(desk, visit_url), karim)
    desk.post(f"{visit_url}fin/")
    forget_letters(odette)
    ends_in(mandate, 10)
    endings.remind()
    endings.remind()
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert "Bientôt terminé : Mandat donné à" in letter.content["subject"]
    page = browser_of(sonia).get("/guichet/").content.decode()
    assert "Mandats qui finissent bientôt" in page
    assert mandate.reference in page
    assert "Garnier" not in page
    assert mandate.reference not in browser_of(nadege).get("/guichet/").content.decode()


@pytest.mark.parametrize("days", [20, -1])
def test_the_desk_lists_no_mandate_that_ends_later_or_has_ended(desk, karim, odette, days):
    mandate = sign(draft_mandate(desk, start(desk)), karim)
    ends_in(mandate, days)
    assert "Mandats qui finissent bientôt" not in desk.get("/guichet/").content.decode()
    assert endings.remind() == 0


def test_a_visit_in_which_the_agent_only_read_under_the_mandate_is_told(desk, karim, odette):
    visit_url = start(desk)
    mandate = sign(draft_mandate(desk, visit_url), karim)
    desk.post(f"{visit_url}fin/")
    forget_letters(odette)
    visit_url = start(desk)
    visit_id = visit_url.rstrip("/").rsplit("/", 1)[1]
    actor = Actor(ActorKind.AGENT, karim.pk, 137)
    basis = Basis(Via.MANDATE, odette.person.id, actor, mandate.pk, mandate.reference, visit_id=visit_id)
    with opened(odette.person.id):
        journal.write_read(basis, "visit.file", [])
    desk.post(f"{visit_url}fin/")
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert mandate.reference in words(letter)


def test_a_visit_in_which_nothing_was_done_is_not(desk, odette):
    desk.post(f"{start(desk)}fin/")
    deliver(odette.person.id)
    assert letters_of(odette) == []


def test_the_summary_of_the_year_holds_on_one_page_with_its_mandates(odette, with_grant, boussac, karim):  # noqa: F811
    does(odette, "mandate.give", {
        "counter_number": 137, "scopes": ["grant.give"], "duration": "year", "signer": "person",
    })  # fmt: skip
    forget_letters(odette)
    with opened(odette.person.id):
        Space.objects.update(opened_at=timezone.now() - timedelta(days=366))
    summary.tell_year()
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    said = words(letter)
    assert "Ce qui est ouvert Mandat donné à France Services Boussac" in said
    assert "Ce qui est ouvert Accès de Dr Claire Lemoine" in said
    assert "Ce qui est refusé Être contacté pour une recherche" in said
    with opened(odette.person.id):
        pdf = render(letter_sheet(letter))
    assert len(text_of(pdf).split("\f")) - 1 == 1


def test_the_page_of_the_summary_has_the_mandates_too(odette, sign_in, notice, boussac):
    does(odette, "space.open", open_space_answers())
    does(odette, "mandate.give", {
        "counter_number": 137, "scopes": ["grant.give"], "duration": "year", "signer": "person",
    })  # fmt: skip
    browser = sign_in(odette.user)
    assert "Mandat donné à France Services Boussac" in browser.get("/mon-espace/resume/").content.decode()
    with opened(odette.person.id):
        mandate = Mandate.objects.get()
    does(odette, "mandate.revoke", {}, mandate.pk)
    page = browser.get("/mon-espace/resume/").content.decode()
    assert page.index("Ce qui a été fermé") < page.index("Mandat donné à France Services Boussac")


def test_a_statement_carries_the_newest_checkpoint_of_the_sealed_journal(odette, newest_checkpoint):
    does(odette, "statement.ask", {"period": "year"})
    deliver(odette.person.id)
    (letter,) = letters_of(odette)
    assert newest_checkpoint in words(letter)


@pytest.fixture
def newest_checkpoint(odette, monkeypatch):
    """The root of a checkpoint, in base64, as the newest of the log."""
    from consent.seal import log
    from consent.seal.note import Checkpoint

    root = bytes(range(32))
    monkeypatch.setattr(log, "latest", lambda: Checkpoint("plein-gre.example/journal", 1234, root, 1795568978))
    return "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
