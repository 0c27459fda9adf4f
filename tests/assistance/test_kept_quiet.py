"""What was hidden or doubted at a counter goes home on no paper: whoever represents the person could read it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from assistance import compose, mailing
from assistance.models import LetterState, Visit
from assistance.visit_memory import entries_of
from consent import outbox
from consent.acts.representation import represent
from consent.models import JournalEntry, OutboxItem, Person, Professional
from consent.models.representation import Kind
from consent.wall import opened
from tests.assistance.counter_cast import do, draft_mandate, sign, start
from tests.assistance.mail_room import claire  # noqa: F401
from tests.assistance.test_home_letters import gives
from tests.assistance.test_told import deliver as delivered
from tests.assistance.test_told import forget_letters, letters_of, words
from tests.cast import JEANNE, Patient, make_patient
from tests.consent.conftest import does, with_grant, with_space  # noqa: F401
from tests.family import Mother, hides

pytestmark = pytest.mark.django_db
SEEN = "Elle regarde la porte."
DOUBT = {"alone": "on", "answered": "no", "words": SEEN}


def on_the_sheet(person_id: UUID) -> str:
    with opened(person_id):
        visit = Visit.objects.select_related("counter", "agent").get(person_id=person_id)
        sheet = compose.visit_sheet(visit, Person.objects.get(pk=person_id), entries_of(visit))
    return " ".join(f"{act.label} {act.words}" for act in sheet.acts)


def test_a_doubt_is_in_no_letter_and_on_no_sheet_of_the_visit(desk, odette, with_space):  # noqa: F811
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    row = represent(odette.person, jeanne.person, Kind.RELATIVE, ["space.read"], ends_at=timezone.now() + timedelta(90))
    forget_letters(odette)
    url = start(desk)
    assert do(desk, url, "representation.doubt", DOUBT, f"{row.pk}/").status_code == 303
    desk.post(f"{url}fin/")
    delivered(odette.person.id)
    told = " ".join(map(words, letters_of(odette)))
    assert SEEN not in told
    assert "doute" not in told.lower()
    assert SEEN not in on_the_sheet(odette.person.id)


def test_what_is_hidden_under_a_mandate_is_in_no_letter_either(desk, karim, odette, with_grant):  # noqa: F811
    url = start(desk)
    sign(draft_mandate(desk, url, scopes=["representation.hide", "telling.change"]), karim, url)
    forget_letters(odette)
    assert do(desk, url, "representation.hide", {"grants": [str(with_grant.pk)]}).status_code == 303
    assert do(desk, url, "telling.change", {"reads": "each", "quarterly": "no"}).status_code == 303
    desk.post(f"{url}fin/")
    delivered(odette.person.id)
    (letter,) = letters_of(odette)
    assert "Cacher" not in words(letter)
    assert "Lemoine" not in words(letter)
    assert "prévenu" in words(letter).lower()


HISTORY = ("trace/", "trace/?imprimer=1", "trace/csv/", "actes/entry.contest/")


def history_of(client: Client, row: Mother) -> str:
    """All that she can look at of his history, as one text."""
    pages = [client.get(row.at(rest)) for rest in HISTORY]
    assert {page.status_code for page in pages} <= {200, 202}
    return "".join((b"".join(page.streaming_content) if page.streaming else page.content).decode() for page in pages)


def handed_over(desk: Client, noe: Patient) -> tuple[str, str]:
    """A letter that waited for Noé is printed and given to him in a visit, which goes on; its reference, the visit."""
    (letter,) = letters_of(noe)
    assert letter.state == LetterState.HELD
    with opened(noe.person.id):
        traits = noe.person.traits
    url = start(desk, traits)
    desk.get(f"{url}courriers/{letter.pk}/pdf/")
    assert desk.post(f"{url}courriers/{letter.pk}/remis/").status_code == 303
    return letter.reference, url


@pytest.fixture
def about_hidden(noe: Patient, jeanne: Mother, dr_lemoine: Professional) -> Patient:
    """Noé, for whom a letter waits at the counter: it names whom he hides from his mother."""
    grant = gives(noe, dr_lemoine, "1y")
    hides(noe, grant.pk)
    forget_letters(noe)
    does(noe, "grant.revoke", {}, grant.pk)
    delivered(noe.person.id)
    return noe


def test_that_a_letter_waited_at_the_counter_is_told_to_its_person_and_not_to_who_represents_them(
    desk, about_hidden, jeanne, mother, sign_in
):
    reference, _url = handed_over(desk, about_hidden)
    told = history_of(mother, jeanne)
    for words_kept in (reference, "Courrier remis", "afin de l’imprimer"):
        assert words_kept not in told
    own = sign_in(about_hidden.user).get("/mon-espace/trace/").content.decode()
    assert "Courrier remis au guichet" in own
    assert "afin de l’imprimer" in own


def test_nor_is_a_letter_that_was_printed_in_a_batch_told_to_them(noe, jeanne, mother, claire):  # noqa: F811
    """It may be held after all when it is laid out: then it never comes home."""
    forget_letters(noe)
    does(noe, "rights.rectification", {"wrong": "Ma commune.", "right": "Guéret"})
    delivered(noe.person.id)
    (letter,) = letters_of(noe)
    mailing.make_batch(claire)
    with opened(None):
        outbox.deliver(OutboxItem.objects.get(topic="batch-made").pk, None)
    with opened(noe.person.id):
        assert JournalEntry.objects.filter(code="letter.printed").exists()
    assert letter.reference not in history_of(mother, jeanne)


def test_nor_does_the_letter_about_the_visit_tell_it_at_home(desk, about_hidden, jeanne):
    reference, url = handed_over(desk, about_hidden)
    forget_letters(about_hidden)
    asked = {"ground": "accuracy", "which": "Mon adresse."}
    assert do(desk, url, "rights.limitation", asked).status_code == 303
    desk.post(f"{url}fin/")
    delivered(about_hidden.person.id)
    (letter,) = letters_of(about_hidden)
    assert letter.state == LetterState.PREPARED
    assert "limitation" in words(letter)
    assert "Courrier remis" not in words(letter)
    assert reference not in words(letter)


def test_a_statement_that_tells_of_it_waits_at_the_counter(desk, about_hidden, jeanne):
    handed_over(desk, about_hidden)
    forget_letters(about_hidden)
    does(about_hidden, "statement.ask", {"period": "this-quarter"})
    delivered(about_hidden.person.id)
    (letter,) = letters_of(about_hidden)
    assert "afin de l’imprimer" in words(letter)
    assert letter.state == LetterState.HELD
