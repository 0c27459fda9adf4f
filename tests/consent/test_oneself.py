"""Nobody opens a space to themselves: not their own, and not one for whose person they act."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from consent import emergency, same_time, sharing
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.asking import ask
from consent.bases import Actor, Basis, BasisRefused, Via, lock_basis
from consent.journal import machine
from consent.models import (
    CareTeam,
    Category,
    Establishment,
    Grant,
    JournalEntry,
    Professional,
    Representation,
    ShareCode,
)
from consent.models.journal_entry import ActorKind
from consent.models.representation import EndReason, Kind
from consent.readers import SHEET, basis_of
from consent.roles import make_professional, work_in
from consent.wall import opened
from tests.cast import ODETTE, Patient, request_id
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


# -- A professional who represents the person -------------------------------------------------------------


@pytest.fixture
def doctor(aicha: Patient, dr_lemoine: Professional, monkeypatch: pytest.MonkeyPatch) -> Patient:
    """Aïcha, whose account is Dr Lemoine's too."""
    monkeypatch.setattr(same_time, "SAME_TIME", 0.0)
    make_professional(aicha.user, dr_lemoine)
    return aicha


@pytest.fixture
def hospital(db: None) -> Establishment:
    return Establishment.objects.create(finess="230780041", name="Hôpital de Guéret", town="Guéret")


def guardian(patient: Patient, doctor: Patient, kind: Kind, *scopes: str) -> Representation:
    ends_at = timezone.now() + timedelta(days=9)
    return represent(patient.person, doctor.person, kind, list(scopes), ends_at=ends_at)


def acts(doctor: Patient, row: Representation, code: str, answers: dict[str, Any]) -> None:
    actor = Actor(ActorKind.REPRESENTATIVE, doctor.user.pk)
    basis = Basis(Via.REPRESENTATION, row.person_id, actor, right_id=row.pk)
    perform(get_act(code), basis, answers, request_id())


def reads(doctor: Patient, grant: Grant) -> bool:
    with opened(grant.person_id):
        try:
            lock_basis(basis_of(doctor.user, grant.pk), SHEET)
        except BasisRefused:
            return False
    return True


def given_to_where_they_work(patient: Patient, doctor: Patient, hospital: Establishment) -> Grant:
    work_in(doctor.user, hospital)
    does(patient, "grant.give", {"reader_number": hospital.finess, **TERMS})
    with opened(patient.person.id):
        return Grant.objects.get()


def test_a_representative_does_not_read_as_a_professional_what_they_opened_to_where_they_work(
    with_space: Patient, doctor: Patient, hospital: Establishment
):
    row = guardian(with_space, doctor, Kind.TUTELLE, "grant.give", "space.read")
    work_in(doctor.user, hospital)
    acts(doctor, row, "grant.give", {"reader_number": hospital.finess, **TERMS})
    with opened(with_space.person.id):
        assert not reads(doctor, Grant.objects.get())


def test_nor_by_a_blank_code_of_theirs_that_they_type(with_space: Patient, doctor: Patient):
    row = guardian(with_space, doctor, Kind.TUTELLE, "share-code.create", "space.read")
    acts(doctor, row, "share-code.create", {"reader_number": "", "extent": "all", "categories": [], "duration": "1d"})
    with opened(with_space.person.id):
        code = ShareCode.objects.get().code
    assert sharing.use_code(doctor.user, code) is None
    with opened(with_space.person.id):
        assert ShareCode.objects.get().used_by_id is None, "the code is still for somebody else"


def test_nor_in_an_emergency_that_they_allowed_and_the_person_reads_why(with_space: Patient, doctor: Patient):
    row = guardian(with_space, doctor, Kind.TUTELLE, "emergency.allow", "space.read")
    acts(doctor, row, "emergency.allow", {"wish": True})
    assert emergency.open_access(doctor.user, ODETTE, "Elle est tombée et ne répond plus.") is None
    with opened(with_space.person.id):
        (tried,) = JournalEntry.objects.filter(outcome="refused")
        assert (
            tried.details["reason"] == "Ce professionnel vous représente : il lit comme représentant, ou pas du tout."
        )


def test_once_they_represent_no_more_they_are_a_professional_like_another(
    with_space: Patient, doctor: Patient, hospital: Establishment
):
    row = guardian(with_space, doctor, Kind.TUTELLE, "grant.give")
    grant = given_to_where_they_work(with_space, doctor, hospital)
    assert not reads(doctor, grant)
    with opened(with_space.person.id):
        row.end(EndReason.REPRESENTATIVE)
    assert reads(doctor, grant)


def test_a_doctor_whom_the_person_named_to_be_consulted_reads_what_they_were_given(
    with_space: Patient, doctor: Patient, hospital: Establishment
):
    """A trusted person may be one's own doctor (CSP, L1111-6). They can open nothing."""
    guardian(with_space, doctor, Kind.TRUSTED, "sheet.read")
    assert reads(doctor, given_to_where_they_work(with_space, doctor, hospital))
