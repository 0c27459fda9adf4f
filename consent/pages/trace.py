"""« Qui a fait quoi »: every trace of the person, in words, by day or by reader, on screen and on paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from consent.acts.registry import get_act
from consent.doors.base import Door
from consent.doors.online import OnlineDoor
from consent.doors.represented import RepresentedDoor
from consent.forms.trace import TraceFilters
from consent.models import JournalEntry, Person
from consent.printables import history_url
from consent.pseudonyms import pseudonym_of
from consent.trace import csv as trace_csv
from consent.trace import history
from consent.trace.pages import JournalPaginator, read_in_order
from consent.trace.readers import Reader, by_reader, reader_of
from consent.trace.seen import Traces

A_PAGE = 25
READERS_A_PAGE = 10
MOST_READERS = 1000
# A printed history is one page to the browser: more would be a book, and the period can be made shorter.
MOST_PRINTED = 1000
CONTEST = "entry.contest"
HISTORY = "history.read"


@dataclass(frozen=True)
class Shown:
    """A line of the page; `contest_url` is where the person contests it, when someone else did it."""

    line: history.Line
    contest_url: str
    contested: bool


@require_safe
def trace(request: HttpRequest) -> HttpResponse:
    """The traces of the person signed in."""
    if request.user.person_id is None:
        return redirect("consent:home")
    return trace_page(request, OnlineDoor(request))


def trace_page(request: HttpRequest, door: OnlineDoor | RepresentedDoor) -> HttpResponse:
    """The traces of one person, as far as this door may show them.

    `?imprimer=1` puts the whole period on one page, `?par=lecteur` groups by reader.
    """
    basis = door.basis(None)
    around = {
        "surroundings": door.surroundings,
        "home_url": door.home_url(),
        "trace_url": door.trace_url(),
        **door.context(),
    }
    form = TraceFilters(request.GET)
    if not form.is_valid():
        return render(request, "consent/trace/trace.html", {"form": form, **around}, status=422)

    def fetch() -> dict[str, Any]:
        traces = Traces(basis)
        entries = traces.seen().filter(form.condition()).order_by("-at", "id")
        printing = request.GET.get("imprimer") == "1"
        grouped = request.GET.get("par") == "lecteur"
        show = _readers if grouped else _days
        return {
            "form": form,
            **show(door, traces, entries, request.GET.get("page"), printing=printing),
            **_links(door, form, grouped=grouped, printing=printing),
            "narrowed": form.narrowed() if printing else [],
            "period": form.period() if printing else "",
            "printing": printing,
            "name": Person.objects.get(pk=basis.person_id).name if printing else "",
            "pseudonym": pseudonym_of(basis.person_id),
        }

    return render(request, "consent/trace/trace.html", {**door.read(HISTORY, fetch), **around})


@require_safe
def trace_as_csv(request: HttpRequest) -> HttpResponseBase:
    """The same traces as a table for a spreadsheet, sent as it is read."""
    if request.user.person_id is None:
        return redirect("consent:home")
    return csv_response(request, OnlineDoor(request))


def csv_response(request: HttpRequest, door: OnlineDoor | RepresentedDoor) -> HttpResponseBase:
    """The traces of one person as a table, as far as this door may show them. Raises `BasisRefused`."""
    form = TraceFilters(request.GET)
    if not form.is_valid():
        return trace_page(request, door)
    return door.read(HISTORY, lambda: trace_csv.response(door.basis(None), form.condition()))


def _days(
    door: Door, traces: Traces, entries: QuerySet[JournalEntry], number: str | None, *, printing: bool
) -> dict[str, Any]:
    read_in_order()
    paginator = JournalPaginator(entries, MOST_PRINTED if printing else A_PAGE)
    page = paginator.get_page(number)
    days = by_day(_shown(door, traces, page.object_list))
    older = paginator.older(page)
    return {"page": page, "days": days, "count": paginator.count, "more": paginator.goes_on, "older": older}


def _readers(
    door: Door, traces: Traces, entries: QuerySet[JournalEntry], number: str | None, *, printing: bool
) -> dict[str, Any]:
    """Each reader once, with their last traces: in two statements, whatever their number."""
    # Every line is counted: once, and not once more for the number of readers.
    rows = list(by_reader(entries)[:MOST_READERS])
    page = Paginator(rows, MOST_READERS if printing else READERS_A_PAGE).get_page(number)
    readers = [reader_of(row) for row in page.object_list]
    wanted = JournalEntry.objects.filter(pk__in=[pk for reader in readers for pk in reader.last_ids])
    found = {shown.line.id: shown for shown in _shown(door, traces, wanted)}
    return {"page": page, "readers": [_group(reader, found) for reader in readers], "count": page.paginator.count}


def _group(reader: Reader, found: dict[UUID, Shown]) -> dict[str, Any]:
    lines = [found[pk] for pk in reader.last_ids]
    return {
        "who": lines[0].line.who, "reader": reader, "lines": lines, "more": reader.times > len(lines),
        "query": urlencode({"reader": reader.key}),
    }  # fmt: skip


def _shown(door: Door, traces: Traces, entries: Iterable[JournalEntry]) -> list[Shown]:
    lines = history.lines_of(entries)
    act = get_act(CONTEST)
    if act is None or not door.serves(act) or not door.covers(CONTEST):
        return [Shown(line, "", False) for line in lines]
    contested = traces.contested
    return [
        Shown(
            line,
            door.act_url(CONTEST, line.id) if line.by_other and line.id not in contested else "",
            line.id in contested,
        )
        for line in lines
    ]


def _links(
    door: OnlineDoor | RepresentedDoor, form: TraceFilters, *, grouped: bool, printing: bool
) -> dict[str, str | bool]:
    """Where the same traces are found otherwise: each keeps the filters, and pages keep their place too."""
    asked = form.asked()
    place = {"before": asked.pop("before")} if "before" in asked else {}
    here = {**asked, "par": "lecteur"} if grouped else asked
    return {
        "filtered": bool(asked),
        "query": urlencode({**here, **place}),
        "print_query": urlencode({**here, "imprimer": "1"}),
        "other_query": urlencode(asked if grouped else {**asked, "par": "lecteur"}),
        "file_query": urlencode(asked),
        "older_query": urlencode({**here, "imprimer": "1"} if printing else here),
        "pdf_url": history_url(door.name, door.right_id),
        "csv_url": door.csv_url(),
    }


def by_day(lines: list[Shown]) -> list[tuple[date, list[Shown]]]:
    """Lines in order, grouped by their day."""
    return [(day, list(group)) for day, group in groupby(lines, key=lambda shown: shown.line.at.date())]
