"""The person's history as PDF: the filters of its page, the period in its title, a thousand lines at most."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.utils import timezone

from assistance import printing
from assistance.models import Printout
from assistance.paper.render import render
from assistance.printed import sheet_of
from consent import outbox
from consent.crypto import files
from consent.models import OutboxItem
from consent.wall import opened
from tests.assistance.pdf import squeezed, text_of
from tests.consent.conftest import does
from tests.consent.reading_cast import LEMOINE, MOREAU, did_read, reads

pytestmark = pytest.mark.django_db
PDF = "/mon-espace/trace/pdf/"


@pytest.fixture(autouse=True)
def no_wait(settings, tmp_path):
    settings.PRINTOUT_WAIT_SECONDS = 0


@pytest.fixture
def browser(odette, sign_in):
    return sign_in(odette.user)


def printouts(person_id) -> list[Printout]:
    with opened(person_id):
        return list(Printout.objects.filter(person_id=person_id).order_by("asked_at"))


def made(browser, odette, query: str = "") -> bytes:
    """Asked, made by the worker, fetched again."""
    assert browser.get(PDF + query).status_code == 202
    with opened(odette.person.id):
        due = list(OutboxItem.objects.filter(topic="print", delivered_at__isnull=True))
    for item in due:
        outbox.deliver(item.pk, odette.person.id)
    answer = browser.get(PDF + query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return b"".join(answer.streaming_content)


def test_the_page_leads_to_the_pdf_with_its_filters(browser, odette):
    reads(odette.person.id)
    assert (
        f"{PDF}?since=01%2F01%2F2026&amp;others=on"
        in browser.get("/mon-espace/trace/?since=01/01/2026&others=on").content.decode()
    )


def test_the_pdf_says_who_when_and_what_under_its_period(browser, odette):
    reads(odette.person.id, LEMOINE)
    does(odette, "telling.change", {"reads": "nothing", "quarterly": "no"})
    said = squeezed(text_of(made(browser, odette, "?since=01/01/2026&others=on")))
    assert "Quiafaitquoidepuisle1erjanvier2026" in said
    assert "OdetteGarnier" in said
    assert "Seulementleslecturesparquelqu’und’autre" in said
    assert "DrClaireLemoine(médecingénéraliste,Boussac)" in said
    assert "Contenu:allergies" in said
    assert "Choisirquandêtreprévenu" not in said


def test_it_can_be_read_by_everyone(browser, odette):
    reads(odette.person.id)
    with pikepdf.open(io.BytesIO(made(browser, odette))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "depuis le début" in str(pdf.docinfo["/Title"])


def test_of_a_longer_history_the_newest_thousand_lines_are_there_and_it_says_so(odette, monkeypatch):
    monkeypatch.setattr("assistance.printed.MOST_PRINTED", 5)
    for minutes in range(8):
        did_read(odette.person.id, timezone.now() - timedelta(minutes=minutes))
    with opened(odette.person.id):
        sheet = sheet_of(Printout(person_id=odette.person.id, kind="trace", name=""))
    assert (len(sheet.lines), sheet.left_out) == (5, 3)
    assert sheet.lines[0].at > sheet.lines[-1].at
    assert "3plusanciennes" in squeezed(text_of(render(sheet)))


def test_another_filter_is_another_sheet_and_the_same_one_is_made_once(browser, odette):
    for query in ("", "", "?others=on", "?who=agent"):
        browser.get(PDF + query)
    assert [printout.name for printout in printouts(odette.person.id)] == ["", "others=on", "who=agent"]


def test_the_longest_filters_find_room(browser, odette):
    query = {
        "since": "  01/01/2026" + " " * 300, "until": "31/12/2026", "who": "machine", "about": "statement",
        "others": "on", "refused": "on", "reader": f"pro:{MOREAU.id}",
    }  # fmt: skip
    assert browser.get(PDF, query).status_code == 202


def test_a_wrong_filter_is_said_and_nothing_is_printed(browser, odette):
    assert browser.get(f"{PDF}?since=hier").status_code == 422
    assert printouts(odette.person.id) == []


def test_the_history_of_another_is_not_in_it(browser, odette, aicha):
    reads(aicha.person.id)
    assert "Lemoine" not in text_of(made(browser, odette))


def test_what_was_printed_lies_encrypted(browser, odette):
    reads(odette.person.id)
    made(browser, odette)
    (printout,) = printouts(odette.person.id)
    from django.core.files.storage import default_storage

    with default_storage.open(printout.path) as stored:
        assert not stored.read().startswith(b"%PDF")
    with opened(odette.person.id):
        assert next(iter(files.read(printout.path, odette.person.id))).startswith(b"%PDF")
    assert printing.find(printout.pk, None) is None
