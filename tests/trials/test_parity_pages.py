"""Paper parity, page by page: every act of the registry through the real pages of every door.

Online, at the counter and from a posted form, the same walk: form, check your answers, done, the receipt.
A new act needs no change here, only its line in `tests/examples.py`.
"""

import json
import re
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.urls import resolve

from assistance import visits
from assistance.models import EndReason, Mandate, MandateState, VisitEnd
from consent.acts.perform import receipt_of
from consent.acts.registry import all_acts, get_act
from consent.bases import Via
from consent.models import JournalEntry, Receipt
from consent.models.journal_entry import Nature, Outcome
from consent.wall import opened
from tests.examples import ASKS_A_ROW, EXAMPLES, NOT_EVERY_DOOR, Case, answers_for, cases
from tests.trials.belongings import with_second_factor
from tests.trials.walk import Walk, door_of, walk_of
from tests.trials.world import World

# Acts that the counter serves by the person's presence only, and why a mandate cannot list them.
NEVER_UNDER_A_MANDATE = {
    "identity.confirm": "the identity document is seen",
    "mandate.give": "a mandate never gives another one",
    "representation.open": "the proof is seen, with whoever shows it",
    "representation.lift": "the judgment is seen",
    "representation.doubt": "the person is seen alone",
    "representation.clear-doubt": "the person is seen alone",
    "space.freeze": "only the mail service, on a death certificate",
    "space.unfreeze": "the person is there",
}
EVERY = list(cases())
UNDER_A_MANDATE_ALONE = [case for case in EVERY if case.via is Via.MANDATE and Via.PRESENCE not in case.act.bases]


def each(found: list[Case]) -> Any:
    """Parametrised by these cases."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=str(case)) for case in found])


@pytest.fixture(scope="module", autouse=True)
def second_factors(built_world: World) -> None:
    """The agents and the clerk may open the pages of the staff."""
    for user in (built_world.karim, built_world.nadia, built_world.clerk):
        with_second_factor(user)


# -- Every act has every door -----------------------------------------------------------------------------


def test_every_act_is_tried_through_every_door_or_the_exception_is_declared() -> None:
    tried = {(case.act.code, door_of(case.via).name) for case in EVERY} - {
        (case.act.code, "public") for case in EVERY
    }  # fmt: skip
    every = {(act.code, door) for act in all_acts() for door in ("online", "counter", "paper")}
    tried = {(code, door) for code, door in tried if door != "represented"}
    assert tried | set(NOT_EVERY_DOOR) == every
    assert not tried & set(NOT_EVERY_DOOR), "an exception that is none any more"


def test_what_no_mandate_can_list_is_declared_and_served_by_presence() -> None:
    without = {act.code: act for act in all_acts() if Via.MANDATE not in act.bases}
    assert set(without) == set(NEVER_UNDER_A_MANDATE)
    assert all(Via.PRESENCE in act.bases or (act.code, "counter") in NOT_EVERY_DOOR for act in without.values())


# Addresses that the command does not list: what needs no account, and the person's own pages in a representative's hands.
NOT_LISTED = {"public", "represented"}


def test_the_command_says_the_doors_that_the_pages_have() -> None:
    out = StringIO()
    call_command("acts", "--json", stdout=out)
    listed = {act["code"]: act for act in json.loads(out.getvalue())}
    assert set(listed) == {act.code for act in all_acts()}
    for case in EVERY:
        said, door = listed[case.act.code], door_of(case.via)
        assert str(case.via) in said["bases"]
        if door.name not in NOT_LISTED:
            path = re.sub("<[a-z]+>", str(UUID(int=1)), said["doors"][door.name])
            assert resolve(path).kwargs["code"] == case.act.code
    for act in listed.values():
        served = {door_of(case.via).name for case in EVERY if case.act.code == act["code"]} - NOT_LISTED
        assert {name for name, pattern in act["doors"].items() if pattern} == served


# -- Done once ----------------------------------------------------------------------------------------------


@each(EVERY)
def test_form_check_done_and_the_receipt_with_one_trace(world: World, case: Case) -> None:
    walk = walk_of(world, case)
    checked = walk.checked()
    before = traces(world)
    done = walk.confirm(checked)
    assert done.status_code == 303, done.content.decode()
    receipt, entry = outcome_of(walk)
    assert done.url.endswith(f"/{receipt.pk}/")
    shown = walk.client.get(done.url)
    assert shown.status_code == 200
    assert str(receipt.pk) in shown.content.decode()

    assert (entry.code, entry.outcome, entry.nature) == (case.act.code, Outcome.DONE, Nature.ACT)
    expected = dict(walk.expected)
    if case.act.traceless:
        assert entry.person_id is receipt.person_id is None
        expected = {name: expected[name] for name in ("via", "actor_kind", "counter_number") if name in expected}
    assert {name: getattr(entry, name) for name in expected} == expected
    if case.known:
        assert traces(world) == before + 1

    again = walk.confirm(checked)
    assert (again.status_code, again.url) == (303, done.url), "the same answers sent twice are the same act"
    assert outcome_of(walk) == (receipt, entry)
    if case.known:
        assert traces(world) == before + 1


def test_the_end_of_the_mandate_that_one_acts_under_sent_twice_is_one_end(world: World) -> None:
    """The second click finds the mandate ended by the first: it is led to the receipt all the same."""
    case = Case(get_act("mandate.revoke"), Via.MANDATE, known=True)
    walk = walk_of(world, case)
    with opened(world.odette.id):
        own = Mandate.objects.get(reference=walk.expected["basis_reference"])
    walk.address += f"{own.pk}/"
    checked = walk.checked()
    first, again = walk.confirm(checked), walk.confirm(checked)
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.url == first.url
    assert walk.client.get(again.url).status_code == 200


def outcome_of(walk: Walk) -> tuple[Receipt, JournalEntry]:
    """The one receipt and the one entry of the request that was confirmed."""
    assert walk.request_id is not None
    found = receipt_of(walk.request_id)
    assert found is not None, "nothing was done"
    with opened(found[1]):
        entry = JournalEntry.objects.get(request_id=walk.request_id)
        return Receipt.objects.get(entry=entry), entry


def traces(world: World, **about: Any) -> int:
    """The entries that concern Odette, and those about nobody."""
    with opened(world.odette.id):
        return JournalEntry.objects.filter(**about).count()


# -- Refused ------------------------------------------------------------------------------------------------


def assert_refused(world: World, walk: Walk, case: Case, answer: Any, before: int) -> None:
    """403, a reason on the page and in the journal, one entry, and nothing done."""
    assert answer.status_code == 403, (answer.status_code, answer.content.decode())
    assert walk.request_id is None or receipt_of(walk.request_id) is None
    assert traces(world) == before + 1
    with opened(world.odette.id):
        entry = JournalEntry.objects.filter(outcome=Outcome.REFUSED).latest("at")
        assert (entry.code, entry.via) == (case.act.code, Via.PRESENCE if case.via is Via.MANDATE else case.via)
        assert entry.details["reason"].strip().endswith(".")


@each(UNDER_A_MANDATE_ALONE)
def test_refused_at_the_counter_under_a_mandate_that_does_not_list_it(world: World, case: Case) -> None:
    others = [code for code in EXAMPLES if code != case.act.code and code not in NEVER_UNDER_A_MANDATE]
    walk = walk_of(world, case, scopes=others)
    before = traces(world)
    assert_refused(world, walk, case, walk.get(), before)
    assert_refused(world, walk, case, walk.post({"step": "confirm"}), before + 1)


@each([case for case in EVERY if case.via is Via.MANDATE])
def test_refused_at_the_counter_once_the_mandate_has_ended(world: World, case: Case) -> None:
    walk = walk_of(world, case)
    checked = walk.checked()
    with opened(world.odette.id):
        mandate = Mandate.objects.get(reference=walk.expected["basis_reference"])
        mandate.advance(MandateState.ENDED, reason=EndReason.REVOKED)
    before = traces(world)
    answer = walk.confirm(checked)
    if case in UNDER_A_MANDATE_ALONE:
        assert_refused(world, walk, case, answer, before)
        assert mandate.reference in answer.content.decode()
        return
    # The person is there and that is enough: what was prepared under the mandate is to be typed again.
    assert answer.status_code == 400
    assert receipt_of(walk.request_id) is None
    assert traces(world) == before


@each([case for case in EVERY if case.via in {Via.MANDATE, Via.PRESENCE}])
def test_refused_at_the_counter_once_the_visit_has_ended(world: World, case: Case) -> None:
    walk = walk_of(world, case)
    checked = walk.checked()
    visits.end(walk.expected["visit_id"], world.odette.id if case.known else None, VisitEnd.ENDED)
    before = traces(world)
    assert_refused(world, walk, case, walk.confirm(checked), before)
    assert_refused(world, walk, case, walk.get(), before + 1)


@each([case for case in EVERY if case.via is Via.PAPER])
def test_a_posted_form_that_served_serves_no_other_answers(world: World, case: Case) -> None:
    walk = walk_of(world, case)
    first, second = walk.checked(), walk.checked()
    assert walk.confirm(first).status_code == 303
    assert walk.get().status_code == 303, "it is led to what became of the mail"
    answer = walk.confirm(second)
    assert answer.status_code == 403
    assert "déjà été traité" in answer.content.decode()
    assert receipt_of(walk.request_id) is None


@each([case for case in EVERY if case.via is Via.SELF and case.known])
def test_an_account_linked_to_nobody_does_what_needs_no_row_and_nothing_else(world: World, case: Case) -> None:
    alone = Case(case.act, case.via, known=False)
    if alone in EVERY:
        return  # tried above
    walk = walk_of(world, case, user=world.account_of(None))
    before = traces(world)
    if (case.act.code, case.via) in ASKS_A_ROW:
        walk.typed = answers_for(case.act.code, case.via, known=False)
        answer = walk.confirm()
        assert receipt_of(walk.request_id) is None
    else:
        answer = walk.get()
        assert walk.post({**walk.typed}).status_code in {400, 404}
    assert answer.status_code == 409
    assert traces(world) == before
