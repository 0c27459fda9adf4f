"""« Mon résumé »: what is open, closed and refused, on one page to read or to print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consent.doors.online import OnlineDoor
from consent.models import Person
from consent.pseudonyms import pseudonym_of
from consent.summary import summary_of
from consent.wall import opened


@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """The summary of the person signed in."""
    person_id = OnlineDoor(request).basis(None).person_id
    if person_id is None:
        return redirect("consent:home")
    with opened(person_id):
        context = {
            "parts": summary_of(person_id),
            "name": Person.objects.get(pk=person_id).name,
            "today": timezone.localdate(),
            "pseudonym": pseudonym_of(person_id),
        }
        return render(request, "consent/summary/summary.html", context)
