"""Noé, who is 16, and his mother Jeanne: every right of a parent, and what a minor of 15 or more may keep to himself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.ages import reaches
from consent.models import Establishment, Grant, JournalEntry, Professional, Representation
from consent.models.representation import Kind
from consent.representing import ceiling
from consent.roles import work_in
from consent.traits import Traits
from consent.wall import opened
from portal.accounts.user import User
from tests.cast import JEANNE, Patient, make_patient, open_space_answers, request_id


@dataclass
class Mother(Patient):
    """Who represents Noé, and by which row."""

    row: Representation

    def at(self, rest: str = "") -> str:
        """The address of a page of Noé's space, in her hands."""
        return f"/mon-espace/pour/{self.row.pk}/{rest}"


def born(years: int) -> date:
    today = timezone.localdate()
    return date(today.year - years, today.month, min(today.day, 28))


def account_of(professional: Professional) -> User:
    """The account of a professional."""
    return User.objects.create(
        username=professional.rpps, email=f"{professional.rpps}@soins.example", professional=professional
    )


def place_of_zephyr(patient: Patient) -> tuple[Professional, User, Grant]:
    """Dr Zéphyr, his account, and the access that this person gave to the place where he works."""
    place = Establishment.objects.create(finess="230000010", name="Maison des ados", town="Guéret")
    zephyr = Professional.objects.create(rpps="10100000016", name="Dr Zéphyr", profession="Médecin généraliste")
    user = account_of(zephyr)
    work_in(user, place)
    with opened(patient.person.id):
        given = {"person_id": patient.person.id, "establishment": place, "everything": True, "can_read": True}
        return zephyr, user, Grant.objects.create(**given)


def does(patient: Patient, code: str, answers: dict[str, object]) -> None:
    """An act done by the person."""
    perform(get_act(code), patient.basis, answers, request_id())


def hides(noe: Patient, *grants: object, categories: tuple[str, ...] = ()) -> None:
    """Noé keeps these from his parents."""
    does(noe, "representation.hide", {"grants": [str(grant) for grant in grants], "categories": list(categories)})


def entries(person: Patient, **about: object) -> list[JournalEntry]:
    """Traces of this person, the oldest first, opened while the wall is."""
    with opened(person.person.id):
        found = list(JournalEntry.objects.filter(person_id=person.person.id, **about).order_by("at"))
        assert all(entry.details is not None for entry in found)
        return found


@pytest.fixture
def noe(notice: object) -> Patient:
    """Noé Garnier, 16, with an account and an open space."""
    made = make_patient(Traits("Garnier", "Noé", born(16), "M", "23031"), "noe@exemple.fr")
    does(made, "space.open", open_space_answers())
    return made


@pytest.fixture
def jeanne(noe: Patient) -> Mother:
    """His mother, with all that the law gives a parent."""
    made = make_patient(JEANNE, "jeanne@exemple.fr")
    ends_at = reaches(born(16), 18)
    row = represent(noe.person, made.person, Kind.PARENT, sorted(ceiling(Kind.PARENT)), ends_at=ends_at)
    return Mother(made.user, made.person, row)


@pytest.fixture
def mother(jeanne: Mother, sign_in: Callable[[User], Client]) -> Client:
    """Her browser."""
    return sign_in(jeanne.user)
