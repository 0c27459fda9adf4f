"""Paper parity: every act, through every basis that it accepts, gives the same right, trace and receipt.

The cases come from the registry and their answers from `tests/examples.py`: a new act needs one line there.
Bases are made of real rows by the doors themselves, then ended in every way that they can end.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from assistance import mandates, roles, visits
from assistance.models import EndReason, Mail, MailState, Mandate, MandateState, Visit
from consent.acts import perform as performing
from consent.acts.registry import all_acts, get_act
from consent.acts.representation import end_locked
from consent.bases import AFTER_DEATH, BasisRefused, Via
from consent.doors.base import doors
from consent.models import JournalEntry, Person, Receipt, Representation
from consent.models.journal_entry import ActorKind, Nature, Outcome
from consent.models.representation import EndReason as RepresentationEnd
from consent.wall import opened
from portal.accounts.user import User
from tests.examples import ALONE, ASKS_A_ROW, EXAMPLES, NOT_EVERY_DOOR, Case, cases
from tests.trials.snapshot import changes, seen_by_app
from tests.trials.world import Ready, World

pytestmark = pytest.mark.django_db
EVERY = [pytest.param(case, id=str(case)) for case in cases()]


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_every_act_has_an_example():
    assert {act.code for act in all_acts()} == set(EXAMPLES)


def test_what_is_declared_as_an_exception_exists():
    codes = {act.code for act in all_acts()}
    assert {code for code, _via in ASKS_A_ROW} | {code for code, _door in NOT_EVERY_DOOR} <= codes


@pytest.mark.parametrize("act", all_acts(), ids=lambda act: act.code)
def test_every_act_has_the_three_doors(act):
    serving = {door.name for door in doors if door.serves(act)}
    excused = {door for code, door in NOT_EVERY_DOOR if code == act.code}
    assert serving - {"represented"} | excused == {"online", "counter", "paper"}
    assert not serving & excused, "an exception that is none any more"


def test_what_is_not_done_by_a_representative_is_declared_with_its_reason():
    assert {act.code for act in all_acts() if Via.REPRESENTATION not in act.bases} == set(ALONE)


@pytest.mark.parametrize("act", all_acts(), ids=lambda act: act.code)
def test_a_mandate_lists_exactly_the_acts_that_can_be_done_under_one(act):
    from assistance.forms.mandate import scope_choices

    listed = {code for _about, acts in scope_choices() for code, _label in acts}
    assert (act.code in listed) == (Via.MANDATE in act.bases)


# -- Done once ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", EVERY)
def test_done_once_with_one_trace_and_one_receipt(world: World, case: Case):
    ready = world.ready(case)
    before = traces(ready)
    request_id = uuid4()
    receipt = ready.do(request_id)
    assert ready.do(request_id).pk == receipt.pk, "the same request is the same act"
    with opened(receipt.person_id):
        (entry,) = JournalEntry.objects.filter(request_id=request_id)
        assert Receipt.objects.filter(entry=entry).get() == receipt
        basis = ready.basis
        assert (entry.code, entry.outcome, entry.nature) == (case.act.code, Outcome.DONE, Nature.ACT)
        assert (entry.via, entry.actor_kind) == (case.via, basis.actor.kind)
        assert entry.counter_number == basis.actor.counter_number
        assert entry.details["facts"], "a receipt without words"
        if case.act.traceless:
            assert entry.person_id is receipt.person_id is None
        else:
            assert entry.person_id == receipt.person_id
            assert (basis.person_id or entry.person_id) == entry.person_id
            own = basis.actor.kind is ActorKind.PERSON  # whose account is kept with none of their traces
            assert entry.actor_id == (None if own else basis.actor.id)
            assert (entry.basis_reference, entry.visit_id) == (basis.reference, basis.visit_id)
    if case.known:
        assert traces(ready) == before + 1


@pytest.mark.parametrize("case", [p for p in EVERY if p.values[0].act.target and p.values[0].via is Via.PAPER])
def test_what_is_acted_on_is_said_before_it_is_done(world: World, case: Case):
    ready = world.ready(case)
    with opened(ready.basis.person_id):
        said = " ".join(words for _label, words in case.act.target_facts(ready.basis, ready.target_id))
    assert said, "one could confirm without knowing on what"


@pytest.mark.parametrize("case", [p for p in EVERY if p.values[0].via is Via.PAPER])
def test_a_posted_form_serves_once(world: World, case: Case):
    ready = world.ready(case)
    receipt = ready.do()
    about = None if case.act.traceless else receipt.person_id
    with opened(about):
        mail = Mail.objects.get(pk=ready.basis.right_id)
        assert (mail.state, mail.receipt_id, mail.person_id) == (MailState.DONE, receipt.pk, about)
    with pytest.raises(BasisRefused, match="déjà été traité"):
        replace(ready, basis=replace(ready.basis, person_id=about or ready.basis.person_id)).do()


@pytest.mark.parametrize("case", [p for p in EVERY if p.values[0].act.traceless])
def test_the_trace_of_what_leaves_no_trace_leads_to_nobody(world: World, case: Case):
    """Nothing in the entry leads from a refusal to who refused: no mandate, no account, no visit of theirs."""
    ready = world.ready(case)
    receipt = ready.do()
    with opened(None):
        entry = JournalEntry.objects.get(pk=receipt.entry_id)
    hers = {str(world.odette.id), *map(str, User.objects.filter(person_id__isnull=False).values_list("pk", flat=True))}
    with opened(world.odette.id):
        for model in (Mandate, Visit, Mail):
            for row in model.objects.filter(person_id=world.odette.id):
                hers |= {str(row.pk), getattr(row, "reference", str(row.pk))}
    clear = ("via", "actor_id", "counter_number", "basis_reference", "visit_id", "request_id", "person_id")
    with opened(None):
        kept = {str(value) for fact in entry.details["facts"] for value in fact}
    kept |= {str(getattr(entry, name)) for name in clear}
    assert not kept & hers


# -- Refused ------------------------------------------------------------------------------------------


def ended_mandate(world: World, ready: Ready) -> None:
    act = get_act("mandate.revoke")
    with opened(world.odette.id):
        own = Mandate.objects.get(pk=ready.basis.right_id)
    basis = world.online(act, world.odette)
    performing.perform(act, basis, {}, uuid4(), own.pk)


def expired_mandate(world: World, ready: Ready) -> None:
    with opened(world.odette.id):
        Mandate.objects.filter(pk=ready.basis.right_id).update(ends_at=timezone.now())


def replaced_mandate(world: World, ready: Ready) -> None:
    with opened(world.odette.id):
        mandate = Mandate.objects.get(pk=ready.basis.right_id)
        mandate.advance(MandateState.ENDED, reason=EndReason.REPLACED)


def without_the_scope(world: World, ready: Ready) -> None:
    others = [code for code in EXAMPLES if code != ready.act.code and Via.MANDATE in get_act(code).bases]
    with opened(world.odette.id):
        Mandate.objects.filter(pk=ready.basis.right_id).update(scopes=others)


def said_without_the_scope(world: World, ready: Ready) -> None:
    ready.basis = replace(ready.basis, scopes=frozenset({"space.nothing"}))


def by_another_counter(world: World, ready: Ready) -> None:
    visit = world.visit(world.odette, agent=world.nadia, counter=world.elsewhere)
    actor = replace(ready.basis.actor, id=world.nadia.pk, counter_number=world.elsewhere.number)
    ready.basis = replace(ready.basis, actor=actor, visit_id=visit.pk)


def by_an_agent_of_another_counter(world: World, ready: Ready) -> None:
    ready.basis = replace(ready.basis, actor=replace(ready.basis.actor, id=world.nadia.pk))


def no_right(world: World, ready: Ready) -> None:
    ready.basis = replace(ready.basis, right_id=uuid4())


def no_visit(world: World, ready: Ready) -> None:
    ready.basis = replace(ready.basis, visit_id=uuid4())


def idle_visit(world: World, ready: Ready) -> None:
    with opened(ready.basis.person_id):
        Visit.objects.filter(pk=ready.basis.visit_id).update(last_seen_at=timezone.now() - timedelta(minutes=10))


def ended_visit(world: World, ready: Ready) -> None:
    visits.end(ready.basis.visit_id, ready.basis.person_id, visits.VisitEnd.ENDED)


def visit_with_someone_else(world: World, ready: Ready) -> None:
    from tests.cast import AICHA

    visits.end(ready.basis.visit_id, ready.basis.person_id, visits.VisitEnd.ENDED)
    visit = world.visit(world.person(AICHA, "aicha@exemple.fr"))
    ready.basis = replace(ready.basis, visit_id=visit.pk)


def agent_left(world: World, ready: Ready) -> None:
    roles.leave(world.karim, world.here)


def closed_account(world: World, ready: Ready) -> None:
    User.objects.filter(pk=ready.basis.actor.id).update(is_active=False)


def unlinked_account(world: World, ready: Ready) -> None:
    User.objects.filter(pk=ready.basis.actor.id).update(person_id=None)


def account_of_someone_else(world: World, ready: Ready) -> None:
    from tests.cast import AICHA

    other = world.person(AICHA, "aicha@exemple.fr")
    actor = replace(ready.basis.actor, id=User.objects.get(person_id=other.id).pk)
    ready.basis = replace(ready.basis, actor=actor)


def agent_for_themselves(world: World, ready: Ready) -> None:
    User.objects.filter(person_id=world.odette.id).update(person_id=None)
    User.objects.filter(pk=ready.basis.actor.id).update(person_id=world.odette.id)


def used_mail(world: World, ready: Ready) -> None:
    settle(ready, MailState.DONE)


def rejected_mail(world: World, ready: Ready) -> None:
    settle(ready, MailState.REJECTED)


def settle(ready: Ready, state: MailState) -> None:
    with opened(ready.basis.person_id):
        Mail.objects.filter(pk=ready.basis.right_id).update(state=state, done_at=timezone.now())


def mail_for_another_act(world: World, ready: Ready) -> None:
    with opened(ready.basis.person_id):
        Mail.objects.filter(pk=ready.basis.right_id).update(act_code="space.nothing")


def mail_of_a_colleague(world: World, ready: Ready) -> None:
    with opened(ready.basis.person_id):
        Mail.objects.filter(pk=ready.basis.right_id).update(taken_by=world.karim)


def not_a_clerk(world: World, ready: Ready) -> None:
    world.clerk.groups.clear()


def a_kind_it_does_not_accept(world: World, ready: Ready) -> None:
    ready.basis = replace(ready.basis, via=Via.SERVICE)


def a_person_who_does_not_exist(world: World, ready: Ready) -> None:
    ready.basis = replace(ready.basis, person_id=uuid4())


def ended_representation(world: World, ready: Ready) -> None:
    end_locked(ready.basis.person_id, ready.basis.right_id, RepresentationEnd.PERSON, ready.basis, tell=False)


def expired_representation(world: World, ready: Ready) -> None:
    with opened(ready.basis.person_id):
        Representation.objects.filter(pk=ready.basis.right_id).update(ends_at=timezone.now())


def for_something_else(world: World, ready: Ready) -> None:
    """What its holder may always do, they give up: nothing is left to them."""
    if ready.act.code == "representation.end":
        return ended_representation(world, ready)
    with opened(ready.basis.person_id):
        Representation.objects.filter(pk=ready.basis.right_id).update(scopes=["space.nothing"])


def death(world: World, ready: Ready) -> None:
    with opened(ready.basis.person_id):
        Person.objects.filter(pk=ready.basis.person_id).update(frozen_at=timezone.now())


Ending = Callable[[World, Ready], None]
IN_A_VISIT: list[Ending] = [
    no_visit, idle_visit, ended_visit, visit_with_someone_else, agent_left, closed_account,
    by_an_agent_of_another_counter,
]  # fmt: skip
WAYS: dict[Via, list[Ending]] = {
    Via.SELF: [unlinked_account, account_of_someone_else, closed_account],
    Via.MANDATE: [
        ended_mandate, expired_mandate, replaced_mandate, without_the_scope, said_without_the_scope,
        by_another_counter, no_right, agent_for_themselves, *IN_A_VISIT,
    ],
    Via.PRESENCE: [*IN_A_VISIT, agent_for_themselves],
    Via.PAPER: [no_right, used_mail, rejected_mail, mail_for_another_act, mail_of_a_colleague, not_a_clerk, closed_account,
                agent_for_themselves],
    Via.PUBLIC: [],
    Via.REPRESENTATION: [
        ended_representation, expired_representation, for_something_else, said_without_the_scope, no_right,
        unlinked_account, account_of_someone_else, closed_account,
    ],
}  # fmt: skip
# Ways that need a person with a row.
ABOUT_SOMEONE = {agent_for_themselves, by_another_counter, unlinked_account, account_of_someone_else}


def ways_of(case: Case) -> list[Ending]:
    """Every way in which the basis of this case can end, or never have been."""
    ways = [a_kind_it_does_not_accept, *([a_person_who_does_not_exist] if case.known else []), *WAYS[case.via]]
    ways += [death] if case.known and case.act.code not in AFTER_DEATH else []
    return [way for way in ways if case.known or way not in ABOUT_SOMEONE]


def test_every_kind_of_basis_has_its_ways_to_end():
    assert set().union(*(act.bases for act in all_acts())) == set(WAYS)


@pytest.mark.parametrize("case", EVERY)
def test_refused_without_basis_and_only_the_try_is_kept(world: World, case: Case):
    prepared = world.ready(case)
    wrong = []
    for way in ways_of(case):
        point = transaction.savepoint()
        try:
            tried(world, case, replace(prepared), way)
        except (AssertionError, pytest.fail.Exception) as error:
            wrong.append(f"{way.__name__}: {error}")
        transaction.savepoint_rollback(point)
    assert not wrong, "\n".join(wrong)


def tried(world: World, case: Case, ready: Ready, way: Ending) -> None:
    """End the basis this way, try the act, and look at what is left."""
    way(world, ready)
    whom = {world.odette.id, ready.basis.person_id, None}
    before = seen_by_app(whom)
    with pytest.raises(BasisRefused) as refused:
        ready.do()
    assert str(refused.value.reason).strip().endswith("."), "a reason is a sentence"
    kept = changes(before, seen_by_app(whom))
    assert kept == {"consent_journalentry": 1, "consent_sealwaiting": 1}, f"one try leaves one trace, not {kept}"
    about = None if way is a_person_who_does_not_exist else ready.basis.person_id
    with opened(about):
        entry = JournalEntry.objects.filter(outcome=Outcome.REFUSED).latest("at")
        assert (entry.code, entry.person_id) == (case.act.code, about)
        assert entry.details["reason"]


@pytest.mark.parametrize("case", EVERY)
def test_nothing_is_left_after_a_fault_at_any_point(world: World, case: Case, monkeypatch: pytest.MonkeyPatch):
    class Fault(Exception):
        """The process meets a fault here."""

    ready = world.ready(case)
    whom = {world.odette.id, ready.basis.person_id, None}
    before = seen_by_app(whom)
    for point in performing.POINTS[:-1]:

        def stop(reached: str, point: str = point) -> None:
            if reached == point:
                raise Fault

        monkeypatch.setattr(performing, "on_point", stop)
        with pytest.raises(Fault):
            ready.do()
        assert not changes(before, seen_by_app(whom)), point
    monkeypatch.setattr(performing, "on_point", None)
    ready.do()
    assert changes(before, seen_by_app(whom))


def traces(ready: Ready) -> int:
    """Entries that can be seen for the person, and those about nobody."""
    with opened(ready.basis.person_id):
        return JournalEntry.objects.count()


def test_a_mandate_can_end_itself(world: World):
    act = get_act("mandate.revoke")
    basis = world.basis(act, Via.MANDATE, world.odette)
    performing.perform(act, basis, {}, uuid4(), basis.right_id)
    with pytest.raises(BasisRefused, match="y a mis fin"):
        performing.perform(act, basis, {}, uuid4(), basis.right_id)
    assert mandates.find_by_reference(basis.reference) is not None
