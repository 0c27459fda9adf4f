"""Someone acts and reads for someone else: through the pages, within what they hold, until it ends."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consent.acts.base import BusinessError
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.ages import reaches
from consent.bases import Actor, Basis, Via
from consent.days import last_day_words
from consent.models import Grant, IdentityLevel, JournalEntry, OutboxItem, Person, Representation, Space
from consent.models.journal_entry import ActorKind, Outcome
from consent.models.person import create_person, find_confirmed
from consent.models.representation import EndReason, Kind
from consent.representing import READINGS, ceiling, representations_of, scope_facts
from consent.telling import reads_between
from consent.traits import Traits
from consent.wall import opened
from tests.cast import JEANNE, POSTAL, Patient, make_patient
from tests.consent.conftest import check, confirm, does
from tests.consent.reading_cast import outbox_of

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
OF_JEANNE = {
    "other_birth_name": "Garnier", "other_first_names": "Jeanne", "other_birth_date": "05/05/1975", "other_sex": "F",
    "other_birth_place": "23031",
}  # fmt: skip
NAME = "/mon-espace/actes/representation.name/"


@pytest.fixture
def jeanne(db: None) -> Patient:
    """Odette's niece, of checked identity, with an account."""
    return make_patient(JEANNE, "jeanne@exemple.fr")


@pytest.fixture
def jeanne_online(jeanne: Patient, sign_in) -> Client:
    return sign_in(jeanne.user)


def gives(person: Person, by: Patient, kind: Kind = Kind.RELATIVE, *scopes: str, days: int = 30) -> Representation:
    """This person is represented by this patient."""
    return represent(person, by.person, kind, list(scopes), ends_at=timezone.now() + timedelta(days=days))


def at(row: Representation, rest: str = "") -> str:
    return f"/mon-espace/pour/{row.pk}/{rest}"


def entries(person: Person, **about) -> list[JournalEntry]:
    with opened(person.id):
        found = list(JournalEntry.objects.filter(person_id=person.id, **about).order_by("at"))
        assert all(entry.details is not None for entry in found), "opened while the wall is"
        return found


def child(born: date, name: str = "Milo") -> Person:
    """A child of checked identity, without account."""
    traits = Traits("Garnier", name, born, "M", "23031")
    return create_person(traits, level=IdentityLevel.CONFIRMED, contact=POSTAL)


def years_ago(years: int, days: int = 0) -> date:
    today = timezone.localdate() + timedelta(days=days)
    return today.replace(year=today.year - years, day=min(today.day, 28))


# -- Naming, through the pages ------------------------------------------------------------------------------


def test_odette_names_jeanne_who_takes_back_an_access_for_her_and_odette_sees_who_did_it(
    odette, odette_online, jeanne, jeanne_online, with_grant
):
    answers = {**OF_JEANNE, "kind": "relative", "scopes": ["grant.revoke", "space.read"], "duration": "6m"}
    assert confirm(odette_online, NAME, check(odette_online, NAME, answers)).status_code == 303
    with opened(odette.person.id):
        row = Representation.objects.get()
    assert "Quelqu’un vous représente." in odette_online.get("/mon-espace/").content.decode()
    own = odette_online.get("/mon-espace/representation/").content.decode()
    assert "Jeanne Garnier" in own
    assert f"/mon-espace/actes/representation.end/{row.pk}/" in own

    mine = jeanne_online.get("/mon-espace/").content.decode()
    assert "Odette Garnier" in mine
    assert at(row) in mine
    page = jeanne_online.get(at(row)).content.decode()
    assert "Vous agissez pour" in page
    assert "Revenir à mon espace" in page
    assert "Dr Claire Lemoine" in page
    url = at(row, f"actes/grant.revoke/{with_grant.pk}/")
    assert url in page
    done = confirm(jeanne_online, url, jeanne_online.get(url))
    assert done.status_code == 303
    assert "Jeanne Garnier (proche)" in jeanne_online.get(done.url).content.decode()
    with opened(odette.person.id):
        assert not Grant.objects.in_force().exists()
    (entry,) = entries(odette.person, code="grant.revoke")
    assert (entry.via, entry.actor_kind, entry.actor_id) == (
        Via.REPRESENTATION,
        ActorKind.REPRESENTATIVE,
        jeanne.user.pk,
    )
    assert "Par Jeanne Garnier (proche)" in odette_online.get("/mon-espace/trace/").content.decode()


def test_coming_in_leaves_one_trace_a_day(odette, jeanne, jeanne_online, with_space):
    row = gives(odette.person, jeanne, Kind.RELATIVE, "space.read")
    for _time in range(3):
        assert jeanne_online.get(at(row)).status_code == 200
    (entry,) = entries(odette.person, code="representation.entered")
    assert (entry.details["reader"]["name"], entry.details["reader"]["profession"]) == ("Jeanne Garnier", "proche")


def test_coming_in_is_a_reading_told_at_the_first_use_and_then_as_chosen(
    odette, jeanne, jeanne_online, sign_in, with_space, monkeypatch
):
    row = gives(odette.person, jeanne, Kind.RELATIVE, "space.read")
    jeanne_online.get(at(row))
    (first,) = entries(odette.person, code="representation.entered")
    assert [item.subject_id for item in outbox_of(odette.person.id, "read-told")] == [first.pk]
    assert first.details["facts"] == [["Peut lire", "Voir les accès donnés et les usages acceptés"]]
    does(odette, "telling.change", {"reads": "each", "quarterly": "no"})
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    later = sign_in(jeanne.user)
    for _time in range(2):
        assert later.get(at(row)).status_code == 200
    assert len(outbox_of(odette.person.id, "read-told")) == 2


def test_coming_in_is_among_the_readings_by_others_and_in_the_statement(
    odette, odette_online, jeanne, jeanne_online, with_space
):
    jeanne_online.get(at(gives(odette.person, jeanne, Kind.RELATIVE, "space.read")))
    page = odette_online.get("/mon-espace/trace/?others=on").content.decode()
    assert "Votre représentant est entré dans votre espace" in page
    now = timezone.now()
    with opened(odette.person.id):
        told = reads_between(odette.person.id, now - timedelta(hours=1), now + timedelta(hours=1))
        assert [read.code for read in told] == ["representation.entered"]


def test_the_history_is_read_only_when_it_was_allowed_and_each_reading_is_in_it(
    odette, jeanne, jeanne_online, with_space
):
    row = gives(odette.person, jeanne, Kind.TRUSTED, "history.read")
    assert "Ouvrir mon espace" in jeanne_online.get(at(row, "trace/")).content.decode()
    assert len(entries(odette.person, code="history.read", outcome=Outcome.DONE)) == 1
    with opened(odette.person.id):
        Representation.objects.update(scopes=["space.read"])
    answer = jeanne_online.get(at(row, "trace/"))
    assert answer.status_code == 403
    assert "Ouvrir mon espace" not in answer.content.decode()
    (tried,) = entries(odette.person, code="history.read", outcome=Outcome.REFUSED)
    assert tried.details["reason"] == "Votre représentation ne prévoit pas cela."


def test_what_the_representation_does_not_list_is_neither_offered_nor_done(odette, jeanne, jeanne_online, with_grant):
    row = gives(odette.person, jeanne, Kind.RELATIVE, "space.read")
    page = jeanne_online.get(at(row)).content.decode()
    assert "grant.give" not in page
    assert "space.close" not in page
    assert "contact.change" not in page
    assert "4 rue du Château" not in page
    for code in ("space.close", "grant.give", f"grant.revoke/{with_grant.pk}"):
        assert jeanne_online.get(at(row, f"actes/{code}/")).status_code == 403
        assert jeanne_online.post(at(row, f"actes/{code}/"), {"step": "confirm"}).status_code in (400, 403)


def test_an_end_counts_at_once_and_says_so_without_a_name(odette, odette_online, jeanne, jeanne_online, with_space):
    row = gives(odette.person, jeanne, Kind.RELATIVE, "space.close")
    checked = check(jeanne_online, at(row, "actes/space.close/"), {"way": "erase"})
    does(odette, "representation.end", {}, row.pk)
    answer = confirm(jeanne_online, at(row, "actes/space.close/"), checked)
    assert answer.status_code == 403
    assert jeanne_online.get(at(row)).status_code == 403
    page = jeanne_online.get(at(row)).content.decode()
    assert "a pris fin le" in page
    assert "Odette" not in page
    with opened(odette.person.id):
        assert Space.objects.get().state == "open"


def test_someone_elses_representation_is_nothing(odette, jeanne, aicha, sign_in, with_space):
    row = gives(odette.person, jeanne, Kind.RELATIVE, "space.read")
    for client in (sign_in(aicha.user), sign_in(odette.user)):
        for rest in ("", "trace/", "actes/grant.give/"):
            assert client.get(at(row, rest)).status_code == 404


def test_jeanne_gives_it_up_from_her_own_space_and_odette_reads_it(odette, jeanne, jeanne_online, with_space):
    row = gives(odette.person, jeanne, Kind.RELATIVE, "space.read")
    url = f"/mon-espace/actes/representation.end/{row.pk}/"
    assert url in jeanne_online.get("/mon-espace/").content.decode()
    assert confirm(jeanne_online, url, jeanne_online.get(url)).status_code == 303
    with opened(odette.person.id):
        assert Representation.objects.get().end_reason == EndReason.REPRESENTATIVE
    assert len(entries(odette.person, code="representation.ended")) == 1


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (datetime(2031, 2, 10, tzinfo=PARIS), "9 février 2031"),
        (datetime(2031, 2, 10, 15, tzinfo=PARIS), "10 février 2031"),
        (datetime(2032, 3, 1, tzinfo=PARIS), "29 février 2032"),
    ],
)
def test_until_names_the_last_day_as_the_judgment_does(end: datetime, told: str):
    assert last_day_words(end) == told


def test_what_a_representative_may_do_is_told_by_what_it_is_about():
    told = scope_facts(["grant.revoke", "block.add", "history.read", "grant.give"])
    assert told == [
        ("Peut lire", "Voir l’historique : qui a fait quoi"),
        ("Peut faire : Les accès à mon espace", "Donner un accès ; Retirer un accès"),
        ("Peut faire : Ceux que je bloque", "Bloquer un professionnel ou un établissement"),
    ]
    assert scope_facts([]) == [("Peut", "être consulté, sans rien lire")]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"other_birth_date": "06/05/1975"}, "other_birth_name", "ne connaît personne d’identité vérifiée"),
        ({"scopes": []}, "scopes", "Cochez au moins une case"),
        ({"duration": "none"}, "duration", "un an au plus"),
        ({"kind": "trusted"}, "scopes", "seulement des lectures"),
    ],
)
def test_a_naming_that_cannot_be_is_told_beside_its_field(odette_online, jeanne, with_space, changes, field, words):
    answers = {**OF_JEANNE, "kind": "relative", "scopes": ["grant.revoke"], "duration": "6m", **changes}
    answer = check(odette_online, NAME, answers)
    if answer.status_code == 200:
        answer = confirm(odette_online, NAME, answer)
    assert answer.status_code in (409, 422)
    html = answer.content.decode()
    assert words in html
    assert re.search(rf'id="[^"]*{field}[^"]*"', html)
    assert "Jeanne" in html


def test_one_does_not_represent_oneself(odette, with_space):
    answers = {
        "other_birth_name": "Garnier", "other_first_names": "Odette Marie", "other_birth_date": date(1945, 3, 12),
        "other_sex": "F", "other_birth_place": "23031", "kind": "trusted", "scopes": [], "duration": "none",
    }  # fmt: skip
    with pytest.raises(BusinessError, match="ne se représente pas soi-même"):
        does(odette, "representation.name", answers)


def test_nobody_learns_by_trying_who_is_known_here(odette, jeanne, with_space):
    answers = {
        "other_birth_name": "Inconnue", "other_first_names": "Jeanne", "other_birth_date": date(1975, 5, 5),
        "other_sex": "F", "other_birth_place": "23031", "kind": "trusted", "scopes": [], "duration": "none",
    }  # fmt: skip
    for _try in range(10):
        with pytest.raises(BusinessError, match="ne connaît personne"):
            does(odette, "representation.name", answers)
    with pytest.raises(BusinessError, match="Trop d’essais"):
        does(odette, "representation.name", {**answers, "other_birth_name": "Garnier"})


# -- Parents and guardians ----------------------------------------------------------------------------------


def opening(by: Patient, born: date, **changes):
    """The act on proof, with its rule alone: the doors are tried by the parity trials."""
    answers = {
        "other_birth_name": "Garnier", "other_first_names": "Milo", "other_birth_date": born, "other_sex": "M",
        "other_birth_place": "23031", "kind": "parent", "proof": "family-book", "judgment_date": None, "ends_on": None,
        "scopes": [], "court_limits": "", **changes,
    }  # fmt: skip
    basis = Basis(Via.PAPER, by.person.id, Actor(ActorKind.CLERK))
    with opened(by.person.id):
        return get_act("representation.open").effect(basis, answers, None)


def milo_of(born: date) -> Person | None:
    found = find_confirmed(Traits("Garnier", "Milo", born, "M", "23031"))
    if found is None:
        return None
    with opened(found):
        return Person.objects.get(pk=found)


def test_both_parents_hold_the_same_rights_each_by_their_own_row(jeanne, aicha):
    born = date(2016, 2, 29)
    opening(jeanne, born)
    opening(aicha, born)
    milo = milo_of(born)
    with opened(milo.pk):
        rows = list(Representation.objects.in_force())
        assert {row.representative_id for row in rows} == {jeanne.person.id, aicha.person.id}
        assert rows[0].scopes == rows[1].scopes == sorted(ceiling(Kind.PARENT))
        assert {row.ends_at for row in rows} == {datetime(2034, 3, 1, tzinfo=PARIS)}
        assert "livret de famille" in rows[0].proof
        assert JournalEntry.objects.filter(code="representation.opened").count() == 2
        assert OutboxItem.objects.filter(topic="told").count() == 2


def test_a_judges_limit_takes_scopes_away_and_is_kept_in_words(jeanne):
    born = date(2016, 2, 29)
    opening(jeanne, born, scopes=["history.read"], court_limits="droit de surveillance seulement")
    milo = milo_of(born)
    with opened(milo.pk):
        row = Representation.objects.get()
        assert (row.scopes, row.court_limits) == (["history.read"], "droit de surveillance seulement")


def test_a_parent_of_someone_grown_up_is_refused_in_plain_words(jeanne):
    born = years_ago(18)
    with pytest.raises(BusinessError, match=r"a 18 ans depuis le .* un parent ne la représente plus"):
        opening(jeanne, born)
    assert milo_of(born) is None


def test_the_day_of_the_18th_birthday_it_is_over_without_any_task(jeanne, jeanne_online, monkeypatch):
    milo = child(years_ago(17))
    row = represent(milo, jeanne.person, Kind.PARENT, ["space.read"], ends_at=reaches(milo_birth(milo), 18))
    assert jeanne_online.get(at(row)).status_code == 200
    birthday = reaches(milo_birth(milo), 18)
    monkeypatch.setattr(timezone, "now", lambda: birthday - timedelta(seconds=1))
    assert representations_of(jeanne.person.id)[0].in_force
    monkeypatch.setattr(timezone, "now", lambda: birthday)
    assert not representations_of(jeanne.person.id)[0].in_force
    with opened(milo.pk):
        assert not Representation.objects.in_force().exists()


def milo_birth(person: Person) -> date:
    with opened(person.pk):
        return Person.objects.get(pk=person.pk).birth_date


@given(st.dates(date(1900, 1, 1), date(2080, 12, 31)))
def test_an_age_is_reached_at_midnight_of_the_birthday_never_a_day_early(born: date):
    eighteen = reaches(born, 18)
    assert eighteen.utcoffset() == datetime(eighteen.year, eighteen.month, eighteen.day, tzinfo=PARIS).utcoffset()
    there = eighteen.astimezone(PARIS)
    assert (there.hour, there.minute, there.year) == (0, 0, born.year + 18)
    if (born.month, born.day) == (2, 29):
        assert (there.month, there.day) == (3, 1), "a year that is 18 after a leap year is none"
    else:
        assert (there.month, there.day) == (born.month, born.day)


@given(st.sampled_from(list(Kind)))
def test_no_kind_holds_more_than_its_ceiling(kind: Kind):
    held = ceiling(kind)
    reads_only = {Kind.TRUSTED, Kind.CURATELLE}
    assert (held <= set(READINGS)) == (kind in reads_only)
    assert not {code for code in held if code.startswith(("mandate.", "representation."))}
    if kind is Kind.RELATIVE:
        assert "contact.change" not in held
    if kind in reads_only:
        assert "space.close" not in held
