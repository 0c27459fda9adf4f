"""How to have one's identity checked: the code to show, and the form to print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from consent.confirming import confirmation_code
from consent.doors.online import OnlineDoor
from consent.models import IdentityLevel, Person
from consent.printables import form_url
from consent.wall import opened


@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """The code of the person signed in, while their identity is only declared."""
    basis = OnlineDoor(request).basis(None)
    if basis.person_id is None:
        return redirect("consent:home")
    with opened(basis.person_id):
        declared = Person.objects.filter(pk=basis.person_id, level=IdentityLevel.DECLARED).exists()
    context = {
        "code": confirmation_code(basis.person_id) if declared else "",
        "form_url": form_url("identity.confirm"),
    }
    return render(request, "consent/identity/code.html", context)
