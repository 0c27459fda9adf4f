"""« Mes patients »: a professional reads what was opened to them, is told nothing else, and leaves a trace each time."""

import re
import time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent import readers, same_time
from consent.bases import BasisRefused
from consent.models import CareTeam, EmergencyAccess, Grant, JournalEntry, Professional
from consent.roles import leave, work_in
from consent.wall import opened
from portal.accounts.user import create_account
from records.reading import read_patient
from tests.cast import PASSWORD, Patient
from tests.records.conftest import NOBODY, SHEET, TYPED, does
from tests.trials.belongings import with_second_factor

pytestmark = pytest.mark.django_db
CARE = "/soins/"


def give(patient: Patient, number: str, **changes: object) -> Grant:
    answers = {
        "reader_number": number, "rights": ["read"], "extent": "all", "categories": [], "duration": "1y", **changes,
    }  # fmt: skip
    does(patient, "grant.give", answers)
    with opened(patient.person.id):
        return Grant.objects.latest("starts_at")


def traces(patient: Patient, **about: object) -> list[JournalEntry]:
    with opened(patient.person.id):
        found = list(JournalEntry.objects.filter(**about).order_by("at"))
        assert all(entry.details for entry in found)  # opened while the key is at hand
        return found


def bare(answer) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


# -- Reading ------------------------------------------------------------------------------------------


def test_who_was_given_everything_reads_identity_and_the_whole_sheet(with_sheet, at_claires, dr_lemoine):
    grant = give(with_sheet, dr_lemoine.rpps)
    found = at_claires.post(CARE, TYPED)
    assert (found.status_code, found.url) == (303, f"/soins/acces/{grant.pk}/")
    page = at_claires.get(found.url)
    text = page.content.decode()
    assert page.status_code == 200
    assert all(words in text for words in ("Garnier", "Odette Marie", "12/03/1945", "23031", *SHEET.values()))
    (trace,) = traces(with_sheet, nature="read")
    assert (trace.code, trace.via, trace.actor_kind) == ("sheet.read", "grant", "pro")
    assert trace.details["reader"] == {
        "name": "Dr Claire Lemoine", "profession": "Médecin généraliste", "place": "Boussac",
    }  # fmt: skip
    assert trace.details["facts"] == [["Ouvert à la lecture", "tout le contenu de l’espace"]]


@pytest.mark.parametrize(
    ("categories", "shown", "not_shown"),
    [
        (["treatments"], ["allergies", "treatments"], ["wishes", "to_call"]),
        (["wishes"], ["wishes", "to_call"], ["allergies", "treatments"]),
        (["biology"], [], ["allergies", "treatments", "wishes", "to_call"]),
    ],
)
def test_only_the_parts_of_the_categories_opened_are_shown(
    with_sheet, at_claires, dr_lemoine, categories, shown, not_shown
):
    grant = give(with_sheet, dr_lemoine.rpps, extent="some", categories=categories)
    text = at_claires.get(f"/soins/acces/{grant.pk}/").content.decode()
    assert "Garnier" in text
    assert all(SHEET[part] in text for part in shown)
    assert not any(SHEET[part] in text for part in not_shown)


def test_a_part_that_is_closed_looks_like_one_that_says_nothing(with_space, at_claires, dr_lemoine):
    grant = give(with_space, dr_lemoine.rpps, extent="some", categories=["treatments"])
    address = f"/soins/acces/{grant.pk}/"
    nothing = bare(at_claires.get(address))
    does(with_space, "emergency.write", {"allergies": "", "treatments": "", "wishes": "Rien", "to_call": "Jeanne"})
    assert bare(at_claires.get(address)) == nothing


def test_what_was_opened_to_an_establishment_is_read_by_those_who_work_there_and_while_they_do(
    with_sheet, at_claires, claire, hospital
):
    grant = give(with_sheet, hospital.finess)
    address = f"/soins/acces/{grant.pk}/"
    assert at_claires.post(CARE, TYPED).status_code == 422
    assert at_claires.get(address).status_code == 404
    work_in(claire, hospital)
    assert at_claires.post(CARE, TYPED).url == address
    assert SHEET["allergies"] in at_claires.get(address).content.decode()
    (trace,) = traces(with_sheet, nature="read")
    assert ["Par l’accès donné à", "Hôpital de Guéret (Guéret)"] in trace.details["facts"]
    leave(claire, hospital)
    assert at_claires.get(address).status_code == 404
    assert at_claires.post(CARE, TYPED).status_code == 422


def test_an_access_to_deposit_alone_lets_read_nothing(with_sheet, at_claires, dr_lemoine):
    grant = give(with_sheet, dr_lemoine.rpps, rights=["deposit"])
    assert at_claires.post(CARE, TYPED).status_code == 422
    assert at_claires.get(f"/soins/acces/{grant.pk}/").status_code == 403


# -- Ends ---------------------------------------------------------------------------------------------


def end_by_revoking(patient: Patient, grant: Grant) -> None:
    does(patient, "grant.revoke", {}, grant.pk)


def end_by_its_date(patient: Patient, grant: Grant) -> None:
    with opened(patient.person.id):
        past = timezone.now() - timezone.timedelta(days=9)
        Grant.objects.filter(pk=grant.pk).update(starts_at=past, ends_at=timezone.now())


def end_by_closing(patient: Patient, grant: Grant) -> None:
    does(patient, "space.close", {"way": "keep"})


@pytest.mark.parametrize("end", [end_by_revoking, end_by_its_date, end_by_closing])
def test_once_it_has_ended_nothing_is_read_and_the_person_sees_the_try(with_sheet, at_claires, dr_lemoine, end):
    grant = give(with_sheet, dr_lemoine.rpps)
    end(with_sheet, grant)
    answer = at_claires.get(f"/soins/acces/{grant.pk}/")
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Cet accès n’est pas ouvert, ou ne l’est plus." in text
    assert "Garnier" not in text
    (tried,) = traces(with_sheet, outcome="refused")
    assert (tried.code, tried.via) == ("sheet.read", "grant")
    assert tried.details["reason"]
    assert not traces(with_sheet, nature="read")


def test_the_reason_is_told_to_the_person_and_not_to_the_reader(with_sheet, at_claires, dr_lemoine):
    grant = give(with_sheet, dr_lemoine.rpps)
    end_by_revoking(with_sheet, grant)
    assert "retiré" not in at_claires.get(f"/soins/acces/{grant.pk}/").content.decode()
    assert traces(with_sheet, outcome="refused")[0].details["reason"] == "Vous aviez retiré cet accès."


def test_a_closed_account_and_one_reading_itself_are_refused(with_sheet, claire, dr_lemoine):
    basis = readers.basis_of(claire, give(with_sheet, dr_lemoine.rpps).pk)
    assert read_patient(basis).birth_name == "Garnier"
    claire.is_active = False
    claire.save()
    with pytest.raises(BasisRefused):
        read_patient(basis)
    claire.is_active, with_sheet.user.person_id = True, None
    with_sheet.user.save()
    claire.person_id = with_sheet.person.id
    claire.save()
    with pytest.raises(BasisRefused):
        read_patient(basis)


def test_the_check_of_a_basis_takes_two_statements(with_sheet, claire, dr_lemoine, django_assert_num_queries):
    """The space, then the right beside its reader."""
    from consent.bases import lock_basis

    basis = readers.basis_of(claire, give(with_sheet, dr_lemoine.rpps).pk)
    with opened(with_sheet.person.id), django_assert_num_queries(2):
        lock_basis(basis, readers.SHEET)


def test_the_reason_of_a_search_that_finds_nothing_is_the_true_one(with_sheet, at_claires, dr_lemoine):
    give(with_sheet, dr_lemoine.rpps)
    does(with_sheet, "space.suspend", {})
    at_claires.post(CARE, TYPED)
    (tried,) = traces(with_sheet, outcome="refused")
    assert tried.details["reason"] == "Vous aviez suspendu votre espace."


def test_nor_is_it_said_that_nothing_was_opened_to_who_works_in_a_blocked_place(
    with_sheet, at_claires, claire, dr_lemoine, hospital
):
    work_in(claire, hospital)
    give(with_sheet, dr_lemoine.rpps)
    does(with_sheet, "block.add", {"reader": hospital, "emergency_too": "no"})
    at_claires.post(CARE, TYPED)
    (tried,) = traces(with_sheet, outcome="refused")
    assert tried.details["reason"] == "Vous avez bloqué ce professionnel, ou un lieu où il travaille."


# -- Nobody learns who exists ---------------------------------------------------------------------------


def test_the_answer_is_the_same_for_nobody_for_nothing_opened_and_for_what_ended(
    with_sheet, at_claires, at_hugos, dr_lemoine
):
    nobody = at_claires.post(CARE, NOBODY)
    nothing = at_claires.post(CARE, TYPED)
    end_by_revoking(with_sheet, give(with_sheet, dr_lemoine.rpps))
    ended = at_claires.post(CARE, TYPED)
    shape = [bare(answer).replace("Inconnue", "Garnier") for answer in (nobody, nothing, ended)]
    assert shape[0] == shape[1] == shape[2]
    assert {answer.status_code for answer in (nobody, nothing, ended)} == {422}
    assert "Personne avec ces traits ne vous a rien ouvert, ou elle n’existe pas." in shape[0]
    tries = traces(with_sheet, outcome="refused")
    assert [tried.details["reader"]["name"] for tried in tries] == ["Dr Claire Lemoine"] * 2


def test_a_try_that_finds_nothing_takes_the_same_time(with_sheet, at_claires, monkeypatch):
    monkeypatch.setattr(same_time, "SAME_TIME", 0.6)
    taken = []
    for typed in (NOBODY, TYPED):
        started = time.monotonic()
        at_claires.post(CARE, typed)
        taken.append(time.monotonic() - started)
    assert min(taken) >= 0.6
    assert max(taken) - min(taken) < 0.3


def test_the_traits_are_typed_exactly(with_sheet, at_claires, dr_lemoine):
    give(with_sheet, dr_lemoine.rpps)
    for change in ({"first_names": "Odette"}, {"birth_place": "23032"}, {"birth_date": "13/03/1945"}, {"sex": "M"}):
        assert at_claires.post(CARE, {**TYPED, **change}).status_code == 422, change
    assert at_claires.post(CARE, {**TYPED, "birth_name": "GARNIER"}).status_code == 303


def test_after_thirty_tries_in_an_hour_one_waits(at_claires):
    answers = [at_claires.post(CARE, NOBODY).status_code for _try in range(31)]
    assert answers == [422] * 30 + [429]


# -- Who comes in ---------------------------------------------------------------------------------------


def test_these_pages_do_not_exist_for_who_is_no_professional(sign_in):
    someone = sign_in(with_second_factor(create_account("agent@exemple.fr", PASSWORD)))
    for path in (CARE, "/soins/code/", "/soins/urgence/"):
        assert someone.get(path).status_code == 404


def test_a_professional_without_second_factor_is_sent_to_set_it_up(dr_lemoine: Professional, sign_in):
    user = create_account("claire@exemple.fr", PASSWORD, professional=dr_lemoine)
    answer = sign_in(user).get(CARE)
    assert (answer.status_code, answer.url) == (302, "/compte/2fa/totp/activate/")


def test_after_signing_in_a_professional_is_among_their_patients(at_claires: Client):
    assert at_claires.get(reverse("portal:after-sign-in")).url == CARE


def test_the_person_reads_in_words_who_read_and_who_tried(with_sheet, odette_online, at_claires, at_hugos, dr_lemoine):
    grant = give(with_sheet, dr_lemoine.rpps)
    at_claires.get(f"/soins/acces/{grant.pk}/")
    at_hugos.post(CARE, TYPED)
    text = " ".join(odette_online.get("/mon-espace/trace/").content.decode().split())
    assert "Par Dr Claire Lemoine (Médecin généraliste, Boussac), par un accès que vous avez donné." in text
    assert "Par Dr Hugo Ferrand (Médecin cardiologue)" in text
    assert "Vous n’aviez rien ouvert à ce professionnel." in text


def test_no_emergency_access_comes_from_any_of_this(with_sheet, at_claires):
    at_claires.post(CARE, TYPED)
    with opened(with_sheet.person.id):
        assert not EmergencyAccess.objects.exists()


def test_what_another_of_their_rights_opens_is_one_click_away(with_sheet, claire, at_claires, dr_lemoine, hospital):
    work_in(claire, hospital)
    terms = {"rights": ["read"], "extent": "some", "duration": "6m"}
    for number, categories in ((hospital.finess, ["biology", "imaging"]), (dr_lemoine.rpps, ["treatments"])):
        does(with_sheet, "grant.give", {"reader_number": number, "categories": categories, **terms})
    found = at_claires.post("/soins/", TYPED)
    page = at_claires.get(found.url).content.decode()
    assert "Pénicilline" not in page
    assert "Un autre accès vous ouvre aussi : Traitements et allergies." in page
    (other,) = re.findall(r'href="(/soins/[^"]+)">Lire par cet accès', page)
    page = at_claires.get(other).content.decode()
    assert "Pénicilline" in page
    assert "Un autre accès vous ouvre aussi : Analyses de biologie, Imagerie (radios, échographies, IRM)." in page


def test_the_trace_is_in_french_whatever_the_language_of_the_reader(with_sheet, at_claires, dr_lemoine):
    does(with_sheet, "care-team.compose", {"name": "Suivi", "members": [dr_lemoine]})
    with opened(with_sheet.person.id):
        team = CareTeam.objects.get()
    terms = {"rights": ["read"], "extent": "some", "categories": ["treatments"], "duration": "1m"}
    does(with_sheet, "grant.give", {"reader_number": "", "team": str(team.pk), **terms})
    url = at_claires.post("/soins/", TYPED).url
    assert at_claires.get(url, headers={"accept-language": "en"}).status_code == 200
    with opened(with_sheet.person.id):
        facts = JournalEntry.objects.filter(code="sheet.read", outcome="done").latest("at").details["facts"]
    assert facts == [
        ["Ouvert à la lecture", "Traitements et allergies"],
        ["Par l’accès donné à", "Mon équipe « Suivi »"],
    ]
