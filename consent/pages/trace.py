"""« Qui a fait quoi »: every trace of the person, in words, by day or by reader, on screen and on paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Exists, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from consent.acts.registry import get_act
from consent.bases import Basis
from consent.doors.base import Door
from consent.doors.online import OnlineDoor
from consent.doors.represented import RepresentedDoor
from consent.forms.trace import TraceFilters
from consent.models import JournalEntry, Person
from consent.printables import history_url
from consent.pseudonyms import pseudonym_of
from consent.trace import csv as trace_csv
from consent.trace import history
from consent.trace.pages import JournalPaginator
from consent.trace.readers import MOST_READERS, Reader, by_reader
from consent.trace.seen import HISTORY, contest_is_kept, contests, lines_seen, traces_seen

A_PAGE = 25
READERS_A_PAGE = 10
# A printed history is one page to the browser: more would be a book, and the period can be made shorter.
MOST_PRINTED = 1000
CONTEST = "entry.contest"


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
        entries = traces_seen(basis).filter(form.condition()).order_by("-at", "id")
        printing = request.GET.get("imprimer") == "1"
        grouped = request.GET.get("par") == "lecteur"
        show = _readers if grouped else _days
        return {
            "form": form,
            **show(door, entries, request.GET.get("page"), printing=printing),
            **_links(door, form, grouped=grouped, printing=printing),
            "narrowed": form.narrowed() if printing else [],
            "period": form.period() if printing else "",
            "printing": printing,
            "name": _name(door, basis) if printing else "",
            "pseudonym": pseudonym_of(basis.person_id),
        }

    return render(request, "consent/trace/trace.html", {**door.read(HISTORY, fetch), **around})


def _name(door: Door, basis: Basis) -> str:
    """The person's name, which a door that acts for somebody else has read anyway. The wall is open."""
    return door.context().get("person_name") or Person.objects.get(pk=basis.person_id).name


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


def _days(door: Door, entries: QuerySet[JournalEntry], number: str | None, *, printing: bool) -> dict[str, Any]:
    paginator = JournalPaginator(entries, MOST_PRINTED if printing else A_PAGE)
    page = paginator.get_page(number)
    # The index alone leads to the place of the page; whole rows are read for what is shown, not for what is passed.
    shown = JournalEntry.objects.filter(pk__in=page.object_list.values("pk")).order_by("-at", "id")
    page.object_list = list(_told_whole(shown))
    days = by_day(_shown(door, page.object_list))
    older = paginator.older(page)
    return {"page": page, "days": days, "count": paginator.count, "more": paginator.goes_on, "older": older}


def _readers(door: Door, entries: QuerySet[JournalEntry], number: str | None, *, printing: bool) -> dict[str, Any]:
    """Each reader once, with their last traces: in two statements, whatever their number."""
    size = MOST_READERS if printing else READERS_A_PAGE
    asked = int(number) if number and number.isdecimal() and len(number) < 7 else 1
    asked = min(max(asked, 1), MOST_READERS)
    readers = by_reader(entries, asked, size)
    wanted = JournalEntry.objects.filter(pk__in=[pk for reader in readers.shown for pk in reader.last_ids])
    found = {shown.line.id: shown for shown in _shown(door, _told_whole(wanted))}
    return {
        "page": Paginator(range(readers.count), size).get_page(asked),
        "readers": [_group(reader, found) for reader in readers.shown],
        "count": readers.count,
        "more": readers.more,
    }


def _group(reader: Reader, found: dict[UUID, Shown]) -> dict[str, Any]:
    lines = [found[pk] for pk in reader.last_ids]
    return {
        "who": lines[0].line.who, "reader": reader, "lines": lines,
        "more": reader.more or reader.times > len(lines),
        "query": urlencode({"reader": reader.key}),
    }  # fmt: skip


def _told_whole(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    """These traces, each with its counter and with whether it was contested."""
    return history.with_counters(entries).annotate(contested=Exists(contests()))


def _shown(door: Door, entries: Iterable[JournalEntry]) -> list[Shown]:
    """These traces, of `_told_whole`, as the page shows them."""
    entries = list(entries)
    act = get_act(CONTEST)
    offered = act is not None and door.serves(act) and door.covers(CONTEST)
    me, basis, shown = door.request.user.pk, door.basis(None), []  # nobody contests what they did themselves
    for entry, line in zip(entries, lines_seen(basis, entries), strict=True):
        here = offered and not contest_is_kept(basis, entry.actor_kind)
        open_to = here and line.by_other and entry.actor_id != me and not entry.contested
        shown.append(Shown(line, door.act_url(CONTEST, line.id) if open_to else "", here and entry.contested))
    return shown


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
