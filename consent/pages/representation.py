"""« Représentation »: who represents the person, and whom they represent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from consent.doors.online import OnlineDoor
from consent.models import Person
from consent.own.representation import representatives_panel, represented_panel
from consent.wall import opened


@require_safe
def representation(request: HttpRequest) -> HttpResponse:
    """Both lists, of the person signed in."""
    basis = OnlineDoor(request).basis(None)
    if basis.person_id is None:
        return redirect("consent:home")
    with opened(basis.person_id):
        person = Person.objects.get(pk=basis.person_id)
        panels = [representatives_panel(basis, person.level), represented_panel(basis)]
        return render(request, "consent/representation/representation.html", {"panels": panels})
