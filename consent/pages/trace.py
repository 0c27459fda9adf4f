"""« Qui a fait quoi »: every trace of the person, in words, on screen and on paper."""

from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from consent import history
from consent.doors.online import OnlineDoor
from consent.doors.represented import RepresentedDoor
from consent.forms.trace import TraceFilters
from consent.hiding import traces_seen
from consent.models import Person

A_PAGE = 25
# A printed history is one page to the browser: more would be a book, and the period can be made shorter.
MOST_PRINTED = 1000


@require_safe
def trace(request: HttpRequest) -> HttpResponse:
    """The traces of the person signed in."""
    if request.user.person_id is None:
        return redirect("consent:home")
    return trace_page(request, OnlineDoor(request))


def trace_page(request: HttpRequest, door: OnlineDoor | RepresentedDoor) -> HttpResponse:
    """The traces of one person, as far as this door may show them; `?imprimer=1` puts the whole period on one page."""
    basis = door.basis(None)
    around = {
        "surroundings": door.surroundings,
        "home_url": door.home_url(),
        "trace_url": door.trace_url(),
        **door.context(),
    }
    form = TraceFilters(request.GET)
    printing = request.GET.get("imprimer") == "1"
    if not form.is_valid():
        return render(request, "consent/trace/trace.html", {"form": form, **around}, status=422)
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}

    def fetch() -> dict[str, Any]:
        entries = traces_seen(basis).filter(form.condition()).order_by("-at", "id")
        page = Paginator(entries, MOST_PRINTED if printing else A_PAGE).get_page(request.GET.get("page"))
        return {
            "form": form,
            "page": page,
            "days": by_day(history.lines_of(page.object_list)),
            "query": urlencode(asked),
            "print_query": urlencode({**asked, "imprimer": "1"}),
            "printing": printing,
            "name": Person.objects.get(pk=basis.person_id).name if printing else "",
        }

    return render(request, "consent/trace/trace.html", {**door.read("history.read", fetch), **around})


def by_day(lines: list[history.Line]) -> list[tuple[date, list[history.Line]]]:
    """Lines in order, grouped by their day."""
    return [(day, list(group)) for day, group in groupby(lines, key=lambda line: line.at.date())]
