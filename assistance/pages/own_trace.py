"""The person's history as PDF, with the filters of its page."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from assistance import printing
from assistance.models import PrintoutKind
from assistance.pages.printout import printout_response
from consent.doors.online import OnlineDoor
from consent.forms.trace import TraceFilters
from consent.pages.trace import trace_page
from consent.printables import print_history

FILENAME = "qui-a-fait-quoi.pdf"


@print_history
def where(door: str, right_id: UUID | None) -> str:
    """Where the history is printed, through this door."""
    if door == "represented":
        return reverse("assistance:for-trace-pdf", args=[right_id])
    return reverse("assistance:own-trace-pdf") if door == "online" else ""


@require_safe
def own_trace(request: HttpRequest) -> HttpResponseBase:
    """The traces of the person signed in, as many as one book can hold."""
    person_id = request.user.person_id
    if person_id is None:
        return redirect("consent:home")
    form = TraceFilters(request.GET)
    if not form.is_valid():
        return trace_page(request, OnlineDoor(request))
    asked = urlencode(sorted(form.asked().items()))
    printout = printing.ask(PrintoutKind.TRACE, person_id=person_id, name=asked)
    return printout_response(request, printout, filename=FILENAME, back_url=f"{reverse('consent:trace')}?{asked}")
