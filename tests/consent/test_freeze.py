"""A death freezes the space; a doubt about free will ends a representation: at once, and with a way back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.bases import BasisRefused, Via
from consent.models import JournalEntry, Person, Representation
from consent.models.representation import EndReason, Kind
from consent.trace.history import how_words, who_words
from consent.wall import opened
from tests.cast import request_id
from tests.trials.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


def on_paper(world: World, code: str, answers: dict, person: Person, target=None):
    act = get_act(code)
    return perform(act, world.basis(act, Via.PAPER, person), answers, request_id(), target)


def frozen(world: World):
    return on_paper(world, "space.freeze", {"died_on": date(2026, 11, 1), "document": "acte n° 12"}, world.odette)


def test_a_death_closes_every_way_in_and_is_told_in_plain_words(world: World):
    row = represent(world.odette, world.jeanne, Kind.RELATIVE, ["grant.give"], ends_at=timezone.now() + timedelta(9))
    door = world.represented(world.odette, ["grant.give"])
    act = get_act("contact.change")
    before = [world.basis(act, via, world.odette) for via in (Via.SELF, Via.MANDATE, Via.PAPER)]
    frozen(world)
    for basis in before:
        with pytest.raises(BasisRefused) as refused:
            perform(act, basis, {}, request_id())
        if basis.via is not Via.SELF:
            assert "le décès de la personne a été signalé" in str(refused.value)
    with pytest.raises(BasisRefused):
        perform(get_act("grant.give"), door.whole_basis, {}, request_id())
    assert not world.account_of(world.odette).is_active
    with opened(world.odette.id):
        assert set(Representation.objects.filter(ended_at__isnull=False).values_list("end_reason", flat=True)) == {
            "death"
        }
        assert Representation.objects.get(pk=row.pk).ended_at


def test_the_death_of_a_representative_ends_what_they_hold_and_does_not_tell_why(world: World):
    row = represent(world.odette, world.jeanne, Kind.TRUSTED, [], ends_at=None)
    on_paper(world, "space.freeze", {"died_on": date(2026, 11, 1), "document": "acte n° 12"}, world.jeanne)
    with opened(world.odette.id):
        assert Representation.objects.get(pk=row.pk).end_reason == EndReason.DEATH
        entry = JournalEntry.objects.get(code="representation.ended")
        assert entry.details["facts"] == []


def test_a_death_noted_by_mistake_is_taken_back_by_the_person_who_comes(world: World):
    frozen(world)
    act = get_act("space.unfreeze")
    basis = world.basis(act, Via.PRESENCE, world.odette)
    perform(act, basis, {"alive": True}, request_id())
    with opened(world.odette.id):
        assert Person.objects.get().frozen_at is None
    assert world.account_of(world.odette).is_active
    with pytest.raises(BusinessError, match="Aucun décès"):
        on_paper(world, "space.unfreeze", {"alive": True}, world.odette)


def test_a_death_is_noted_once_and_not_before_the_birth(world: World):
    with pytest.raises(BusinessError, match="avant la naissance"):
        on_paper(world, "space.freeze", {"died_on": date(1940, 1, 1), "document": "x"}, world.odette)
    frozen(world)
    with pytest.raises(BasisRefused, match="gelé"):
        frozen(world)


def doubted(world: World) -> Representation:
    row = represent(world.odette, world.jeanne, Kind.RELATIVE, ["history.read"], ends_at=timezone.now() + timedelta(9))
    act = get_act("representation.doubt")
    basis = world.basis(act, Via.PRESENCE, world.odette)
    answers = {"alone": True, "answered": "unsure", "words": "Se tait devant sa nièce."}
    perform(act, basis, answers, request_id(), row.pk)
    return row


def test_a_doubt_ends_the_representation_at_once_and_its_words_stay_the_persons(world: World):
    row = doubted(world)
    with opened(world.odette.id):
        kept = Representation.objects.get(pk=row.pk)
        assert kept.end_reason == EndReason.DOUBT
        assert "Se tait devant sa nièce" in kept.doubt
    with opened(world.jeanne.id):
        told = JournalEntry.objects.get(code="representation.ended")
        assert "écrivez au service courrier" in str(told.details["facts"])
        assert "doute" not in str(told.details)


def test_a_doubt_ends_all_that_the_person_let_the_same_one_do_and_is_taken_back_as_one(world: World):
    other = represent(world.odette, world.jeanne, Kind.TRUSTED, ["history.read"], ends_at=None)
    row = doubted(world)
    with opened(world.odette.id):
        assert not Representation.objects.in_force().exists()
        assert Representation.objects.get(pk=other.pk).end_reason == EndReason.DOUBT
    on_paper(world, "representation.clear-doubt", {"alone": True, "words": "Oui."}, world.odette, row.pk)
    with opened(world.odette.id):
        assert not Representation.objects.filter(end_reason=EndReason.DOUBT).exists()


def test_the_representative_is_told_neither_of_a_counter_nor_that_the_person_came(world: World):
    doubted(world)
    with opened(world.jeanne.id):
        told = JournalEntry.objects.get(code="representation.ended")
        assert (told.counter_number, told.actor_id, how_words(told)) == (None, None, "")
        assert "guichet" not in who_words(told)


def test_while_a_doubt_stands_the_same_person_is_not_named_again(world: World):
    doubted(world)
    answers = {
        "other_birth_name": "Garnier", "other_first_names": "Jeanne", "other_birth_date": date(1975, 5, 5),
        "other_sex": "F", "other_birth_place": "23031", "kind": "trusted", "scopes": [], "duration": "none",
    }  # fmt: skip
    act = get_act("representation.name")
    with pytest.raises(BusinessError, match="Un doute a été noté"):
        perform(act, world.basis(act, Via.SELF, world.odette), answers, request_id())


def test_a_doubt_looked_at_again_lets_the_person_name_the_same_one(world: World):
    row = doubted(world)
    act = get_act("representation.clear-doubt")
    on_paper(world, act.code, {"alone": True, "words": "Oui."}, world.odette, row.pk)
    answers = {
        "other_birth_name": "Garnier", "other_first_names": "Jeanne", "other_birth_date": date(1975, 5, 5),
        "other_sex": "F", "other_birth_place": "23031", "kind": "trusted", "scopes": [], "duration": "none",
    }  # fmt: skip
    act = get_act("representation.name")
    perform(act, world.basis(act, Via.SELF, world.odette), answers, request_id())
    with opened(world.odette.id):
        assert Representation.objects.get(pk=row.pk).ended_at, "what ended stays ended"
        assert Representation.objects.in_force().count() == 1


def test_a_counter_doubts_only_what_the_person_named(world: World):
    world.guardian(world.odette)
    act = get_act("representation.doubt")
    with opened(world.odette.id):
        assert act.targets(world.basis(act, Via.PRESENCE, world.odette)) == []


def test_an_erased_representative_leaves_no_name_and_holds_nothing(world: World):
    from consent.erasure import erase_unneeded
    from consent.models import OutboxItem
    from portal.accounts.user import User

    row = represent(world.odette, world.jeanne, Kind.TRUSTED, [], ends_at=None)
    User.objects.filter(person_id=world.jeanne.id).update(person_id=None)
    with opened(world.jeanne.id):
        erase_unneeded(OutboxItem(person_id=world.jeanne.id))
        assert Person.objects.filter(pk=world.jeanne.id).exists(), "who represents someone is kept"
    with opened(world.odette.id):
        Representation.objects.get(pk=row.pk).end(EndReason.PERSON)
    with opened(world.jeanne.id):
        erase_unneeded(OutboxItem(person_id=world.jeanne.id))
    with opened(world.odette.id):
        assert Representation.objects.get(pk=row.pk).name == "–"


@pytest.mark.parametrize(
    ("code", "kind"), [("representation.doubt", Kind.TUTELLE), ("representation.lift", Kind.RELATIVE)]
)
def test_no_doubt_ends_what_a_judge_ordered_and_no_document_what_the_person_named(world: World, code: str, kind: Kind):
    row = represent(world.odette, world.jeanne, kind, ["history.read"], ends_at=timezone.now() + timedelta(9))
    act = get_act(code)
    answers = {"alone": True, "answered": "no", "words": "Se tait.", "document": "mainlevée"}
    with pytest.raises(BusinessError, match="ne termine pas cette représentation"):
        perform(act, world.basis(act, Via.PAPER, world.odette), answers, request_id(), row.pk)
    with opened(world.odette.id):
        assert Representation.objects.in_force().filter(pk=row.pk).exists()
