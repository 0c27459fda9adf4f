"""What cannot be is said in plain words, with the right status, and nothing is done: through the pages that people use."""

# ruff: noqa: F811 fixtures are asked for by their name

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone

from consent.acts.registry import get_act
from consent.asking import ask
from consent.bases import Actor, Basis, Via
from consent.journal import machine
from consent.models import AccessRequest, Case, Category, Grant, JournalEntry, ShareCode
from consent.models.journal_entry import ActorKind
from consent.models.person import find_confirmed
from consent.models.share_code import TRIES
from consent.tasks import erase_due
from consent.traits import Traits
from consent.wall import opened
from tests.assistance.counter_cast import boussac, desk, do, karim, sign, start  # noqa: F401
from tests.assistance.counter_cast import latest_mandate as mandate_of
from tests.cast import ODETTE, Patient
from tests.consent.conftest import check, confirm, does, odette_online, with_grant, with_space  # noqa: F401
from tests.records.conftest import at_claires, claire, no_wait  # noqa: F401

pytestmark = pytest.mark.django_db
OWN = "/mon-espace/actes/"
DOCTOR = "10100000008"
GRANT = {"reader_number": DOCTOR, "rights": ["read"], "extent": "all", "duration": "1m"}
CODE = {"extent": "all", "duration": "1d", "reader_number": ""}
JEANNE = {
    "other_birth_name": "Garnier", "other_first_names": "Jeanne", "other_birth_date": "05/05/1975",
    "other_sex": "F", "other_birth_place": "23031",
}  # fmt: skip
MEASURE = {
    **JEANNE, "kind": "guardian-tutelle", "proof": "judgment", "judgment_date": "02/03/2025", "ends_on": "01/03/2030",
    "scopes": ["grant.revoke"], "court_limits": "",
}  # fmt: skip


def on(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def in_days(days: int) -> str:
    return on(timezone.localdate() + timedelta(days=days))


def done(patient: Patient, code: str) -> int:
    """How often this act was done for this person."""
    with opened(patient.person.id):
        return JournalEntry.objects.filter(code=code, outcome="done").count()


def says(answer: HttpResponse, status: int, words: str) -> None:
    text = " ".join(answer.content.decode().split())
    assert (answer.status_code, words in text) == (status, True), (answer.status_code, text[-3000:])


# -- Durations and dates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "typed", "words"),
    [
        ("grant.give", {**GRANT, "duration": "2y"}, "Pendant combien de temps"),
        ("grant.give", {**GRANT, "duration": ""}, "Pendant combien de temps"),
        ("share-code.create", {**CODE, "duration": "1m"}, "Pendant combien de temps"),
        (
            "representation.name",
            {**JEANNE, "kind": "relative", "scopes": ["grant.revoke"], "duration": "none"},
            "un an au plus, à renouveler",
        ),
    ],
)
def test_nothing_is_opened_beyond_what_the_durations_allow(
    with_space, dr_lemoine, odette_online, code: str, typed: dict[str, Any], words: str
):
    answer = check(odette_online, f"{OWN}{code}/", typed)
    says(answer, 422, words)
    assert "error" in answer.content.decode()
    assert not done(with_space, code)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": in_days(-1)}, "Cette mesure est déjà finie."),
        ({"ends_on": in_days(21 * 366)}, "Une mesure ne dure pas plus de vingt ans."),
        ({"ends_on": "31/02/2030"}, "Fin de la mesure"),
        ({"judgment_date": in_days(1)}, "Cette date est dans le futur."),
        ({"judgment_date": "01/02/1890"}, "n’était pas née à cette date"),
        ({"other_birth_date": in_days(1)}, "Sa date de naissance"),
    ],
)
def test_a_date_that_cannot_be_is_told_beside_its_field(odette, desk, changes: dict[str, str], words: str):
    url = f"{start(desk)}actes/representation.open/"
    token = desk.get(url).context["request_token"]
    answer = desk.post(url, {**MEASURE, **changes, "step": "check", "request": token})
    says(answer, 422, words)
    assert set(answer.context["form"].errors) == set(changes)
    assert not done(odette, "representation.open")


def test_a_parent_does_not_represent_someone_grown_up(odette, desk):
    born = timezone.localdate().replace(day=1) - timedelta(days=19 * 366)
    typed = {
        **JEANNE, "other_first_names": "Zoé", "other_birth_date": on(born), "kind": "parent", "proof": "family-book",
        "judgment_date": "", "ends_on": "", "scopes": [], "court_limits": "",
    }  # fmt: skip
    says(do(desk, start(desk), "representation.open", typed), 409, "un parent ne la représente plus")
    assert not done(odette, "representation.open")
    assert find_confirmed(Traits("Garnier", "Zoé", born, "F", "23031")) is None, "no row is made for a refused act"


# -- Twice, or too often -----------------------------------------------------------------------------------


def test_a_share_code_is_tried_six_times(with_space, at_claires):
    does(with_space, "share-code.create", {**CODE, "categories": []})
    with opened(with_space.person.id):
        right = ShareCode.objects.get().code
    wrong = right[:-1] + ("2" if right[-1] != "2" else "3")
    for typed in [wrong] * TRIES + [right]:
        says(at_claires.post("/soins/code/", {"code": typed}), 422, "Ce code ne vous ouvre rien")
    assert not done(with_space, "share-code.used")
    assert not done(with_space, "sheet.read")


@pytest.mark.parametrize("code", ["request.accept", "request.decline"])
def test_a_request_that_was_answered_is_not_answered_again(with_space, dr_lemoine, odette_online, code: str):
    with opened(with_space.person.id):
        basis = Basis(Via.SERVICE, with_space.person.id, machine())
        asked = ask(basis, dr_lemoine, categories=[Category.REPORTS], reason="Je vous suis.")
    url = f"{OWN}{code}/{asked}/"
    other_window = odette_online.get(url)
    if code == "request.accept":
        other_window = check(odette_online, url, GRANT)
    does(with_space, "request.decline", {}, asked)
    before = done(with_space, code)
    says(confirm(odette_online, url, other_window), 409, "Cette demande a déjà reçu une réponse.")
    assert odette_online.get(url).status_code == 404, "it waits no more"
    assert done(with_space, code) == before
    with opened(with_space.person.id):
        assert AccessRequest.objects.get().answer == "declined"
        assert not Grant.objects.exists()


def test_a_line_is_contested_once(with_grant, odette, odette_online):
    with opened(odette.person.id):
        line = JournalEntry.objects.get(code="grant.give")
    url = f"{OWN}entry.contest/{line.pk}/"
    first, other_window = (check(odette_online, url, {"why": "Ce n’était pas moi."}) for _window in range(2))
    assert confirm(odette_online, url, first).status_code == 303
    says(confirm(odette_online, url, other_window), 422, "Cette ligne a déjà été contestée le")
    token = odette_online.get(url).context["request_token"]
    again = odette_online.post(url, {"why": "Vraiment pas.", "request": token})
    says(again, 422, "Cette ligne a déjà été contestée le")
    assert done(odette, "entry.contest") == 1
    with opened(odette.person.id):
        assert Case.objects.count() == 1


# -- A space that is not there -----------------------------------------------------------------------------


def closed(patient: Patient) -> None:
    does(patient, "space.close", {"way": "keep"})


def erased(patient: Patient) -> None:
    does(patient, "space.close", {"way": "erase"})
    does(patient, "space.erase", {"no_way_back": True, "wish": True})
    assert erase_due() == 1


@pytest.mark.parametrize(
    ("gone", "words"),
    [(closed, "Il n’y a pas d’espace ouvert"), (erased, "Aucune personne n’est enregistrée")],
)
def test_an_act_in_a_space_that_is_closed_or_erased(
    with_space, dr_lemoine, odette_online, gone: Callable[[Patient], None], words: str
):
    url = f"{OWN}grant.give/"
    begun = check(odette_online, url, GRANT)
    gone(with_space)
    says(confirm(odette_online, url, begun), 409, words)
    says(odette_online.get(url), 409, words)
    with opened(with_space.person.id):
        assert not JournalEntry.objects.filter(code="grant.give", outcome="done").exists()
        assert not Grant.objects.exists()


def test_an_act_of_someone_else_in_a_suspended_space(with_space, dr_lemoine, karim, desk):
    visit = start(desk)
    do(desk, visit, "mandate.give", {"scopes": ["grant.give"], "duration": "year", "signer": "person"})
    sign(mandate_of(ODETTE), karim, visit)
    url = f"{visit}actes/grant.give/"
    token = desk.get(url).context["request_token"]
    begun = desk.post(url, {**GRANT, "step": "check", "request": token})
    does(with_space, "space.suspend", {})
    late = desk.post(url, {"step": "confirm", "answers": begun.context["answers"]})
    for answer in (late, desk.get(url)):
        says(answer, 403, "La personne a suspendu son espace")
    assert not done(with_space, "grant.give")


def test_an_act_in_a_frozen_space(with_space, odette_online, desk):
    visit = start(desk)
    url = f"{visit}actes/space.suspend/"
    begun = desk.get(url)
    with opened(with_space.person.id), transaction.atomic():
        dead = {"died_on": date(2026, 11, 1), "document": "acte n° 12"}
        get_act("space.freeze").effect(Basis(Via.PAPER, with_space.person.id, Actor(ActorKind.CLERK)), dead, None)
    late = desk.post(url, {"step": "confirm", "answers": begun.context["answers"]})
    says(late, 403, "Cet espace est gelé : le décès de la personne a été signalé.")
    assert not done(with_space, "space.suspend")
    own = odette_online.get(f"{OWN}grant.give/")
    assert (own.status_code, own.url.startswith(resolve_url(settings.LOGIN_URL))) == (302, True), (
        "nobody signs in as who has died"
    )
