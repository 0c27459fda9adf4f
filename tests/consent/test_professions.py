"""The table of professions is a ceiling: it opens nothing, and nothing given goes beyond it."""

from typing import Any

import pytest

from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.models import Category, Grant, Professional
from consent.professions import ceiling, profession_of, professions
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id

SOME = {"rights": ["read"], "extent": "some", "duration": "1m"}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Médecin", "Médecin"), ("Médecin généraliste", "Médecin"), ("MEDECIN", "Médecin"), ("Pharmacien", "Pharmacien"),
        ("Infirmière", "Infirmier"), ("Masseur-Kinésithérapeute", "Masseur-kinésithérapeute"),
    ],
)  # fmt: skip
def test_a_profession_is_known_as_the_directory_writes_it(written: str, name: str):
    assert profession_of(written).name == name


@pytest.mark.parametrize("written", ["", "Courtier en assurances", "médecine douce"])
def test_a_profession_that_the_table_does_not_know_sees_nothing(written: str):
    assert ceiling(written) == frozenset()


def test_a_physician_can_be_shown_everything_and_a_pharmacist_no_report():
    assert ceiling("Médecin") == set(Category)
    assert Category.REPORTS not in ceiling("Pharmacien")


def test_no_two_lines_have_a_word_in_common():
    words = [word for profession in professions() for word in profession.stems]
    assert len(words) == len(set(words))


@pytest.fixture
def pharmacist(db: None) -> Professional:
    return Professional.objects.create(rpps="10100000024", name="Luc Petit", profession="Pharmacien", invented=True)


@pytest.fixture
def space(odette: Patient, notice: Any) -> Patient:
    perform(get_act("space.open"), odette.basis, open_space_answers(), request_id())
    return odette


def give(patient: Patient, reader: Professional, **terms: Any) -> Any:
    return perform(get_act("grant.give"), patient.basis, {"reader_number": reader.rpps, **terms}, request_id())


def test_what_goes_beyond_the_profession_is_refused_and_said(space: Patient, pharmacist: Professional):
    with pytest.raises(BusinessError, match="Décochez : Comptes rendus") as refused:
        give(space, pharmacist, categories=["prescriptions", "reports"], **SOME)
    assert refused.value.field == "categories"
    give(space, pharmacist, categories=["prescriptions"], **SOME)


def test_everything_is_everything_that_the_profession_can_see_and_the_receipt_says_so(space, pharmacist):
    receipt = give(space, pharmacist, rights=["read"], extent="all", categories=[], duration="1m")
    with opened(space.person.id):
        facts = dict(receipt.entry.details["facts"])
    assert facts["Au plus, pour sa profession"].startswith("Ordonnances, Analyses de biologie")


def test_a_profession_out_of_the_table_is_given_nothing(space: Patient):
    broker = Professional.objects.create(rpps="10100000032", name="Max", profession="Courtier", invented=True)
    with pytest.raises(BusinessError, match="Sa profession"):
        give(space, broker, categories=["other"], **SOME)
    with opened(space.person.id):
        assert not Grant.objects.exists()
