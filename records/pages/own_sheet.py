"""One's own emergency sheet, alone on one page, to print."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consent.doors.online import OnlineDoor
from consent.models import Person
from consent.wall import opened
from records.models.emergency_sheet import PARTS


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet of the person signed in."""
    basis = OnlineDoor(request).basis(None)
    with opened(basis.person_id):
        person = Person.objects.select_related("emergencysheet").filter(pk=basis.person_id).first()
        written = getattr(person, "emergencysheet", None)
        if written is None:
            raise Http404
        context = {
            "person": person,
            "parts": [(part.title, text) for part in PARTS if (text := written.text_of(part))],
            "written": timezone.localtime(written.written_at),
            "writer": written.writer,
        }
        return render(request, "records/emergency_sheet/sheet.html", context)
