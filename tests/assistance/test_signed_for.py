"""A mandate that a parent or a guardian signs gives the counter no more than they may do for the person themselves."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assistance.compose import mandate_sheet
from assistance.models import EndReason as MandateEnd
from assistance.models import LetterState, Mandate, MandateState
from assistance.paper.render import render
from consent.acts.representation import represent
from consent.ages import reaches
from consent.models import Person, Representation
from consent.models.representation import EndReason, Kind
from consent.traits import Traits
from consent.wall import opened
from tests.assistance.counter_cast import CONTACT, do, draft_mandate, identity, now, sign, start
from tests.assistance.pdf import text_of
from tests.assistance.test_home_letters import gives
from tests.assistance.test_told import chooses, deliver, letters_of, words
from tests.cast import JEANNE, make_patient
from tests.consent.conftest import check
from tests.consent.reading_cast import LEMOINE, MOREAU, reads
from tests.family import born, does, hides, jeanne, noe  # noqa: F401

pytestmark = pytest.mark.django_db
NOE = Traits("Garnier", "Noé", born(16), "M", "23031")
BY_HIS_MOTHER = {"signer": "parent", "guardian": "Garnier Jeanne", "duration": "year"}
REVOKE = ["grant.revoke", "grant.revoke-others"]


@pytest.fixture
def signed(desk, karim, noe, jeanne):  # noqa: F811
    """The visit with Noé and his mother, and the mandate that she signed for him."""
    url = start(desk, NOE)
    mandate = sign(draft_mandate(desk, url, traits=NOE, scopes=REVOKE, **BY_HIS_MOTHER), karim, url)
    return url, mandate


def test_the_paper_says_who_signs_and_for_whom(signed):
    _url, mandate = signed
    with opened(mandate.person_id):
        printed = " ".join(text_of(render(mandate_sheet(Mandate.objects.get()))).split())
    assert "Garnier Jeanne signe pour la personne, qui est mineure, comme père ou mère." in printed
    assert "Le père ou la mère Garnier Jeanne" in printed


def test_it_ends_on_the_18th_birthday_at_the_latest(signed):
    _url, mandate = signed
    assert now(mandate).ends_at <= reaches(NOE.birth_date, 18)


def test_under_it_an_act_is_done(desk, signed, noe, dr_lemoine):  # noqa: F811
    url, _mandate = signed
    grant = gives(noe, dr_lemoine, "1y")
    assert "Lemoine" in desk.get(f"{url}actes/grant.revoke/").content.decode()
    assert do(desk, url, "grant.revoke", {}, f"{grant.pk}/").status_code == 303


def test_what_the_person_hides_from_who_signed_is_not_on_the_agents_screen_either(desk, signed, noe, dr_lemoine):  # noqa: F811
    url, _mandate = signed
    grant = gives(noe, dr_lemoine, "1y")
    hides(noe, grant.pk)
    assert "Lemoine" not in desk.get(f"{url}actes/grant.revoke/").content.decode()
    assert desk.get(f"{url}actes/grant.revoke/{grant.pk}/").status_code == 404
    assert "Lemoine" not in desk.get(f"{url}actes/grant.revoke-others/").content.decode()


def test_what_is_the_persons_alone_is_not_listed(desk, noe, jeanne):  # noqa: F811
    url = start(desk, NOE)
    scopes = ["representation.show", "space.erase"]
    answer = check(desk, f"{url}actes/mandate.give/", {"scopes": scopes, **BY_HIS_MOTHER})
    assert answer.status_code == 422
    assert "La personne seule le décide" in answer.content.decode()


def test_nobody_signs_for_someone_grown_up(desk, odette):
    url = start(desk)
    answer = check(desk, f"{url}actes/mandate.give/", {"scopes": REVOKE, **BY_HIS_MOTHER})
    assert answer.status_code == 422
    assert "elle signe elle-même" in answer.content.decode()


def test_it_covers_nothing_once_the_parents_right_was_withdrawn(desk, signed, noe):  # noqa: F811
    url, _mandate = signed
    with opened(noe.person.id):
        Representation.objects.get().end(EndReason.LIFTED)
    assert desk.get(f"{url}actes/grant.revoke/").status_code == 403


def test_a_judge_who_left_reading_alone_left_no_act_to_sign_for(desk, odette):
    guardian = make_patient(JEANNE, "jeanne@exemple.fr")
    ends_at = timezone.now() + timedelta(days=90)
    represent(odette.person, guardian.person, Kind.TUTELLE, ["sheet.read"], ends_at=ends_at)
    url = start(desk)
    by_guardian = {"signer": "guardian", "judgment_court": "Guéret", "judgment_date": "02/03/2025"}
    answer = check(desk, f"{url}actes/mandate.give/", {"scopes": REVOKE, **BY_HIS_MOTHER, **by_guardian})
    assert answer.status_code == 422
    assert "un juge ne le permet pas" in answer.content.decode()


def test_while_the_person_suspends_their_space_it_ends_nothing(desk, signed, noe, dr_lemoine):  # noqa: F811
    url, _mandate = signed
    gives(noe, dr_lemoine, "1y")
    does(noe, "space.suspend", {})
    assert desk.get(f"{url}actes/grant.revoke/").status_code == 403


PAUL = Traits("Moreau", "Paul", date(1970, 1, 1), "M", "23008")
BY_HIS_FATHER = {**BY_HIS_MOTHER, "guardian": "Moreau Paul"}


@pytest.fixture
def father(noe, jeanne):  # noqa: F811
    """His father, whom a judge let nothing but look."""
    made = make_patient(PAUL, "paul@exemple.fr")
    until = timezone.now() + timedelta(days=90)
    limits = {"ends_at": until, "court_limits": "Droit de regard seul."}
    return represent(noe.person, made.person, Kind.PARENT, ["space.read"], **limits)


def test_what_a_judge_took_from_one_parent_is_not_taken_from_the_other(desk, signed, noe, father, dr_lemoine):  # noqa: F811
    url, _mandate = signed
    grant = gives(noe, dr_lemoine, "1y")
    assert do(desk, url, "grant.revoke", {}, f"{grant.pk}/").status_code == 303


@pytest.mark.parametrize(
    ("name", "may"),
    [("Jeanne GARNIER", True), ("garnier  jeanne, Mme", True), ("Moreau Paul", False), ("Moro Paul", False)],
)
def test_each_parent_signs_for_what_they_hold_and_a_name_that_is_misspelt_widens_nothing(desk, noe, father, name, may):  # noqa: F811
    url = start(desk, NOE)
    answer = check(desk, f"{url}actes/mandate.give/", {"scopes": REVOKE, **BY_HIS_MOTHER, "guardian": name})
    assert (answer.status_code == 200) is may
    assert may or "un juge ne le permet pas" in answer.content.decode()


def test_whose_right_was_withdrawn_signs_for_nothing_though_the_other_still_holds_theirs(desk, noe, father):  # noqa: F811
    with opened(noe.person.id):
        Representation.objects.get(pk=father.pk).end(EndReason.LIFTED)
    url = start(desk, NOE)
    answer = check(desk, f"{url}actes/mandate.give/", {"scopes": REVOKE, **BY_HIS_FATHER})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("years", "signed", "says"),
    [
        (14, {"signer": "person"}, "Avant 15 ans, on ne signe pas soi-même"),
        (14, {"signer": "mark", "witness_1": "Ana Roche", "witness_2": "Luc Blanc"}, "Avant 15 ans"),
        (14, {"signer": "parent", "guardian": "Garnier Jeanne"}, ""),
        (15, {"signer": "person"}, ""),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_before_15_a_child_does_not_sign_and_a_parent_does(desk, db, years, signed, says, known):
    child = Traits("Garnier", "Zoé", born(years), "F", "23031")
    if known:
        make_patient(child, "zoe@exemple.fr")
    url = start(desk, child)
    typed = {"scopes": REVOKE, "duration": "year", **signed, **({} if known else {**identity(child), **CONTACT})}
    answer = check(desk, f"{url}actes/mandate.give/", typed)
    assert answer.status_code == (422 if says else 200)
    assert says in answer.content.decode()


@pytest.mark.parametrize(
    ("day", "says"), [("01/01/2030", "dans le futur"), ("01/02/1890", "n’était pas née"), ("02/03/2025", "")]
)
def test_a_judgment_has_been_spoken_and_of_someone_born(desk, odette, day, says):
    by_guardian = {"signer": "guardian", "judgment_court": "Guéret", "judgment_date": day}
    answer = check(desk, f"{start(desk)}actes/mandate.give/", {"scopes": REVOKE, **BY_HIS_MOTHER, **by_guardian})
    assert answer.status_code == (422 if says else 200)
    assert says in answer.content.decode()


def test_a_letter_that_tells_of_what_is_hidden_is_not_handed_to_who_signed_and_others_are(
    desk, signed, noe, dr_lemoine  # noqa: F811
):  # fmt: skip
    url, mandate = signed
    hides(noe, gives(noe, dr_lemoine, "1y").pk)
    with opened(noe.person.id):
        Person.objects.filter(pk=noe.person.id).update(never_write_home=True)
    chooses(noe, "each")
    letters = []
    for who in (LEMOINE, MOREAU):
        reads(noe.person.id, who)
        deliver(noe.person.id)
        letters += [letter for letter in letters_of(noe) if who.words.name in words(letter)]
    hidden, other = letters
    assert hidden.state == other.state == LetterState.HELD
    page = desk.get(url).content.decode()
    assert other.reference in page
    assert hidden.reference not in page
    assert desk.get(f"{url}courriers/{hidden.pk}/pdf/").status_code == 404
    assert desk.get(f"{url}courriers/{other.pk}/pdf/").status_code == 202, "it is being printed"
    assert desk.post(f"{url}courriers/{hidden.pk}/remis/").status_code == 404
    assert desk.post(f"{url}courriers/{other.pk}/remis/").status_code == 303
    with opened(noe.person.id):
        Mandate.objects.get(pk=mandate.pk).advance(MandateState.ENDED, reason=MandateEnd.REVOKED)
    desk.post(f"{url}fin/")
    assert hidden.reference in desk.get(start(desk, NOE)).content.decode(), "to the person alone it is handed"
