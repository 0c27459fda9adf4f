"""The cast: the same people in every test. All are invented."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from consent.bases import Actor, Basis, Via
from consent.models import Channel, IdentityLevel, Notice, Person, Professional
from consent.models.journal_entry import ActorKind
from consent.models.person import create_person
from consent.traits import Traits
from portal.accounts.user import User, create_account

ODETTE = Traits("Garnier", "Odette Marie", date(1945, 3, 12), "F", "23031", "245032303112346")
LUCIEN = Traits("Perrin", "Lucien", date(1950, 7, 2), "M", "23176")
JEANNE = Traits("Garnier", "Jeanne", date(1975, 5, 5), "F", "23031")
AICHA = Traits("Ben Saïd", "Aïcha", date(1988, 11, 30), "F", "99351")
POSTAL = {
    "address": "4 rue du Château", "postcode": "23600", "town": "Boussac",
    "phone": "0555000000", "email": None, "channel": Channel.POST, "never_write_home": False,
}  # fmt: skip
PASSWORD = "une phrase pour les essais"


@dataclass
class Patient:
    """A person with an account of their own."""

    user: User
    person: Person

    @property
    def basis(self) -> Basis:
        """They act for themselves, online."""
        return Basis(Via.SELF, self.person.id, Actor(ActorKind.PERSON, self.user.pk))


@pytest.fixture
def notice(db: None) -> Notice:
    """A notice in force."""
    import hashlib

    body = "## Notice d’essai\n\nRien n’existe sans vous."
    return Notice.objects.create(
        version="essai", language="fr", title="Notice d’essai", body=body,
        sha256=hashlib.sha256(body.encode()).digest(), published_on=date(2026, 1, 1),
    )  # fmt: skip


def make_patient(traits: Traits, email: str) -> Patient:
    """A person of checked identity, with a linked account."""
    person = create_person(traits, level=IdentityLevel.CONFIRMED, contact=POSTAL)
    user = create_account(email, PASSWORD)
    user.person_id = person.id
    user.save()
    return Patient(user, person)


@pytest.fixture
def odette(db: None) -> Patient:
    """Odette Garnier, 81, without a space."""
    return make_patient(ODETTE, "odette@exemple.fr")


@pytest.fixture
def aicha(db: None) -> Patient:
    """Aïcha Ben Saïd: somebody else."""
    return make_patient(AICHA, "aicha@exemple.fr")


@pytest.fixture
def dr_lemoine(db: None) -> Professional:
    """Odette's doctor."""
    return Professional.objects.create(
        rpps="10100000008", name="Dr Claire Lemoine", profession="Médecin généraliste", town="Boussac", invented=True
    )


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser signed in as this user."""

    def go(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="portal.accounts.backend.EmailBackend")
        return client

    return go


def open_space_answers(**changes: Any) -> dict[str, Any]:
    """Answers to "open my space" for a person who is known: yes to reminders alone."""
    return {
        "reminders": "yes", "statistics": "no", "research": "no", "notice_read": True, "wish": True, **changes,
    }  # fmt: skip


def request_id() -> UUID:
    """A fresh request."""
    return uuid4()
