"""A suspended space is closed to everyone but its person, at once, and comes back as it was."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assistance import visits
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, BasisRefused, Via, lock_basis
from consent.models import CareTeam, Category, Grant, JournalEntry, Representation, ShareCode, Space, SpaceState
from consent.models.journal_entry import ActorKind, Outcome
from consent.models.representation import EndReason
from consent.reading import read
from consent.wall import opened
from tests.assistance.counter_cast import boussac, desk, karim, start  # noqa: F401
from tests.cast import Patient, request_id
from tests.consent.conftest import check, confirm, does
from tests.consent.openings import reads
from tests.examples import answers_for
from tests.trials.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    """Odette has a space, and gave the doctor an access."""
    world = World()
    for code in ("space.open", "grant.give"):
        act = get_act(code)
        world.prepared(act, world.online(act, world.odette), answers_for(code, Via.SELF)).do()
    return world


def by_herself(world: World, code: str) -> None:
    act = get_act(code)
    perform(act, world.online(act, world.odette), {}, request_id())


def doctor_reads(world: World) -> bool:
    return reads(world.odette.id, Category.PRESCRIPTIONS, world.doctor)


def test_a_standing_access_opens_nothing_while_suspended_and_opens_again_after(world: World):
    assert doctor_reads(world)
    by_herself(world, "space.suspend")
    assert not doctor_reads(world)
    with opened(world.odette.id):
        assert Grant.objects.in_force().count() == 1, "it stays given"
    by_herself(world, "space.resume")
    assert doctor_reads(world)


def test_a_mandate_does_nothing_while_suspended_and_the_try_is_kept(world: World):
    act = get_act("contact.change")
    basis = world.basis(act, Via.MANDATE, world.odette)
    ready = world.prepared(act, basis, answers_for(act.code, Via.MANDATE))
    by_herself(world, "space.suspend")
    with pytest.raises(BasisRefused, match="a suspendu son espace"):
        ready.do()
    with opened(world.odette.id):
        tried = JournalEntry.objects.get(code="contact.change", outcome="refused")
        assert "a suspendu" in tried.details["reason"]
    by_herself(world, "space.resume")
    assert ready.do()


def test_a_reading_under_a_mandate_is_refused_while_suspended(world: World):
    basis = world.basis(get_act("contact.change"), Via.MANDATE, world.odette)
    assert read(basis, "contact.change", [], lambda: "read") == "read"
    by_herself(world, "space.suspend")
    with pytest.raises(BasisRefused):
        read(basis, "contact.change", [], lambda: pytest.fail("it was read"))


@pytest.mark.parametrize(
    "code",
    [
        "grant.revoke", "grant.revoke-others", "consent.withdraw", "space.close", "space.resume", "mandate.revoke",
        "block.add",
    ],
)  # fmt: skip
def test_what_ends_something_is_still_done_under_a_mandate(world: World, code: str):
    act = get_act(code)
    basis = world.basis(act, Via.MANDATE, world.odette)
    by_herself(world, "space.suspend")
    assert world.prepared(act, basis, answers_for(code, Via.MANDATE)).do()


@pytest.mark.parametrize("via", [Via.SELF, Via.PAPER, Via.MANDATE])
def test_it_is_resumed_by_every_door(world: World, via: Via):
    by_herself(world, "space.suspend")
    act = get_act("space.resume")
    perform(act, world.basis(act, via, world.odette), {}, request_id())
    with opened(world.odette.id):
        space = Space.objects.get()
        assert (space.state, space.suspended_at) == (SpaceState.OPEN, None)


def test_a_kind_of_basis_that_nobody_thought_of_is_refused(world: World):
    """The rule is written the other way round: what is not the person's own is stopped."""
    stranger = Basis(Via.REPRESENTATION, world.odette.id, Actor(ActorKind.PERSON))
    by_herself(world, "space.suspend")
    from consent import bases

    class Always:
        def lock(self, basis: Basis, code: str) -> None:
            """It stands."""

    before = dict(bases._providers)
    bases._providers[Via.REPRESENTATION] = Always()
    try:
        with opened(world.odette.id), pytest.raises(BasisRefused, match="Aucun accès"):
            lock_basis(stranger, "document.read")
    finally:
        bases._providers.clear()
        bases._providers.update(before)


def test_the_person_goes_on_in_their_suspended_space(world: World):
    by_herself(world, "space.suspend")
    for code in ("consent.give", "grant.revoke"):
        act = get_act(code)
        assert world.prepared(act, world.online(act, world.odette), answers_for(code, Via.SELF)).do()


def test_present_at_a_counter_one_suspends_without_mandate_and_does_not_resume(world: World):
    visit = world.visit(world.odette)
    perform(get_act("space.suspend"), visits.presence(visit), {}, request_id())
    with pytest.raises(BasisRefused):
        perform(get_act("space.resume"), visits.presence(visit), {}, request_id())


@pytest.mark.parametrize(
    ("code", "words"),
    [("space.suspend", "déjà suspendu"), ("space.reopen", "déjà ouvert"), ("space.erase", "fermez-le")],
)
def test_what_makes_no_sense_in_a_suspended_space_says_so(world: World, code: str, words: str):
    by_herself(world, "space.suspend")
    act = get_act(code)
    with pytest.raises(BusinessError, match=words):
        perform(act, world.online(act, world.odette), answers_for("space.reopen", Via.SELF), request_id())


def test_resuming_what_is_not_suspended_says_so(world: World):
    with pytest.raises(BusinessError, match="pas suspendu"):
        by_herself(world, "space.resume")


def test_closing_a_suspended_space_leaves_no_date_of_suspension(world: World):
    by_herself(world, "space.suspend")
    act = get_act("space.close")
    perform(act, world.online(act, world.odette), {"way": "keep"}, request_id())
    with opened(world.odette.id):
        assert (Space.objects.get().state, Space.objects.get().suspended_at) == (SpaceState.KEPT, None)


def test_the_page_names_who_is_shut_out_and_the_space_says_that_it_is_suspended(
    with_grant: Grant, odette: Patient, odette_online
):
    page = odette_online.get("/mon-espace/actes/space.suspend/")
    assert "Dr Claire Lemoine" in page.content.decode()
    assert confirm(odette_online, "/mon-espace/actes/space.suspend/", page).status_code == 303
    home = odette_online.get("/mon-espace/").content.decode()
    assert "Votre espace est suspendu" in home
    assert "Reprendre mon espace suspendu" in home
    does(odette, "space.resume", {})
    assert "Votre espace est ouvert" in odette_online.get("/mon-espace/").content.decode()


def test_at_the_counter_the_file_says_why_and_the_act_falls_back_on_presence(world: World):
    from assistance.doors.counter import CounterDoor
    from tests.trials.world import _request

    world.mandate(world.odette, ["contact.change", "rights.copy", "space.resume"])
    by_herself(world, "space.suspend")
    visit = world.visit(world.odette)
    door = CounterDoor(_request(world.karim), visit.pk)
    assert door.basis(get_act("rights.copy")).via is Via.PRESENCE
    assert door.basis(get_act("space.resume")).via is Via.MANDATE
    with pytest.raises(BasisRefused, match="a suspendu"):
        door.basis(get_act("contact.change"))


def test_an_agent_without_a_mandate_is_told_neither_who_has_access_nor_how_many(desk, with_grant):  # noqa: F811
    page = desk.get(f"{start(desk)}actes/space.suspend/").content.decode()
    assert "tout, à tout le monde sauf vous" in page
    assert "Lemoine" not in page
    assert "Accès gardé" not in page
    assert "<dd>1</dd>" not in "".join(page.split())


def test_the_page_costs_no_more_for_many_teams(with_grant, odette, odette_online):
    def asked(teams: int) -> int:
        with opened(odette.person.id):
            for number in range(teams):
                team = CareTeam.objects.create(person_id=odette.person.id, name=f"Équipe {number}")
                Grant.objects.create(person_id=odette.person.id, team=team, everything=True, can_read=True)
        with CaptureQueriesContext(connection) as queries:
            assert odette_online.get("/mon-espace/actes/space.suspend/").status_code == 200
        return len(queries)

    assert asked(1) == asked(10)


# -- Whoever represents the person ----------------------------------------------------------------------------


CLOSING = {"way": "erase"}


def test_whoever_represents_the_person_only_gives_that_up_while_it_is_suspended(world: World):
    basis = world.represented(world.odette, ["space.close", "grant.revoke"]).whole_basis
    with opened(world.odette.id):
        grant = Grant.objects.get()
    by_herself(world, "space.suspend")
    for code, target in (("space.close", None), ("grant.revoke", grant.pk)):
        with pytest.raises(BasisRefused, match="Aucun accès n’est ouvert"):
            perform(get_act(code), basis, CLOSING, request_id(), target)
    with opened(world.odette.id):
        assert Space.objects.get().state == SpaceState.SUSPENDED
        assert Grant.objects.in_force().count() == 1
    assert perform(get_act("representation.end"), basis, {}, request_id(), basis.right_id)


def test_a_page_that_a_representative_opened_before_closes_nothing_after(noe, jeanne, mother):
    url = jeanne.at("actes/space.close/")
    checked = check(mother, url, CLOSING)
    does(noe, "space.suspend", {})
    assert confirm(mother, url, checked).status_code == 403
    with opened(noe.person.id):
        assert Space.objects.get().state == SpaceState.SUSPENDED
    does(noe, "space.resume", {})
    assert confirm(mother, url, checked).status_code == 303


# -- What would open nothing ----------------------------------------------------------------------------------


def test_no_code_is_made_that_would_open_nothing(with_grant, odette, odette_online):
    does(odette, "space.suspend", {})
    url = "/mon-espace/actes/share-code.create/"
    checked = check(odette_online, url, {"extent": "all", "duration": "1d", "reader_number": ""})
    answer = confirm(odette_online, url, checked)
    assert answer.status_code == 409
    assert "L’espace est suspendu : un code n’y ouvrirait rien." in answer.content.decode()
    with opened(odette.person.id):
        assert not ShareCode.objects.exists()


def test_an_access_given_meanwhile_is_told_to_open_nothing_yet(world: World):
    act = get_act("grant.give")
    typed = answers_for(act.code, Via.SELF) | {"reader_number": "230780041", "extent": "all", "categories": []}
    for suspended in (True, False):
        by_herself(world, "space.suspend" if suspended else "space.resume")
        with opened(world.odette.id):
            Grant.objects.filter(establishment__isnull=False).update(revoked_at=timezone.now())
        facts = world.prepared(act, world.online(act, world.odette), typed).do().entry.details["facts"]
        assert (["Aujourd’hui", "sans effet, tant que l’espace est suspendu"] in facts) is suspended


def test_whoever_represents_the_person_gives_that_up_from_their_space_and_sees_nothing_else(noe, jeanne, mother):
    does(noe, "space.suspend", {})
    for rest in ("", "trace/", "demandes/", "actes/grant.revoke/"):
        assert mother.get(jeanne.at(rest)).status_code == 403
    url = jeanne.at(f"actes/representation.end/{jeanne.row.pk}/")
    page = mother.get(url)
    assert page.status_code == 200
    assert "Jeanne Garnier (parent), pour Noé Garnier" in unescape(page.content.decode())
    done = confirm(mother, url, page)
    assert done.status_code == 303
    assert "pour Noé Garnier" in mother.get(done.url).content.decode()
    with opened(noe.person.id):
        assert Representation.objects.get().end_reason == EndReason.REPRESENTATIVE
        assert not JournalEntry.objects.filter(code="representation.end", outcome=Outcome.REFUSED).exists()


def test_the_person_reads_that_their_suspension_refused_a_try_and_who_tried_does_not(noe, jeanne, mother, sign_in):
    does(noe, "space.suspend", {})
    refused = mother.get(jeanne.at()).content.decode()
    assert "Aucun accès n’est ouvert en ce moment." in refused
    assert "suspendu" not in refused
    assert "Vous aviez suspendu votre espace." in sign_in(noe.user).get("/mon-espace/trace/").content.decode()
