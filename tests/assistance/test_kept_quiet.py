"""What was hidden or doubted at a counter goes home on no paper: whoever represents the person could read it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from assistance import compose
from assistance.models import Visit
from assistance.visit_memory import entries_of
from consent.acts.representation import represent
from consent.models import Person
from consent.models.representation import Kind
from consent.wall import opened
from tests.assistance.counter_cast import do, draft_mandate, sign, start
from tests.assistance.test_told import deliver as delivered
from tests.assistance.test_told import forget_letters, letters_of, words
from tests.cast import JEANNE, make_patient
from tests.consent.conftest import with_grant, with_space  # noqa: F401

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
