"""A guardian who signs a mandate has done for the person what a judgment lets the guardian do, and nothing beyond."""

import pytest

from assistance import visits
from consent.acts.registry import get_act
from consent.bases import Via
from consent.models.representation import Kind
from consent.representing import ceiling
from consent.wall import opened
from tests.examples import answers_for, form_of
from tests.trials.world import World

pytestmark = pytest.mark.django_db
GUARDIAN = {
    "signer": "guardian", "guardian": "Garnier Jeanne", "judgment_court": "Guéret", "judgment_date": "02/03/2025",
}  # fmt: skip
ALONE = ["representation.show", "space.erase", "telling.change", "rights.copy", "representation.name", "space.resume"]


def refused(world: World, scopes: list[str], **signed: str) -> str:
    """What is said beside the scopes of a mandate that Odette's agent prepares, signed so."""
    act, basis = get_act("mandate.give"), visits.presence(world.visit(world.odette))
    typed = {**answers_for(act.code, Via.PRESENCE), "scopes": scopes, **signed}
    with opened(world.odette.id):
        form = form_of(act, basis, typed)
        form.is_valid()
    assert set(form.errors) <= {"scopes"}
    return " ".join(form.errors.get("scopes", []))


@pytest.mark.parametrize("judged", [True, False], ids=["a measure on record", "none on record"])
@pytest.mark.parametrize("code", ALONE)
def test_what_the_person_alone_decides_is_not_in_a_guardians_mandate(code, judged):
    world = World()
    if judged:
        world.guardian(world.odette, sorted(ceiling(Kind.TUTELLE)))
    said = refused(world, [code, "grant.revoke"], **GUARDIAN)
    assert "La personne seule le décide, ou un juge ne le permet pas" in said
    assert str(get_act(code).label).lower() in said
    assert str(get_act("grant.revoke").label).lower() not in said


@pytest.mark.parametrize(
    ("held", "allowed"), [(["grant.give", "space.read"], True), (["sheet.read", "history.read"], False), (None, True)]
)
def test_it_goes_as_far_as_the_judgment_and_without_one_on_record_as_far_as_any(held, allowed):
    world = World()
    if held:
        world.guardian(world.odette, held)
    assert (refused(world, ["grant.give"], **GUARDIAN) == "") is allowed


@pytest.mark.parametrize("code", ALONE)
def test_the_person_gives_it_themself(code):
    world = World()
    world.guardian(world.odette, ["history.read"])
    assert refused(world, [code]) == ""
