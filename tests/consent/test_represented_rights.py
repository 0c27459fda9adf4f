"""A parent makes and cancels share codes, contests, and has the history as a table: less what is hidden from them."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from consent import emergency, journal, same_time, sharing
from consent.acts.representation import represent
from consent.bases import Basis, Via
from consent.models import Case, EmergencyAccess, Grant, Professional, Representation, ShareCode
from consent.models.journal_entry import Outcome
from consent.models.representation import EndReason, Kind
from consent.readers import basis_of
from consent.trace import csv as trace_csv
from consent.wall import opened
from records.reading import read_patient
from tests.cast import Patient
from tests.consent.conftest import check, confirm, does
from tests.consent.reading_cast import LEMOINE, MOREAU, reads
from tests.family import Mother, account_of, entries, hides

pytestmark = pytest.mark.django_db
NEW = {"extent": "all", "duration": "1w", "reader_number": ""}
GRANT = {"rights": ["read"], "extent": "all", "categories": [], "duration": "1y"}


@pytest.fixture(autouse=True)
def no_wait(monkeypatch) -> None:
    monkeypatch.setattr(same_time, "SAME_TIME", 0.0)


@pytest.fixture
def grant(noe: Patient, dr_lemoine: Professional) -> Grant:
    """The access that Noé gave to Dr Lemoine."""
    does(noe, "grant.give", {**GRANT, "reader_number": dr_lemoine.rpps})
    with opened(noe.person.id):
        return Grant.objects.get()


def codes(noe: Patient) -> list[ShareCode]:
    with opened(noe.person.id):
        return list(ShareCode.objects.order_by("made_at"))


def made_by_noe(noe: Patient, number: str = "") -> ShareCode:
    does(noe, "share-code.create", {**NEW, "categories": [], "reader_number": number})
    return codes(noe)[-1]


def made_by_her(mother: Client, jeanne: Mother, noe: Patient, **answers) -> tuple[ShareCode, str]:
    """A code made through the pages, and the receipt's page."""
    url = jeanne.at("actes/share-code.create/")
    done = confirm(mother, url, check(mother, url, {**NEW, **answers}))
    assert done.status_code == 303
    return codes(noe)[-1], mother.get(done.url).content.decode()


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


# -- Share codes ----------------------------------------------------------------------------------------------


def test_the_code_that_a_mother_makes_opens_to_a_doctor_and_noe_reads_who_made_it(noe, jeanne, mother, dr_lemoine):
    code, receipt = made_by_her(mother, jeanne, noe)
    assert code.code in receipt
    assert code.code in text_of(mother, jeanne.at())
    card = text_of(mother, jeanne.at(f"partage/{code.pk}/"))
    assert code.code in card
    assert "Vous agissez pour" in card
    user = account_of(dr_lemoine)
    opened_by = sharing.use_code(user, code.code)
    assert opened_by == code.pk
    assert read_patient(basis_of(user, code.pk)).first_names == "Noé"
    (entry,) = entries(noe, code="share-code.create")
    assert (entry.via, entry.actor_id) == (Via.REPRESENTATION, jeanne.user.pk)
    assert entry.details["reader"]["name"] == "Jeanne Garnier"


def test_she_cancels_a_code_and_sees_first_which(noe, jeanne, mother, dr_lemoine):
    code = made_by_noe(noe, dr_lemoine.rpps)
    url = jeanne.at(f"actes/share-code.cancel/{code.pk}/")
    assert url in text_of(mother, jeanne.at())
    checked = mother.get(url)
    assert "Dr Claire Lemoine" in checked.content.decode()
    assert confirm(mother, url, checked).status_code == 303
    assert codes(noe)[0].cancelled_at is not None


def test_of_a_code_that_noe_made_she_has_not_the_half_that_opens(noe, jeanne, mother):
    code = made_by_noe(noe)
    seen = text_of(mother, jeanne.at()) + text_of(mother, jeanne.at("actes/share-code.cancel/"))
    assert code.handle[:4] in seen
    assert code.code not in seen
    assert mother.get(jeanne.at(f"partage/{code.pk}/")).status_code == 404


def test_a_code_for_a_doctor_whose_access_is_hidden_is_nowhere(noe, jeanne, mother, grant, dr_lemoine):
    code = made_by_noe(noe, dr_lemoine.rpps)
    pages = [jeanne.at(rest) for rest in ("", "trace/", "actes/share-code.cancel/", "trace/csv/")]
    assert all(code.handle[:4] in shown(mother, page) or "trace" in page for page in pages)
    hides(noe, grant.pk)
    for page in pages:
        assert code.handle[:4] not in shown(mother, page)
        assert "Lemoine" not in shown(mother, page)
    cancel = jeanne.at(f"actes/share-code.cancel/{code.pk}/")
    assert mother.get(cancel).status_code == 404
    does(noe, "share-code.cancel", {}, code.pk)
    assert code.handle[:4] not in shown(mother, jeanne.at("trace/")), "its end is no less hidden"


def test_she_does_not_learn_that_a_hidden_doctor_typed_the_code_that_she_made(noe, jeanne, mother, grant, dr_lemoine):
    code, _receipt = made_by_her(mother, jeanne, noe)
    hides(noe, grant.pk)
    assert sharing.use_code(account_of(dr_lemoine), code.code) == code.pk
    for rest in ("", "actes/share-code.cancel/", f"partage/{code.pk}/"):
        page = text_of(mother, jeanne.at(rest))
        assert "le premier professionnel de santé qui le tape" in page
        assert "Lemoine" not in page


def test_what_she_did_herself_about_a_hidden_doctor_stays_seen_for_a_hole_would_tell(
    noe, jeanne, mother, grant, dr_lemoine
):
    hides(noe, grant.pk)
    code, _receipt = made_by_her(mother, jeanne, noe, reader_number=dr_lemoine.rpps)
    assert code.code in text_of(mother, jeanne.at())
    assert text_of(mother, jeanne.at("trace/")).count("Dr Claire Lemoine") == 1


@pytest.mark.parametrize(
    ("kind", "scopes", "may"),
    [
        (Kind.RELATIVE, ["share-code.cancel"], {"share-code.cancel"}),
        (Kind.RELATIVE, ["share-code.create", "emergency.contest"], {"share-code.create"}),
        (Kind.RELATIVE, ["entry.contest", "emergency.contest", "history.read"], {"entry.contest", "emergency.contest"}),
        (Kind.TRUSTED, ["history.read"], set()),
    ],
)
def test_others_do_only_what_they_were_given_and_contest_only_what_they_may_read(
    odette, jeanne, sign_in, with_space, kind, scopes, may
):
    row = represent(with_space.person, jeanne.person, kind, scopes, ends_at=timezone.now() + timedelta(days=30))
    client = sign_in(jeanne.user)
    for code in ("share-code.create", "share-code.cancel", "entry.contest", "emergency.contest"):
        answer = client.get(f"/mon-espace/pour/{row.pk}/actes/{code}/")
        assert answer.status_code == (200 if code in may else 403), code


def test_naming_someone_who_contests_without_reading_is_told_beside_the_boxes(odette_online, jeanne, with_space):
    named = {
        "other_birth_name": "Garnier", "other_first_names": "Jeanne", "other_birth_date": "05/05/1975",
        "other_sex": "F", "other_birth_place": "23031", "kind": "relative", "duration": "6m",
    }  # fmt: skip
    url = "/mon-espace/actes/representation.name/"
    answer = check(odette_online, url, {**named, "scopes": ["entry.contest"]})
    assert answer.status_code == 422
    assert "cochez aussi « Voir l’historique : qui a fait quoi »" in answer.content.decode()
    assert check(odette_online, url, {**named, "scopes": ["entry.contest", "history.read"]}).status_code == 200


# -- Contests ---------------------------------------------------------------------------------------------------


def test_a_mother_contests_a_reading_and_the_auditor_is_asked(noe, jeanne, mother):
    entry = reads(noe.person.id, LEMOINE)
    url = jeanne.at(f"actes/entry.contest/{entry.pk}/")
    assert url in text_of(mother, jeanne.at("trace/"))
    done = confirm(mother, url, check(mother, url, {"why": "Nous ne connaissons pas ce médecin."}))
    assert done.status_code == 303
    with opened(noe.person.id):
        case = Case.objects.get()
        assert (case.subject_id, case.via, case.kind) == (entry.pk, Via.REPRESENTATION, "contest")
    assert "contestée" in text_of(mother, jeanne.at("trace/"))
    again = mother.get(url)
    answer = mother.post(url, {"why": "Encore.", "request": re.search(r'"request" value="([^"]*)', text(again))[1]})
    assert "Cette ligne a déjà été contestée" in text(answer)


def test_nobody_is_asked_whether_they_contest_what_they_did_themselves(noe, jeanne, mother):
    mother.get(jeanne.at("trace/"))
    theirs, (own,) = reads(noe.person.id, LEMOINE), entries(noe, code="history.read")
    page = text_of(mother, jeanne.at("trace/"))
    assert f"actes/entry.contest/{theirs.pk}/" in page
    assert f"actes/entry.contest/{own.pk}/" not in page


def test_listing_the_lines_to_contest_is_a_reading_of_the_history_and_leaves_its_trace(noe, jeanne, mother):
    reads(noe.person.id, LEMOINE)
    assert "Dr Claire Lemoine" in text_of(mother, jeanne.at("actes/entry.contest/"))
    (entry,) = entries(noe, code="history.read")
    assert (entry.outcome, entry.nature, entry.actor_id) == (Outcome.DONE, "read", jeanne.user.pk)
    mother.get(jeanne.at("actes/emergency.contest/"))
    assert len(entries(noe, code="history.read")) == 2


def test_a_hidden_line_is_not_listed_and_cannot_be_contested(noe, jeanne, mother, grant):
    hidden, other = reads(noe.person.id, LEMOINE), reads(noe.person.id, MOREAU)
    hides(noe, grant.pk)
    page = text_of(mother, jeanne.at("actes/entry.contest/"))
    assert str(other.pk) in page
    assert str(hidden.pk) not in page
    assert "Lemoine" not in page
    assert "Cacher" not in page
    assert mother.get(jeanne.at(f"actes/entry.contest/{hidden.pk}/")).status_code == 404


@pytest.mark.parametrize("of", ["a hidden access", "a private act"])
def test_what_noe_contests_of_what_he_hides_is_hidden_with_its_answer(noe, jeanne, mother, grant, of):
    line = reads(noe.person.id, LEMOINE)
    reads(noe.person.id, MOREAU)
    hides(noe, grant.pk)
    if of == "a private act":
        (line,) = entries(noe, code="representation.hide")
    does(noe, "entry.contest", {"why": "Ce n’était pas moi."}, line.pk)
    (contest,) = entries(noe, code="entry.contest")
    # Contesting that trace in its turn would tell of it too.
    does(noe, "entry.contest", {"why": "Ni cela."}, contest.pk)
    with opened(noe.person.id):
        for case in Case.objects.all():
            service = Basis(Via.SERVICE, noe.person.id, journal.machine(), reference=case.reference)
            journal.write_event(service, "case.late", [("Référence", case.reference)], person_id=noe.person.id)
    for rest in ("trace/", "trace/?imprimer=1", "trace/?par=lecteur", "trace/csv/", "actes/entry.contest/"):
        page = shown(mother, jeanne.at(rest))
        assert "Moreau" in page
        for told in ("contest", "Lemoine", "DM-", "Délai d’une de vos demandes"):
            assert told not in without_links(page), (rest, told)


def test_a_mother_contests_an_emergency_access_but_none_of_a_hidden_doctor(noe, jeanne, mother, dr_lemoine, grant):
    does(noe, "emergency.allow", {"wish": True})
    with opened(noe.person.id):
        traits = noe.person.traits
    assert emergency.open_access(account_of(dr_lemoine), traits, "Il est tombé.")
    with opened(noe.person.id):
        access = EmergencyAccess.objects.get()
    url = jeanne.at(f"actes/emergency.contest/{access.pk}/")
    form = mother.get(url)
    assert "Dr Claire Lemoine" in text(form), "one sees which access one contests"
    hides(noe, grant.pk)
    assert mother.get(url).status_code == 404
    assert "Lemoine" not in text_of(mother, jeanne.at("actes/emergency.contest/"))
    does(noe, "emergency.contest", {"words": "Non."}, access.pk)
    traced = without_links(text_of(mother, jeanne.at("trace/?about=emergency")))
    assert "Autoriser l’accès en cas d’urgence" in traced, "what is not about that doctor stays"
    assert "Accès d’urgence ouvert" not in traced
    assert "Contester" not in traced
    does(noe, "representation.show", {"grants": [str(grant.pk)]})
    assert "Il est tombé" in text_of(mother, jeanne.at("trace/"))


# -- The history as a table -----------------------------------------------------------------------------------


def test_the_table_says_what_the_page_says_and_reading_it_is_a_trace(noe, jeanne, mother):
    reads(noe.person.id, LEMOINE)
    assert jeanne.at("trace/csv/") in text_of(mother, jeanne.at("trace/"))
    before = len(entries(noe, code="history.read"))
    rows = table(mother, jeanne.at("trace/csv/"))
    assert any(row[4] == "Dr Claire Lemoine (médecin généraliste, Boussac)" for row in rows)
    assert any(row[2] == "Ouvrir mon espace" for row in rows)
    assert len(entries(noe, code="history.read")) == before + 1
    assert len(table(mother, jeanne.at("trace/csv/?others=on&who=pro"))) == 1


def test_what_is_hidden_is_in_no_part_of_the_table(noe, jeanne, mother, grant, monkeypatch):
    monkeypatch.setattr(trace_csv, "A_PART", 2)
    for _time in range(3):
        reads(noe.person.id, LEMOINE)
        reads(noe.person.id, MOREAU)
    hides(noe, grant.pk)
    rows = table(mother, jeanne.at("trace/csv/?who=pro"))
    assert [row[4] for row in rows] == ["Dr Paul Moreau (cardiologue, Guéret)"] * 3
    assert "Cacher" not in shown(mother, jeanne.at("trace/csv/"))


def test_the_table_stops_where_the_representation_ends_and_says_so(noe, jeanne, mother, monkeypatch):
    monkeypatch.setattr(trace_csv, "A_PART", 2)
    for _time in range(5):
        reads(noe.person.id, LEMOINE)
    parts = iter(mother.get(jeanne.at("trace/csv/")).streaming_content)
    heads, first = next(parts), next(parts)
    assert heads
    assert first.decode().count("\r\n") == 2
    with opened(noe.person.id):
        Representation.objects.get().end(EndReason.PERSON)
    (last,) = parts
    assert "Ce tableau s’arrête ici." in last.decode()
    assert "Lemoine" not in last.decode()
    assert mother.get(jeanne.at("trace/csv/")).status_code == 403


def test_whoever_may_not_read_the_history_has_no_table_and_the_try_is_seen(noe, jeanne, mother):
    with opened(noe.person.id):
        Representation.objects.update(scopes=["space.read"])
    answer = mother.get(jeanne.at("trace/csv/"))
    assert answer.status_code == 403
    (tried,) = entries(noe, code="history.read", outcome=Outcome.REFUSED)
    assert tried.details["reason"] == "Votre représentation ne prévoit pas cela."


# -- What the tests read with --------------------------------------------------------------------------------


def text(answer) -> str:
    return answer.content.decode()


def shown(client: Client, url: str) -> str:
    """The text of a page or of a file."""
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return b"".join(answer.streaming_content).decode() if answer.streaming else text(answer)


def table(client: Client, url: str) -> list[list[str]]:
    raw = shown(client, url).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(raw, newline=""), delimiter=";"))[1:]


def without_links(page: str) -> str:
    """A page without its filters and its links: both name acts whatever the history says."""
    page = re.sub(r"<details.*?</details>", "</details>", page, flags=re.S)
    return re.sub(r"<a .*?</a>|<title>.*?</title>|<h1>.*?</h1>|<nav.*?</nav>", "", page, flags=re.S)
