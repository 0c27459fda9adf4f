"""What a document opens: not what a judge limited or withdrew since, nor for someone who refused everything."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, Via
from consent.models import JournalEntry, Person, Refusal, Representation
from consent.models.journal_entry import ActorKind
from consent.trace.history import how_words
from consent.traits import Traits
from consent.wall import opened
from tests.cast import JEANNE, Patient, make_patient, request_id
from tests.consent.test_representation import milo_of, opening
from tests.examples import cleaned
from tests.trials.world import World

pytestmark = pytest.mark.django_db
BORN = date(2016, 2, 29)
LIMITED = {"scopes": ["history.read"], "court_limits": "droit de surveillance seulement"}
JUDGED = {
    "kind": "guardian-curatelle",
    "proof": "judgment",
    "judgment_date": date(2025, 3, 2),
    "ends_on": date(2030, 3, 1),
}


@pytest.fixture
def jeanne(db: None) -> Patient:
    return make_patient(JEANNE, "jeanne@exemple.fr")


def withdrawn(milo: Person) -> None:
    """A judge withdrew parental authority."""
    basis = Basis(Via.PAPER, milo.pk, Actor(ActorKind.CLERK))
    with opened(milo.pk):
        row = Representation.objects.in_force().get()
        get_act("representation.lift").effect(basis, {"document": "jugement de retrait, Guéret"}, row.pk)


def stands(milo: Person) -> list[tuple[list[str], str | None]]:
    with opened(milo.pk):
        return [(row.scopes, row.court_limits) for row in Representation.objects.in_force()]


def test_a_judges_limits_are_not_undone_by_showing_the_family_book_again(jeanne):
    opening(jeanne, BORN, **LIMITED)
    with pytest.raises(BusinessError, match="a limité ou retiré ce droit : il faut voir le jugement, plus récent"):
        opening(jeanne, BORN)
    assert stands(milo_of(BORN)) == [(["history.read"], "droit de surveillance seulement")]


def test_parental_authority_withdrawn_does_not_come_back_with_the_family_book(jeanne):
    opening(jeanne, BORN)
    milo = milo_of(BORN)
    withdrawn(milo)
    with pytest.raises(BusinessError, match="a limité ou retiré ce droit"):
        opening(jeanne, BORN)
    assert stands(milo) == []


@pytest.mark.parametrize(("days", "given"), [(-1, False), (0, True)])
def test_a_judgment_that_is_no_older_gives_it_back(jeanne, days, given):
    opening(jeanne, BORN)
    milo = milo_of(BORN)
    withdrawn(milo)
    judged = {"proof": "judgment", "judgment_date": timezone.localdate() + timedelta(days)}
    if given:
        opening(jeanne, BORN, **judged)
    else:
        with pytest.raises(BusinessError, match="plus récent"):
            opening(jeanne, BORN, **judged)
    assert len(stands(milo)) == given


def test_the_other_parent_is_not_stopped_by_what_a_judge_said_of_the_first(jeanne, aicha):
    opening(jeanne, BORN)
    milo = milo_of(BORN)
    withdrawn(milo)
    opening(aicha, BORN)
    assert len(stands(milo)) == 1


def test_no_file_is_made_of_who_refused_by_representing_them(jeanne):
    born = date(1980, 2, 29)
    traits = Traits("Garnier", "Milo", born, "M", "23031")
    Refusal.objects.create(fingerprint=traits.fingerprint(), nir_fingerprint=traits.nir_fingerprint())
    with pytest.raises(BusinessError, match="refus"):
        opening(jeanne, born, scopes=["space.read"], **JUDGED)
    assert milo_of(born) is None
    opening(jeanne, born, scopes=["space.lift-refusal", "space.read"], **JUDGED)
    assert milo_of(born), "whoever may take the refusal back for them is let begin"


def test_opened_at_a_counter_it_does_not_say_that_the_person_represented_was_there():
    world = World()
    act = get_act("representation.open")
    basis = world.basis(act, Via.PRESENCE, world.jeanne)
    typed = {
        "other_birth_name": "Garnier", "other_first_names": "Odette Marie", "other_birth_date": "12/03/1945",
        "other_sex": "F", "other_birth_place": "23031", "kind": "guardian-tutelle", "proof": "judgment",
        "judgment_date": "02/03/2025", "ends_on": "01/03/2030", "scopes": ["space.read"], "court_limits": "",
    }  # fmt: skip
    with opened(world.jeanne.id):
        answers = cleaned(act, basis, typed)
    perform(act, basis, answers, request_id())
    with opened(world.odette.id):
        entry = JournalEntry.objects.get(person_id=world.odette.id, code="representation.opened")
        assert "la personne présente" not in how_words(entry)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": ""}, "ends_on"), ({"ends_on": "01/01/2020"}, "ends_on"), ({"ends_on": "01/01/2099"}, "ends_on"),
        ({"judgment_date": ""}, "judgment_date"), ({"judgment_date": "01/01/2099"}, "judgment_date"),
        ({"proof": "family-book"}, "proof"), ({"scopes": []}, "scopes"),
        ({"kind": "guardian-curatelle", "scopes": ["space.close"]}, "scopes"),
        ({"kind": "parent", "scopes": ["history.read"]}, "court_limits"),
        ({"kind": "parent", "scopes": [], "court_limits": "droit de visite"}, "scopes"),
    ],
)  # fmt: skip
def test_a_measure_needs_its_judgment_its_end_and_its_scopes(jeanne, changes, field):
    typed = {
        "other_birth_name": "Garnier", "other_first_names": "Milo", "other_birth_date": "29/02/1980", "other_sex": "M",
        "other_birth_place": "23031", "kind": "guardian-tutelle", "proof": "judgment", "judgment_date": "02/03/2025",
        "ends_on": "01/03/2030", "scopes": ["space.close"], "court_limits": "",
    }  # fmt: skip
    form_class = get_act("representation.open").form_class
    basis = Basis(Via.PAPER, jeanne.person.id, Actor(ActorKind.CLERK))
    good = form_class(typed, basis=basis)
    assert good.is_valid(), good.errors
    assert field in form_class({**typed, **changes}, basis=basis).errors


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"ends_on": "01/12/2030"}, "ends_on", "cela finit le jour des 18 ans"),
        ({"judgment_date": "02/03/2025"}, "judgment_date", "seulement si le document présenté est un jugement"),
        ({"judgment_date": "02/03/2015", "proof": "judgment"}, "judgment_date", "n’était pas née"),
    ],
)
def test_what_is_typed_for_a_measure_is_refused_to_a_parent_instead_of_being_let_go(jeanne, changes, field, says):
    typed = {
        "other_birth_name": "Garnier", "other_first_names": "Milo", "other_birth_date": "29/02/2020", "other_sex": "M",
        "other_birth_place": "23031", "kind": "parent", "proof": "family-book", "judgment_date": "",
        "ends_on": "", "scopes": [], "court_limits": "",
    }  # fmt: skip
    form_class = get_act("representation.open").form_class
    basis = Basis(Via.PAPER, jeanne.person.id, Actor(ActorKind.CLERK))
    assert form_class(typed, basis=basis).is_valid()
    form = form_class({**typed, **changes}, basis=basis)
    assert set(form.errors) == {field}
    assert says in str(form.errors[field])
