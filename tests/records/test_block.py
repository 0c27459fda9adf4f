"""A block is stronger than any access, and looks like nothing; a team's access is that of its members, while they are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from consent import emergency, readers, sharing
from consent.bases import BasisRefused
from consent.models import Block, CareTeam, Grant, JournalEntry, Person, ShareCode
from consent.roles import work_in
from consent.wall import opened
from records.reading import read_patient
from tests.cast import ODETTE
from tests.records.conftest import NOBODY, REASON, TYPED, does
from tests.records.test_care import bare, give, traces

pytestmark = pytest.mark.django_db


def block(patient, reader, *, even_in_an_emergency: bool) -> None:
    does(patient, "block.add", {"reader": reader, "emergency_too": "yes" if even_in_an_emergency else "no"})


def team_of(patient, members) -> CareTeam:
    does(patient, "care-team.compose", {"name": "Mon suivi", "members": members})
    with opened(patient.person.id):
        return CareTeam.objects.get()


def give_to(patient, team: CareTeam) -> Grant:
    answers = {"rights": ["read"], "extent": "all", "categories": [], "duration": "1y", "reader_number": ""}
    does(patient, "grant.give", {**answers, "team": str(team.pk)})
    with opened(patient.person.id):
        return Grant.objects.get(team=team)


def test_a_blocked_professional_is_answered_like_nobody_whatever_was_opened_to_their_hospital(
    with_sheet, at_claires, claire, dr_lemoine, hospital
):
    work_in(claire, hospital)
    grant = give(with_sheet, hospital.finess)
    basis = readers.basis_of(claire, grant.pk)
    assert read_patient(basis).birth_name == "Garnier"
    block(with_sheet, dr_lemoine, even_in_an_emergency=False)
    assert bare(at_claires.post("/soins/", TYPED)) == bare(at_claires.post("/soins/", NOBODY)).replace(
        "Inconnue", "Garnier"
    )
    assert at_claires.get(f"/soins/acces/{grant.pk}/").status_code == 403
    with pytest.raises(BasisRefused, match="bloqué"):
        read_patient(basis)
    assert traces(with_sheet, outcome="refused")


def test_who_works_in_a_blocked_place_is_blocked(with_sheet, claire, dr_lemoine, hospital):
    basis = readers.basis_of(claire, give(with_sheet, dr_lemoine.rpps).pk)
    block(with_sheet, hospital, even_in_an_emergency=False)
    assert read_patient(basis).birth_name == "Garnier"
    work_in(claire, hospital)
    with pytest.raises(BasisRefused):
        read_patient(basis)


def test_a_share_code_opens_nothing_to_who_is_blocked(with_sheet, claire, dr_lemoine):
    block(with_sheet, dr_lemoine, even_in_an_emergency=False)
    does(
        with_sheet, "share-code.create",
        {"extent": "all", "categories": [], "duration": "1d", "reader_number": ""},
    )  # fmt: skip
    with opened(with_sheet.person.id):
        code = ShareCode.objects.get()
    assert sharing.use_code(claire, code.code) is None
    with opened(with_sheet.person.id):
        assert ShareCode.objects.get().used_by_id is None, "the code is still for somebody else"


@pytest.mark.parametrize("even_then", [True, False])
def test_in_an_emergency_a_block_holds_only_if_the_person_said_so(with_sheet, claire, dr_lemoine, even_then):
    does(with_sheet, "emergency.allow", {"wish": True})
    before = readers.basis_of(claire, emergency.open_access(claire, ODETTE, REASON))
    block(with_sheet, dr_lemoine, even_in_an_emergency=even_then)
    if even_then:
        with pytest.raises(BasisRefused):
            read_patient(before)
        does(with_sheet, "emergency.forbid", {})
        does(with_sheet, "emergency.allow", {"wish": True})
        assert emergency.open_access(claire, ODETTE, REASON) is None
    else:
        assert read_patient(before).birth_name == "Garnier"


def test_once_a_death_is_on_record_nobody_reads(with_sheet, at_claires, dr_lemoine):
    grant = give(with_sheet, dr_lemoine.rpps)
    with opened(with_sheet.person.id):
        Person.objects.filter(pk=with_sheet.person.id).update(frozen_at=timezone.now())
    answers = [at_claires.get(f"/soins/acces/{grant.pk}/"), at_claires.post("/soins/", TYPED)]
    assert [answer.status_code for answer in answers] == [403, 422]
    with opened(with_sheet.person.id):
        tried = JournalEntry.objects.filter(person_id=with_sheet.person.id, outcome="refused")
        whys = {entry.details["reason"] for entry in tried}
    assert whys == {"Un décès était enregistré à votre nom : personne ne pouvait lire."}, "should it be a mistake"
    assert not any("décès" in answer.content.decode() for answer in answers)


def test_the_access_of_a_team_is_that_of_its_members(with_sheet, at_claires, at_hugos, dr_lemoine, dr_ferrand):
    team = team_of(with_sheet, [dr_lemoine])
    address = f"/soins/acces/{give_to(with_sheet, team).pk}/"
    assert at_claires.post("/soins/", TYPED).url == address
    assert at_claires.get(address).status_code == 200
    assert at_hugos.get(address).status_code == 404
    does(with_sheet, "care-team.change", {"members": [dr_ferrand]}, team.pk)
    assert at_claires.get(address).status_code == 403, "she was in it: the person sees the try"
    assert at_claires.post("/soins/", TYPED).status_code == 422
    assert at_hugos.get(address).status_code == 200
    does(with_sheet, "care-team.end", {}, team.pk)
    assert at_hugos.get(address).status_code == 403


@pytest.mark.parametrize(
    ("profession", "shown", "not_shown"),
    [("Pharmacien", ["Pénicilline"], ["Pas de réanimation"]), ("Psychologue", ["Pas de réanimation"], ["Pénicilline"])],
)
def test_nobody_is_shown_more_than_their_profession_can_be(
    with_sheet, at_claires, claire, dr_lemoine, hospital, profession, shown, not_shown
):
    dr_lemoine.profession = profession
    dr_lemoine.save()
    work_in(claire, hospital)
    text = at_claires.get(f"/soins/acces/{give(with_sheet, hospital.finess).pk}/").content.decode()
    assert all(words in text for words in shown)
    assert not any(words in text for words in not_shown)


def test_a_profession_that_the_table_does_not_know_reads_nothing(with_sheet, at_claires, claire, dr_lemoine, hospital):
    dr_lemoine.profession = "Astrologue"
    dr_lemoine.save()
    work_in(claire, hospital)
    grant = give(with_sheet, hospital.finess)
    assert at_claires.get(f"/soins/acces/{grant.pk}/").status_code == 403
    assert at_claires.post("/soins/", TYPED).status_code == 422


def test_a_block_ends_the_code_and_the_emergency_of_the_professional_and_lifting_it_gives_neither_back(
    with_sheet, claire, dr_lemoine
):
    does(with_sheet, "share-code.create", {"extent": "all", "categories": [], "duration": "1w", "reader_number": ""})
    with opened(with_sheet.person.id):
        code = ShareCode.objects.get()
    sharing.use_code(claire, code.code)
    does(with_sheet, "emergency.allow", {"wish": True})
    urgent = emergency.open_access(claire, ODETTE, REASON)
    bases = [readers.basis_of(claire, right) for right in (code.pk, urgent)]
    assert all(read_patient(basis) for basis in bases)
    block(with_sheet, dr_lemoine, even_in_an_emergency=True)
    lift(with_sheet)
    for basis in bases:
        with pytest.raises(BasisRefused):
            read_patient(basis)
    assert sharing.use_code(claire, code.code) is None
    assert emergency.open_access(claire, ODETTE, REASON) not in (None, urgent), "it must be opened anew"


def test_a_block_that_leaves_emergencies_leaves_the_one_that_runs(with_sheet, claire, dr_lemoine):
    does(with_sheet, "emergency.allow", {"wish": True})
    urgent = readers.basis_of(claire, emergency.open_access(claire, ODETTE, REASON))
    block(with_sheet, dr_lemoine, even_in_an_emergency=False)
    assert read_patient(urgent).birth_name == "Garnier"


def test_an_emergency_that_runs_is_not_answered_to_who_works_in_a_place_blocked_meanwhile(with_sheet, claire, hospital):
    work_in(claire, hospital)
    does(with_sheet, "emergency.allow", {"wish": True})
    assert emergency.open_access(claire, ODETTE, REASON)
    block(with_sheet, hospital, even_in_an_emergency=True)
    assert emergency.open_access(claire, ODETTE, REASON) is None


@pytest.mark.parametrize("closes", ["suspended", "the place blocked", "dead"])
def test_what_is_closed_meanwhile_is_not_listed_as_open(with_sheet, at_claires, claire, dr_lemoine, hospital, closes):
    """A line that led to a refusal would tell that something was closed (EHDS, article 8)."""
    work_in(claire, hospital)
    does(with_sheet, "emergency.allow", {"wish": True})
    does(with_sheet, "share-code.create", {"extent": "all", "categories": [], "duration": "1w", "reader_number": ""})
    with opened(with_sheet.person.id):
        code = ShareCode.objects.get()
    grant = give(with_sheet, dr_lemoine.rpps)
    with opened(with_sheet.person.id):
        Grant.objects.update(starts_at=timezone.now() - timedelta(30), ends_at=timezone.now() + timedelta(5))
    rights = {sharing.use_code(claire, code.code), emergency.open_access(claire, ODETTE, REASON), grant.pk}
    assert listed(at_claires, rights) == rights
    if closes == "suspended":
        does(with_sheet, "space.suspend", {})
    elif closes == "the place blocked":
        block(with_sheet, hospital, even_in_an_emergency=True)
    else:
        with opened(with_sheet.person.id):
            Person.objects.filter(pk=with_sheet.person.pk).update(frozen_at=timezone.now())
    assert listed(at_claires, rights) == set()
    if closes == "suspended":
        does(with_sheet, "space.resume", {})
        assert listed(at_claires, rights) == rights


def listed(client, rights: set) -> set:
    """Those of these rights that « Mes patients » leads to."""
    page = client.get("/soins/").content.decode()
    return {right for right in rights if str(right) in page}


def lift(patient) -> None:
    with opened(patient.person.id):
        standing = Block.objects.standing().get()
    does(patient, "block.remove", {}, standing.pk)
