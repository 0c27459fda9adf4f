"""Whoever reads sees no more than their profession can be shown, by whatever right they read."""

import pytest

from consent import emergency, finding, sharing
from consent.acts.base import BusinessError
from consent.bases import BasisRefused
from consent.models import CareTeam, Grant, JournalEntry, Professional, ShareCode
from consent.readers import basis_of
from consent.roles import work_in
from consent.wall import opened
from portal.accounts.user import User
from records.reading import Patient as Shown
from records.reading import read_patient
from tests.cast import ODETTE, Patient
from tests.records.conftest import REASON, account_of, does

pytestmark = pytest.mark.django_db
ALL = {"rights": ["read"], "extent": "all", "categories": [], "duration": "1m"}
# The table (consent/data/professions.csv): a pharmacist reads treatments and no wishes; a technician neither; a broker
# is not in it.


def who(profession: str) -> User:
    return account_of(Professional.objects.create(rpps="10100000024", name="Luc Petit", profession=profession))


def by_establishment(patient: Patient, user: User, hospital, **terms) -> Grant:
    work_in(user, hospital)
    does(patient, "grant.give", {"reader_number": hospital.finess, **ALL, **terms})
    with opened(patient.person.id):
        return Grant.objects.get()


def by_team(patient: Patient, user: User, hospital, **terms) -> Grant:
    does(patient, "care-team.compose", {"name": "Suivi", "members": [user.professional]})
    with opened(patient.person.id):
        team = CareTeam.objects.get()
    does(patient, "grant.give", {"reader_number": "", "team": str(team.pk), **ALL, **terms})
    with opened(patient.person.id):
        return Grant.objects.get()


def by_code(patient: Patient, user: User, hospital, **terms) -> ShareCode:
    does(patient, "share-code.create", {"reader_number": "", **ALL, **terms, "duration": "1d"})
    with opened(patient.person.id):
        code = ShareCode.objects.get()
    sharing.use_code(user, code.code)
    return code


def shown(user: User, right) -> Shown:
    return read_patient(basis_of(user, right.pk))


RIGHTS = pytest.mark.parametrize("right", [by_establishment, by_team, by_code])


@RIGHTS
def test_a_pharmacist_reads_treatments_and_no_wishes(with_sheet, hospital, right):
    user = who("Pharmacien")
    found = shown(user, right(with_sheet, user, hospital))
    assert {title for title, _text in found.parts} == {"Allergies", "Traitements en cours"}
    with opened(with_sheet.person.id):
        trace = JournalEntry.objects.get(code="sheet.read")
        assert trace.details["facts"][0] == [
            "Ouvert à la lecture", "Ordonnances, Analyses de biologie, Vaccinations, Traitements et allergies"
        ]  # fmt: skip


@RIGHTS
def test_who_can_be_shown_nothing_of_what_was_opened_reads_nothing_not_even_the_name(with_sheet, hospital, right):
    user = who("Technicien de laboratoire")
    row = right(with_sheet, user, hospital, extent="some", categories=["treatments"])
    with pytest.raises(BasisRefused):
        shown_or_refused(user, row)
    with opened(with_sheet.person.id):
        reasons = {entry.details["reason"] for entry in JournalEntry.objects.filter(outcome="refused")}
    assert reasons == {"Sa profession ne peut rien lire de ce que vous avez ouvert."}


def shown_or_refused(user: User, right) -> None:
    basis = basis_of(user, right.pk)
    if basis is None:
        raise BasisRefused("a code that it could not open is not theirs")
    read_patient(basis)


@RIGHTS
def test_a_profession_out_of_the_table_reads_nothing_and_finds_nobody(with_sheet, hospital, right):
    user = who("Courtier en assurances")
    row = right(with_sheet, user, hospital)
    with pytest.raises(BasisRefused):
        shown_or_refused(user, row)
    assert finding.find(user, ODETTE) is None


def test_a_code_that_could_not_be_opened_is_not_used_up(with_sheet, hospital, claire):
    code = by_code(with_sheet, who("Courtier en assurances"), hospital)
    assert sharing.use_code(claire, code.code) == code.pk


def test_the_widest_right_is_the_one_that_shows_most_to_this_profession(with_sheet, hospital):
    """Four categories that a pharmacist can hardly be shown open less than two that they can."""
    user = who("Pharmacien")
    some = {"extent": "some", "categories": ["wishes", "imaging", "reports", "treatments"]}
    narrow = by_code(with_sheet, user, hospital, **some)
    wide = by_establishment(with_sheet, user, hospital, extent="some", categories=["treatments", "prescriptions"])
    assert finding.find(user, ODETTE) == wide.pk != narrow.pk


def test_in_an_emergency_the_whole_sheet_is_shown_whoever_reads(with_sheet):
    user = who("Ambulancier")
    does(with_sheet, "emergency.allow", {"wish": True})
    assert len(read_patient(basis_of(user, emergency.open_access(user, ODETTE, REASON))).parts) == 4


def test_a_code_for_one_professional_goes_no_further_than_their_profession(with_sheet):
    user = who("Pharmacien")
    answers = {**ALL, "duration": "1d", "extent": "some", "categories": ["wishes"]}
    with pytest.raises(BusinessError, match="Décochez : Volontés"):
        does(with_sheet, "share-code.create", {"reader_number": user.professional.rpps, **answers})
