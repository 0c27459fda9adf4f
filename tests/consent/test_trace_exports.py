"""The history as a table for a spreadsheet: whole, in order, filtered, and no formula in it."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from consent import journal
from consent.bases import Actor, Basis, ReaderWords
from consent.models.journal_entry import ActorKind
from consent.trace import csv as trace_csv
from consent.trace.csv import safe
from consent.wall import opened
from tests.consent.conftest import does
from tests.consent.reading_cast import LEMOINE, MOREAU, did_read, reads

pytestmark = pytest.mark.django_db

CSV = "/mon-espace/trace/csv/"


def table(client, query: str = "") -> list[list[str]]:
    """The rows of the file, its heads first."""
    answer = client.get(CSV + query)
    assert answer.status_code == 200
    assert answer.streaming
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf"), "a spreadsheet would take it for another alphabet"
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_each_line_says_when_who_by_what_right_and_what(odette, odette_online):
    reads(odette.person.id)
    heads, row = table(odette_online)
    said = dict(zip(heads, row, strict=True))
    assert said["Date"] == timezone.localdate().strftime("%d/%m/%Y")
    assert said["Quoi"] == "Dossier ouvert au guichet"
    assert said["Qui"] == "Dr Claire Lemoine (médecin généraliste, Boussac)"
    assert said["Lecture"] == "oui"
    assert said["Résultat"] == "fait"
    assert said["En détail"] == "Contenu : allergies"


def test_the_file_downloads_under_a_name_that_says_nobodys(odette, odette_online):
    answer = odette_online.get(CSV)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="qui-a-fait-quoi.csv"'


def test_every_line_is_there_once_and_in_order_beyond_a_part(odette, odette_online, monkeypatch):
    monkeypatch.setattr(trace_csv, "A_PART", 7)
    now = timezone.now()
    # Several at one moment: the end of a part must not fall between them and lose one.
    for number in range(30):
        did_read(odette.person.id, now - timedelta(minutes=number // 10))
    rows = table(odette_online)[1:]
    assert len({row[-1] for row in rows}) == len(rows) == 30
    hours = [row[1] for row in rows]
    assert hours == sorted(hours, reverse=True)


def test_the_filters_of_the_page_are_those_of_the_file(odette, odette_online):
    does(odette, "telling.change", {"reads": "nothing", "quarterly": "no"})
    reads(odette.person.id, LEMOINE)
    reads(odette.person.id, MOREAU)
    assert len(table(odette_online)) == 4
    assert len(table(odette_online, "?others=on")) == 3
    assert len(table(odette_online, f"?reader=pro:{MOREAU.id}")) == 2
    assert odette_online.get(f"{CSV}?since=hier").status_code == 422


def test_the_lines_of_another_are_not_in_it(aicha, odette_online, odette):
    reads(aicha.person.id)
    assert len(table(odette_online)) == 1


@pytest.mark.parametrize("evil", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_no_cell_is_a_formula(odette, odette_online, evil):
    assert safe(evil) == f"'{evil}"
    actor = Actor(ActorKind.PROFESSIONAL, LEMOINE.id, words=ReaderWords(evil))
    with opened(odette.person.id):
        journal.write_read(Basis("grant", odette.person.id, actor), "visit.file", [(evil, 'a";b\n=1')])
    _heads, row = table(odette_online)
    assert row[4].startswith("'")
    assert row[8].startswith("'")
    assert len(row) == 10, "a quote or a semicolon made one cell more"


def test_what_is_no_formula_stays_as_it_is():
    assert safe("Dr Lemoine") == "Dr Lemoine"
    assert safe("") == ""


def test_an_account_linked_to_nobody_goes_home_and_a_post_is_refused(sign_in, client, odette_online):
    from portal.accounts.user import create_account
    from tests.cast import PASSWORD

    assert sign_in(create_account("new@exemple.fr", PASSWORD)).get(CSV).url == "/mon-espace/"
    assert client.get(CSV).status_code == 302
    assert odette_online.post(CSV).status_code == 405
