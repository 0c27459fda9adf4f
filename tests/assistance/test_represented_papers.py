"""What a representative prints: the history less what is hidden, and the receipts of what they did; traced, until the end."""

import pytest
from django.test import Client

from assistance import printing
from assistance.models import Counter, Printout
from consent import outbox
from consent.acts.representation import represent
from consent.models import Grant, OutboxItem, Professional, Receipt, Representation
from consent.models.journal_entry import Outcome
from consent.models.representation import EndReason, Kind
from consent.wall import opened
from tests.assistance.pdf import squeezed, text_of
from tests.cast import Patient
from tests.consent.conftest import check, confirm
from tests.consent.reading_cast import LEMOINE, MOREAU, reads
from tests.family import Mother, does, entries, hides

pytestmark = pytest.mark.django_db
ALL = {"rights": ["read"], "extent": "all", "categories": [], "duration": "1y"}


@pytest.fixture(autouse=True)
def no_wait(settings) -> None:
    settings.PRINTOUT_WAIT_SECONDS = 0


@pytest.fixture
def grant(noe: Patient, dr_lemoine: Professional) -> Grant:
    does(noe, "grant.give", {**ALL, "reader_number": dr_lemoine.rpps})
    with opened(noe.person.id):
        return Grant.objects.get()


def worker(noe: Patient) -> None:
    """The worker makes what was asked for."""
    with opened(noe.person.id):
        due = list(OutboxItem.objects.filter(topic="print", delivered_at__isnull=True))
    for item in due:
        outbox.deliver(item.pk, noe.person.id)


def sent(client: Client, url: str) -> str:
    """The text of a PDF that is ready."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    assert answer["Content-Type"] == "application/pdf"
    return squeezed(text_of(b"".join(answer.streaming_content)))


def readings(noe: Patient) -> int:
    return len(entries(noe, code="history.read", outcome=Outcome.DONE))


def test_the_history_is_had_as_pdf_with_its_filters_and_its_trace_is_written_when_it_is_sent(noe, jeanne, mother):
    reads(noe.person.id, LEMOINE)
    page = mother.get(jeanne.at("trace/?since=01/01/2026")).content.decode()
    assert f"{jeanne.at('trace/pdf/')}?since=01%2F01%2F2026" in page
    before = readings(noe)
    answer = mother.get(jeanne.at("trace/pdf/?since=01/01/2026"))
    assert answer.status_code == 202
    assert "Vous agissez pour" in answer.content.decode()
    assert readings(noe) == before, "nothing was read yet"
    worker(noe)
    said = sent(mother, jeanne.at("trace/pdf/?since=01/01/2026"))
    assert "DrClaireLemoine" in said
    assert "NoéGarnier" in said
    assert readings(noe) == before + 1


def test_what_noe_hides_is_not_in_it_and_what_he_keeps_private_neither(noe, jeanne, mother, grant):
    reads(noe.person.id, LEMOINE)
    reads(noe.person.id, MOREAU)
    hides(noe, grant.pk)
    mother.get(jeanne.at("trace/pdf/"))
    worker(noe)
    said = sent(mother, jeanne.at("trace/pdf/"))
    assert "DrPaulMoreau" in said
    for told in ("Lemoine", "Cacher", "caché"):
        assert told not in said


def test_one_made_before_he_hid_something_is_never_sent(noe, jeanne, mother, grant):
    reads(noe.person.id, LEMOINE)
    mother.get(jeanne.at("trace/pdf/"))
    worker(noe)
    hides(noe, grant.pk)
    assert mother.get(jeanne.at("trace/pdf/")).status_code == 202, "another is being made"
    worker(noe)
    assert "Lemoine" not in sent(mother, jeanne.at("trace/pdf/"))


def test_what_is_hidden_while_she_waits_is_not_sent_either(noe, jeanne, mother, grant, monkeypatch):
    reads(noe.person.id, LEMOINE)
    mother.get(jeanne.at("trace/pdf/"))
    worker(noe)
    wait = printing.wait_seconds

    def he_hides() -> float:
        monkeypatch.setattr(printing, "wait_seconds", wait)
        hides(noe, grant.pk)
        return wait()

    monkeypatch.setattr(printing, "wait_seconds", he_hides)
    before = readings(noe)
    answer = mother.get(jeanne.at("trace/pdf/"))
    assert (answer.status_code, answer.url) == (302, jeanne.at("trace/pdf/")), "it is asked for anew"
    assert readings(noe) == before


def test_her_pdf_and_his_are_two(noe, jeanne, mother, grant, sign_in):
    reads(noe.person.id, LEMOINE)
    hides(noe, grant.pk)
    mother.get(jeanne.at("trace/pdf/"))
    his = sign_in(noe.user)
    assert his.get("/mon-espace/trace/pdf/").status_code == 202
    worker(noe)
    assert "Lemoine" in sent(his, "/mon-espace/trace/pdf/")
    assert "Lemoine" not in sent(mother, jeanne.at("trace/pdf/"))


def test_a_pdf_that_is_ready_is_not_sent_once_the_representation_has_ended(noe, jeanne, mother):
    reads(noe.person.id, LEMOINE)
    mother.get(jeanne.at("trace/pdf/"))
    worker(noe)
    with opened(noe.person.id):
        Representation.objects.get().end(EndReason.PERSON)
    answer = mother.get(jeanne.at("trace/pdf/"))
    assert answer.status_code == 403
    assert "a pris fin le" in answer.content.decode()
    (tried,) = entries(noe, outcome=Outcome.REFUSED)
    assert tried.code == "history.read"


def test_it_ends_while_she_waits_and_nothing_is_sent(noe, jeanne, mother, monkeypatch):
    mother.get(jeanne.at("trace/pdf/"))
    worker(noe)

    def it_ends() -> float:
        with opened(noe.person.id):
            Representation.objects.get().end(EndReason.PERSON)
        return 0.0

    monkeypatch.setattr(printing, "wait_seconds", it_ends)
    answer = mother.get(jeanne.at("trace/pdf/"))
    assert answer.status_code == 403
    assert readings(noe) == 0


def test_whoever_may_not_read_the_history_asks_for_nothing(noe, jeanne, mother):
    with opened(noe.person.id):
        Representation.objects.update(scopes=["space.read"])
    assert mother.get(jeanne.at("trace/pdf/")).status_code == 403
    with opened(noe.person.id):
        assert not Printout.objects.exists()


def test_a_wrong_filter_is_said(noe, jeanne, mother):
    assert mother.get(jeanne.at("trace/pdf/?since=hier")).status_code == 422


def test_she_prints_the_receipt_of_what_she_did_and_no_other(noe, jeanne: Mother, mother):
    url = jeanne.at("actes/consent.give/")
    done = confirm(mother, url, check(mother, url, {"purpose": "research"}))
    page = mother.get(done.url).content.decode()
    assert f"{done.url}pdf/" in page
    assert mother.get(f"{done.url}pdf/").status_code == 202
    worker(noe)
    said = sent(mother, f"{done.url}pdf/")
    assert "JeanneGarnier(parent)" in said
    assert "NoéGarnier" in said
    with opened(noe.person.id):
        his = Receipt.objects.get(entry__code="space.open")
    assert mother.get(jeanne.at(f"recu/{his.pk}/pdf/")).status_code == 404
    with opened(noe.person.id):
        Representation.objects.get().end(EndReason.PERSON)
    assert mother.get(f"{done.url}pdf/").status_code == 404, "as its page"


def test_what_one_parent_did_the_other_does_not_print(noe, jeanne, mother, aicha, sign_in):
    ends_at = jeanne.row.ends_at
    other = represent(noe.person, aicha.person, Kind.PARENT, ["consent.give"], ends_at=ends_at)
    father, url = sign_in(aicha.user), f"/mon-espace/pour/{other.pk}/actes/consent.give/"
    done = confirm(father, url, check(father, url, {"purpose": "research"}))
    number = done.url.rstrip("/").rpartition("/")[2]
    assert father.get(f"{done.url}pdf/").status_code == 202
    for rest in (f"recu/{number}/", f"recu/{number}/pdf/"):
        assert mother.get(jeanne.at(rest)).status_code == 404


def test_the_picture_of_the_proof_is_shown_to_her_too(noe, jeanne, mother):
    url = jeanne.at("actes/consent.give/")
    done = confirm(mother, url, check(mother, url, {"purpose": "research"}))
    answer = mother.get(f"{done.url}?preuve=mots&image=1")
    assert answer["Content-Type"] == "image/png"


def test_a_mandate_tells_a_representative_nothing_of_the_private_acts_in_it(noe, jeanne, mother):
    Counter.objects.create(number=137, name="France Services de Boussac", town="BOUSSAC")
    scopes = ["representation.hide", "grant.revoke", "contact.change"]
    does(noe, "mandate.give", {"counter_number": 137, "scopes": scopes, "duration": "year"})
    page = mother.get(jeanne.at("trace/")).content.decode()
    table = b"".join(mother.get(jeanne.at("trace/csv/")).streaming_content).decode()
    url = jeanne.at("trace/pdf/")
    assert mother.get(url).status_code == 202
    worker(noe)
    for text in (page, table, sent(mother, url)):
        assert squeezed("retirer un accès") in squeezed(text)
        for kept in ("cacher quelque chose", "changer mes coordonnées"):
            assert squeezed(kept) not in squeezed(text)
    (given,) = entries(noe, code="mandate.give")
    assert "cacher quelque chose" in str(given.details["facts"]), "the person reads it whole"
