"""An identity declared online is checked on two things shown together: the document, and the code of the space."""

from uuid import uuid4

import pytest

from assistance import visits
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import BasisRefused, Via
from consent.confirming import confirmation_code
from consent.models import IdentityLevel, JournalEntry, Person, Receipt
from consent.models.person import create_person
from consent.wall import opened
from tests.cast import LUCIEN
from tests.examples import answers_for, cleaned
from tests.trials.world import World, account

pytestmark = pytest.mark.django_db
PAGE = "/mon-espace/identite/"
ACT = get_act("identity.confirm")


@pytest.fixture
def world(db) -> World:
    return World()


def level_of(person_id) -> int:
    with opened(person_id):
        return Person.objects.get(pk=person_id).level


def declared(traits=LUCIEN) -> Person:
    return create_person(traits, level=IdentityLevel.DECLARED, contact={"channel": "counter"})


def at_the_counter(world: World, act_code: str, **typed: str) -> Receipt:
    """Lucien is at the counter, for this act, and goes."""
    visit = world.visit(None)
    try:
        act = get_act(act_code)
        basis = world.counter(act, visit)
        return perform(
            act, basis, cleaned(act, basis, {**answers_for(act_code, Via.PRESENCE, known=False), **typed}), uuid4()
        )
    finally:
        visits.end(visit.pk, visits.person_of(visit.pk, world.karim)[0], visits.VisitEnd.ENDED)


def confirm(world: World, code: str, **typed: str) -> Receipt:
    """He shows his passport and this code."""
    return at_the_counter(world, "identity.confirm", code=code, **typed)


def test_the_document_and_the_code_check_the_identity_and_leave_a_trace_of_the_person(world):
    lucien = declared()
    receipt = confirm(world, confirmation_code(lucien.pk).lower().replace("-", " "))
    assert receipt.person_id == lucien.pk
    assert level_of(lucien.pk) == IdentityLevel.CONFIRMED
    with opened(lucien.pk):
        entry = JournalEntry.objects.get(code="identity.confirm")
        assert ["Pièce d’identité vue", "Passeport"] in [list(fact) for fact in entry.details["facts"]]


def test_the_visit_is_with_the_person_from_then_on(world):
    lucien = declared()
    visit = world.visit(None)
    basis = world.counter(ACT, visit)
    typed = {**answers_for(ACT.code, Via.PRESENCE, known=False), "code": confirmation_code(lucien.pk)}
    perform(ACT, basis, cleaned(ACT, basis, typed), uuid4())
    assert world.counter(get_act("rights.copy"), visit).person_id == lucien.pk


@pytest.mark.parametrize("typed", ["CV-0000-0000-0000", "CV-1", "nonsense", "é" * 12])
def test_another_code_checks_nobody(world, typed):
    lucien = declared()
    with pytest.raises(BusinessError) as refused:
        confirm(world, typed)
    assert refused.value.field == "code"
    assert level_of(lucien.pk) == IdentityLevel.DECLARED


def test_the_code_of_a_space_opened_in_another_name_checks_nobody(world):
    impostor = declared()
    with pytest.raises(BusinessError):
        confirm(world, confirmation_code(impostor.pk), first_names="Lucien Marie")
    assert level_of(impostor.pk) == IdentityLevel.DECLARED


def test_of_two_spaces_in_one_name_the_code_says_which(world):
    impostor, lucien = declared(), declared()
    confirm(world, confirmation_code(lucien.pk))
    assert level_of(lucien.pk) == IdentityLevel.CONFIRMED
    assert level_of(impostor.pk) == IdentityLevel.DECLARED
    with pytest.raises(BusinessError, match="existe déjà"):
        confirm(world, confirmation_code(impostor.pk))


def test_a_refusal_in_this_name_is_taken_back_first(world):
    lucien = declared()
    at_the_counter(world, "space.refuse")
    with pytest.raises(BusinessError, match="a refusé tout espace"):
        confirm(world, confirmation_code(lucien.pk))
    assert level_of(lucien.pk) == IdentityLevel.DECLARED


def test_it_is_never_done_under_a_mandate_nor_by_a_representative(world):
    assert ACT.bases == {Via.PRESENCE, Via.PAPER}
    with pytest.raises(BasisRefused):
        perform(ACT, world.online(get_act("contact.change"), world.odette), {}, uuid4())


def test_the_page_gives_the_code_to_its_owner_alone(world, client, sign_in):
    lucien = declared()
    page = sign_in(account("lucien@exemple.fr", person_id=lucien.pk)).get(PAGE).content.decode()
    assert confirmation_code(lucien.pk) in page
    hers = sign_in(world.account_of(world.odette)).get(PAGE).content.decode()
    assert "CV-" not in hers
    assert "il n’y a rien à faire" in hers
    assert client.get(PAGE).status_code == 302


def test_what_asks_for_a_checked_identity_says_how_to_get_there(world, sign_in):
    lucien = declared()
    browser = sign_in(account("lucien@exemple.fr", person_id=lucien.pk))
    assert PAGE in browser.get("/mon-espace/").content.decode()
    refused = browser.get("/mon-espace/actes/emergency.allow/")
    assert refused.status_code == 409
    assert "Faire vérifier mon identité" in refused.content.decode()
