"""A professional asks for an access: the person is told and answers; the page never says whether anybody was asked."""

import pytest

from consent.models import AccessRequest, JournalEntry, OutboxItem, Professional
from consent.wall import opened
from tests.records.conftest import NOBODY, REASON, TYPED, account_of, does

pytestmark = pytest.mark.django_db
ASKED = {"categories": ["treatments", "wishes"], "reason": REASON}


def asked_of(patient) -> list[AccessRequest]:
    with opened(patient.person.id):
        found = list(AccessRequest.objects.filter(person_id=patient.person.id))
        assert all(request.reason for request in found)
        return found


def test_the_person_receives_the_request_with_its_reason(with_space, at_claires, odette_online, dr_lemoine):
    answer = at_claires.post("/soins/demande/", {**TYPED, **ASKED})
    assert (answer.status_code, answer.url) == (303, "/soins/")
    (request,) = asked_of(with_space)
    assert (request.professional, request.categories, request.reason) == (dr_lemoine, ["treatments", "wishes"], REASON)
    assert (request.can_read, request.can_deposit) == (True, False)
    with opened(with_space.person.id):
        assert OutboxItem.objects.filter(topic="access-asked", subject_id=request.pk).exists()
    text = " ".join(odette_online.get("/mon-espace/trace/").content.decode().split())
    assert "Par Dr Claire Lemoine (Médecin généraliste, Boussac)." in text


def test_nobody_and_somebody_are_answered_alike(with_space, at_claires):
    pages = []
    for typed in (TYPED, NOBODY, TYPED):
        assert at_claires.post("/soins/demande/", {**typed, **ASKED}).url == "/soins/"
        page = at_claires.get("/soins/").content.decode()
        main = page.index("<main")
        pages.append(page[main : page.index("<form", main)])
    assert pages[0] == pages[1] == pages[2]
    assert "cette page ne dit pas si elle existe" in pages[0]
    assert len(asked_of(with_space)) == 1, "asked twice while the first waits is one request"


def test_what_the_person_gives_in_answer_is_read_at_once(with_sheet, at_claires):
    at_claires.post("/soins/demande/", {**TYPED, **ASKED})
    (request,) = asked_of(with_sheet)
    given = {"rights": ["read"], "extent": "some", "categories": ["treatments"], "duration": "1m"}
    does(with_sheet, "request.accept", given, request.pk)
    text = at_claires.get(at_claires.post("/soins/", TYPED).url).content.decode()
    assert "Pénicilline" in text
    assert "Jeanne" not in text


@pytest.mark.parametrize("missing", ["categories", "reason", "birth_name"])
def test_what_lacks_is_said(with_space, at_claires, missing):
    typed = {name: value for name, value in {**TYPED, **ASKED}.items() if name != missing}
    assert at_claires.post("/soins/demande/", typed).status_code == 422
    assert not asked_of(with_space)


@pytest.mark.parametrize(
    ("closed", "answers", "why"),
    [
        ("block.add", {"emergency_too": "yes"}, "Vous avez bloqué ce professionnel"),
        ("space.suspend", {}, "Vous aviez suspendu votre espace."),
        ("space.close", {"way": "keep"}, "Votre espace n’était pas ouvert."),
    ],
)
def test_a_request_that_the_person_shut_out_is_a_try_that_they_see(
    with_sheet, claire, at_claires, dr_lemoine, odette_online, closed, answers, why
):
    does(with_sheet, closed, {**answers, **({"reader": dr_lemoine} if closed == "block.add" else {})})
    answer = at_claires.post("/soins/demande/", {**TYPED, **ASKED})
    assert (answer.status_code, answer.url) == (303, "/soins/")
    assert why not in at_claires.get("/soins/").content.decode()
    assert not asked_of(with_sheet)
    with opened(with_sheet.person.id):
        tried = JournalEntry.objects.get(person_id=with_sheet.person.id, actor_id=claire.pk)
        assert (tried.code, tried.outcome) == ("request.asked", "refused")
        assert why in tried.details["reason"]
    assert "Dr Claire Lemoine" in odette_online.get("/mon-espace/trace/?refused=on").content.decode()


def test_nobody_is_asked_what_a_profession_cannot_be_shown(with_sheet, sign_in):
    roy = Professional.objects.create(rpps="10100000016", name="Mme Roy", profession="Prothésiste")
    answer = sign_in(account_of(roy)).post("/soins/demande/", {**TYPED, **ASKED})
    assert (answer.status_code, answer.url) == (303, "/soins/")
    assert not asked_of(with_sheet)
