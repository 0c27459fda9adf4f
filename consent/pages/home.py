"""« Mon espace »: everything the person has here, each thing with its end beside it."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent import history
from consent.doors.online import OnlineDoor
from consent.models import IdentityLevel, JournalEntry, Person, Space, SpaceState
from consent.models.space import STANDING
from consent.own_space import acts_offered, contact_panel, grants_panel, state_words, uses_panel
from consent.pages.act import hidden_request
from consent.panels import panels_of
from consent.wall import opened

LAST_TRACES = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The space of the person signed in, or what an account linked to nobody can begin."""
    basis = OnlineDoor(request).basis(None)
    if basis.person_id is None:
        return render(request, "consent/home/nobody.html", {"acts": acts_offered(None, None)})
    with opened(basis.person_id):
        person = Person.objects.select_related("space").get(pk=basis.person_id)
        space: Space | None = getattr(person, "space", None)
        state = SpaceState(space.state) if space else None
        is_open = state in STANDING
        panels = [grants_panel(basis, person.level), uses_panel(basis)] if is_open else []
        panels += [*panels_of(basis), contact_panel(person)]
        entries = JournalEntry.objects.filter(person_id=basis.person_id).order_by("-at", "id")[:LAST_TRACES]
        context = {
            "name": person.name,
            "level_words": person.get_level_display(),
            "declared": person.level < IdentityLevel.CONFIRMED,
            "state_words": state_words(space),
            "state": state,
            "panels": panels,
            "hidden": hidden_request(uuid4()),
            "lines": history.lines_of(entries, name_the_counters=False),
            "acts": acts_offered(state, IdentityLevel(person.level)),
        }
        return render(request, "consent/home/home.html", context)
