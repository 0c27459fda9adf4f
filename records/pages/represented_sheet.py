"""The emergency sheet of someone represented, to who may read it for them; each reading is a trace."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consent.doors.represented import RepresentedDoor
from consent.hiding import categories_seen
from consent.models import Person
from consent.pages.represented import through
from consent.readers import SHEET
from records.models.emergency_sheet import PARTS


@require_safe
@through(SHEET, reads=True)
def sheet(request: HttpRequest, door: RepresentedDoor) -> HttpResponse:
    """What the person wrote, less what they keep from their representatives: a part hidden looks like one unwritten."""

    def fetch() -> dict[str, Any]:
        seen = categories_seen(door.whole_basis)
        person = Person.objects.select_related("emergencysheet").get(pk=door.person.pk)
        written = getattr(person, "emergencysheet", None)
        parts = [(part.title, text) for part in PARTS if written and (text := written.seen_of(part, seen))]
        return {
            "parts": parts,
            "written": timezone.localtime(written.written_at) if parts else None,
            "birth_date": person.birth_date,
        }

    context = {
        "surroundings": door.surroundings,
        "home_url": door.home_url(),
        "write_url": door.act_url("emergency.write") if door.covers("emergency.write") else "",
        **door.context(),
    }
    return render(request, "records/emergency_sheet/represented.html", {**door.read(SHEET, fetch), **context})
