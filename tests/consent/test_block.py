"""A block is stronger than any access, and lifting it opens nothing."""

from typing import Any

import pytest

from consent import asking
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Basis, Via
from consent.journal import machine
from consent.models import AccessRequest, Block, Category, Establishment, Grant, JournalEntry, Professional
from consent.roles import work_in
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id
from tests.consent import openings
from tests.trials.world import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def hospital(db: None) -> Establishment:
    return Establishment.objects.create(finess="230780041", name="Hôpital d’essai", invented=True)


@pytest.fixture
def space(odette: Patient, notice: Any) -> Patient:
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    return odette


def do(patient: Patient, code: str, answers: dict[str, Any], target: Any = None) -> None:
    perform(get_act(code), patient.basis, answers, request_id(), target)


def give(patient: Patient, number: str) -> None:
    terms = {"rights": ["read"], "extent": "all", "categories": [], "duration": "6m"}
    do(patient, "grant.give", {"reader_number": number, **terms})


def reads(patient: Patient, doctor: Professional, *places: Establishment) -> bool:
    return openings.reads(patient.person.id, Category.REPORTS, doctor, *places)


def test_a_block_ends_the_access_and_forbids_another(space: Patient, dr_lemoine: Professional):
    give(space, dr_lemoine.rpps)
    assert reads(space, dr_lemoine)
    do(space, "block.add", {"reader": dr_lemoine, "emergency_too": "no"})
    assert not reads(space, dr_lemoine)
    with pytest.raises(BusinessError, match="levez d’abord ce blocage"):
        give(space, dr_lemoine.rpps)


def test_a_blocked_doctor_reads_nothing_by_the_hospital_either(space, dr_lemoine, hospital):
    give(space, hospital.finess)
    assert reads(space, dr_lemoine, hospital)
    do(space, "block.add", {"reader": dr_lemoine, "emergency_too": "no"})
    assert not reads(space, dr_lemoine, hospital)
    other = Professional.objects.create(rpps="10100000016", name="Dr Autre", profession="Médecin", invented=True)
    assert reads(space, other, hospital), "the others of the hospital are not blocked"


def test_a_blocked_hospital_closes_the_space_to_all_who_work_there(space, dr_lemoine, hospital):
    give(space, dr_lemoine.rpps)
    do(space, "block.add", {"reader": hospital, "emergency_too": "yes"})
    assert not reads(space, dr_lemoine, hospital)
    assert reads(space, dr_lemoine), "elsewhere the doctor's own access stands"


def test_lifting_a_block_opens_nothing(space: Patient, dr_lemoine: Professional):
    give(space, dr_lemoine.rpps)
    do(space, "block.add", {"reader": dr_lemoine, "emergency_too": "no"})
    with opened(space.person.id):
        block = Block.objects.get()
    do(space, "block.remove", {}, block.pk)
    assert not reads(space, dr_lemoine)
    with opened(space.person.id):
        assert not Grant.objects.in_force().exists()
    with pytest.raises(BusinessError, match="déjà levé"):
        do(space, "block.remove", {}, block.pk)


def test_lifting_the_block_of_a_place_says_that_what_its_people_hold_counts_again(space, dr_lemoine, hospital):
    give(space, dr_lemoine.rpps)
    do(space, "block.add", {"reader": hospital, "emergency_too": "no"})
    with opened(space.person.id):
        block = Block.objects.get()
        words = dict(get_act("block.remove").target_facts(space.basis, block.pk))["Accès"]
    assert "à ceux qui y travaillent" in words
    assert not reads(space, dr_lemoine, hospital)
    do(space, "block.remove", {}, block.pk)
    assert reads(space, dr_lemoine, hospital)


def test_somebody_is_blocked_once(space: Patient, dr_lemoine: Professional):
    do(space, "block.add", {"reader": dr_lemoine, "emergency_too": "no"})
    with pytest.raises(BusinessError, match="est déjà bloqué"):
        do(space, "block.add", {"reader": dr_lemoine, "emergency_too": "yes"})


def ask(patient: Patient, doctor: Professional) -> None:
    with opened(patient.person.id):
        basis = Basis(Via.SERVICE, patient.person.id, machine())
        assert asking.ask(basis, doctor, categories=[Category.REPORTS], reason="Je vous suis.")


@pytest.mark.parametrize("where", ["themselves", "their hospital"])
def test_a_block_is_a_no_to_what_is_asked(space, dr_lemoine, hospital, where):
    ask(space, dr_lemoine)
    work_in(account(f"{dr_lemoine.rpps}@soins.exemple.fr", professional=dr_lemoine), hospital)
    do(space, "block.add", {"reader": dr_lemoine if where == "themselves" else hospital, "emergency_too": "no"})
    with opened(space.person.id):
        assert not AccessRequest.objects.waiting().exists()
        assert AccessRequest.objects.get().answer == "declined"
        assert ["Demandes refusées", "1"] in JournalEntry.objects.get(code="block.add").details["facts"]


def test_no_code_is_made_for_whoever_is_blocked(space, dr_lemoine):
    do(space, "block.add", {"reader": dr_lemoine, "emergency_too": "yes"})
    answers = {"extent": "all", "categories": [], "duration": "1w", "reader_number": dr_lemoine.rpps}
    with pytest.raises(BusinessError, match="levez d’abord ce blocage"):
        do(space, "share-code.create", answers)


def test_what_is_given_to_somebody_who_works_in_a_blocked_place_says_that_it_opens_nothing(space, dr_lemoine, hospital):
    work_in(account("claire@exemple.fr", professional=dr_lemoine), hospital)
    do(space, "block.add", {"reader": hospital, "emergency_too": "yes"})
    give(space, dr_lemoine.rpps)
    code = {"extent": "all", "categories": [], "duration": "1w", "reader_number": dr_lemoine.rpps}
    do(space, "share-code.create", code)
    with opened(space.person.id):
        for made in ("grant.give", "share-code.create"):
            facts = JournalEntry.objects.get(code=made).details["facts"]
            assert ["Sans effet", "tant que vous bloquez un lieu où il travaille"] in facts


def test_taking_back_an_access_says_by_what_else_its_reader_reads(space, dr_lemoine, hospital):
    work_in(account("claire@exemple.fr", professional=dr_lemoine), hospital)
    give(space, dr_lemoine.rpps)
    give(space, hospital.finess)
    with opened(space.person.id):
        grant = Grant.objects.get(professional=dr_lemoine)
    do(space, "grant.revoke", {}, grant.pk)
    with opened(space.person.id):
        facts = JournalEntry.objects.get(code="grant.revoke").details["facts"]
    assert ["Lit encore par l’accès donné à", str(hospital)] in facts
