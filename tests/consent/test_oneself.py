"""Nobody opens a space to themselves: not their own, and not one for whose person they act."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.asking import ask
from consent.bases import Actor, Basis, Via
from consent.journal import machine
from consent.models import CareTeam, Category, Grant, JournalEntry, Professional, ShareCode
from consent.models.journal_entry import ActorKind
from consent.models.representation import Kind
from consent.wall import opened
from tests.cast import Patient, request_id
from tests.consent.conftest import check, confirm, does

pytestmark = pytest.mark.django_db
TERMS = {"rights": ["read"], "extent": "all", "categories": [], "duration": "1m"}


@pytest.fixture
def doctor_herself(with_space: Patient, dr_lemoine: Professional) -> Patient:
    """Odette is Dr Lemoine: her account is linked to her person and to the professional."""
    with_space.user.professional = dr_lemoine
    with_space.user.save()
    return with_space


def nothing_given(patient: Patient) -> bool:
    with opened(patient.person.id):
        made = [model.objects.exists() for model in (Grant, CareTeam, ShareCode)]
        codes = ["grant.give", "care-team.compose", "share-code.create", "request.accept"]
        return not any(made) and not JournalEntry.objects.filter(code__in=codes).exists()


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("grant.give", {"reader_number": "10100000008", "rights": ["read"], "extent": "all", "duration": "1m"}),
        ("share-code.create", {"reader_number": "10100000008", "extent": "all", "duration": "1d"}),
        ("care-team.compose", {"name": "Moi", "members": "10100000008"}),
    ],
)
def test_a_professional_gives_themselves_no_access_to_their_own_space(
    doctor_herself: Patient, odette_online: Client, code: str, typed: dict[str, Any]
):
    url = f"/mon-espace/actes/{code}/"
    answer = confirm(odette_online, url, check(odette_online, url, typed))
    assert answer.status_code == 409
    assert "c’est vous : on ne se donne pas d’accès à soi-même." in answer.content.decode()
    assert nothing_given(doctor_herself)


def test_nor_by_accepting_a_request_of_theirs(doctor_herself: Patient, dr_lemoine: Professional):
    with opened(doctor_herself.person.id):
        basis = Basis(Via.SERVICE, doctor_herself.person.id, machine())
        asked = ask(basis, dr_lemoine, categories=[Category.REPORTS], reason="Pour moi.")
    with pytest.raises(BusinessError, match="c’est vous"):
        perform(get_act("request.accept"), doctor_herself.basis, TERMS, request_id(), asked)
    assert nothing_given(doctor_herself)


def test_a_representative_who_is_a_professional_opens_the_space_to_themselves_no_more(
    with_space: Patient, aicha: Patient, dr_lemoine: Professional
):
    """Aïcha may give accesses for Odette; she is a doctor, and names herself."""
    aicha.user.professional = dr_lemoine
    aicha.user.save()
    row = represent(
        with_space.person, aicha.person, Kind.TUTELLE, ["grant.give"], ends_at=timezone.now() + timedelta(days=9)
    )
    basis = Basis(
        Via.REPRESENTATION, with_space.person.id, Actor(ActorKind.REPRESENTATIVE, aicha.user.pk), right_id=row.pk
    )
    with pytest.raises(BusinessError, match="celle qui agit pour elle"):
        perform(get_act("grant.give"), basis, {"reader_number": dr_lemoine.rpps, **TERMS}, request_id())
    assert nothing_given(with_space)


def test_somebody_elses_doctor_is_given_an_access(with_space: Patient, aicha: Patient, dr_lemoine: Professional):
    aicha.user.professional = dr_lemoine
    aicha.user.save()
    does(with_space, "grant.give", {"reader_number": dr_lemoine.rpps, **TERMS})
