"""The history by reader: each once, a page at a time, at a cost that their lines do not change."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from consent.models import JournalEntry
from consent.trace.readers import by_reader, key_condition
from consent.wall import opened
from tests.consent.reading_cast import DOCTORS, LEMOINE, MOREAU, did_read, entries, reads

pytestmark = pytest.mark.django_db

BY_READER = "/mon-espace/trace/?par=lecteur"


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_every_reader_is_on_one_page_and_who_came_last_is_on_the_first(odette, odette_online):
    entries(odette.person.id, 46)
    seen = []
    for page in (1, 2, 3):
        answer = odette_online.get(f"{BY_READER}&page={page}")
        assert f"Page {page} sur 3" in text(answer)
        seen += [group["reader"].key for group in answer.context["readers"]]
    assert seen == [f"pro:{doctor}" for doctor in DOCTORS]
    assert "Auteurs de traces : 23." in text(answer)


@pytest.mark.parametrize(("page", "shown"), [("99", 3), ("0", 1), ("x", 1), ("9" * 9, 1), ("-1", 1)])
def test_a_page_that_does_not_exist_is_a_page_that_does(odette, odette_online, page, shown):
    entries(odette.person.id, 23)
    answer = odette_online.get(f"{BY_READER}&page={page}")
    assert f"Page {shown} sur 3" in text(answer)
    assert answer.context["readers"]


@pytest.mark.parametrize(("lines", "words"), [(100, "Traces : 100, la"), (101, "Plus de 100 traces, la première le")])
def test_traces_are_counted_to_a_hundred(odette, odette_online, lines, words):
    entries(odette.person.id, lines, doctors=DOCTORS[:1])
    assert words in text(odette_online.get(BY_READER))


def test_the_first_and_the_last_trace_are_told_of_a_reader_with_many(odette):
    entries(odette.person.id, 300, doctors=DOCTORS[:1])
    with opened(odette.person.id):
        mine = JournalEntry.objects.filter(person_id=odette.person.id)
        (reader,) = by_reader(mine, 1, 10).shown
        assert (reader.first, reader.last) == (mine.earliest("at").at, mine.latest("at").at)
        assert reader.last_ids == [entry.pk for entry in mine.order_by("-at")[:5]]


def test_filters_leave_readers_out(odette, odette_online):
    did_read(odette.person.id, timezone.now() - timedelta(days=40), LEMOINE)
    reads(odette.person.id, MOREAU)
    since = (timezone.localdate() - timedelta(days=2)).strftime("%d/%m/%Y")
    said = text(odette_online.get(f"{BY_READER}&since={since}"))
    assert "Auteurs de traces : 1." in said
    assert "Moreau" in said
    assert "Aucune trace." in text(odette_online.get(f"{BY_READER}&refused=on"))


def test_the_readers_of_somebody_else_are_not_among_them(odette, aicha, odette_online):
    entries(aicha.person.id, 5)
    assert "Aucune trace." in text(odette_online.get(BY_READER))
    with opened(odette.person.id):
        assert by_reader(JournalEntry.objects.all(), 1, 10).count == 0


def test_the_key_of_each_reader_finds_their_traces(odette):
    entries(odette.person.id, 10)
    with opened(odette.person.id):
        mine = JournalEntry.objects.filter(person_id=odette.person.id)
        for reader in by_reader(mine, 1, 50).shown:
            assert mine.filter(key_condition(reader.key)).count() == reader.times
