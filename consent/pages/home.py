"""« Mon espace »: everything the person has here, each thing with its end beside it."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent.bases import Via
from consent.doors.online import OnlineDoor
from consent.doors.represented import RepresentedDoor
from consent.models import IdentityLevel, Person, Space, SpaceState
from consent.models.space import STANDING
from consent.own.panels import panels_for_other, panels_of
from consent.own.readers import share_codes_of_other
from consent.own.representation import representation_panel, represented_panel, with_representations
from consent.own.space import acts_offered, contact_panel, grants_panel, state_words, uses_panel, with_consents
from consent.own.telling import telling_panel
from consent.pages.act import hidden_request
from consent.trace import history
from consent.trace.seen import traces_seen
from consent.wall import opened

LAST_TRACES = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The space of the person signed in, or what an account linked to nobody can begin."""
    door = OnlineDoor(request)
    if request.user.person_id is None:
        return render(
            request,
            "consent/home/nobody.html",
            {"acts": acts_offered(door, None, None)},
        )
    return home_page(request, door)


def home_page(request: HttpRequest, door: OnlineDoor | RepresentedDoor) -> HttpResponse:
    """The space of one person, to themselves or to who represents them, as far as this door covers it."""
    basis = door.basis(None)
    mine = basis.via is Via.SELF
    with opened(basis.person_id):
        people = with_consents(with_representations(Person.objects.select_related("space", "telling")))
        person = people.get(pk=basis.person_id)
        space: Space | None = getattr(person, "space", None)
        state = SpaceState(space.state) if space else None
        panels = (
            [grants_panel(door, basis, person.level), uses_panel(door, person)]
            if state in STANDING and door.covers("space.read")
            else []
        )
        if mine:
            panels += [*panels_of(basis), telling_panel(person), representation_panel(person)]
            panels += [represented_panel(basis)] if person.represents else []
        else:
            if state in STANDING and door.covers("space.read"):
                panels.append(share_codes_of_other(door, basis, person.level))
            panels += panels_for_other(door.representation.pk, door.scopes)
        panels += [contact_panel(door, basis, person)] if door.covers("contact.change") else []
        # Someone else reads traces on their own page, where each reading leaves one.
        entries = traces_seen(basis).order_by("-at", "id")[:LAST_TRACES] if mine else []
        context = {
            "name": person.name,
            "mine": mine,
            "surroundings": door.surroundings,
            "trace_url": door.trace_url(),
            "level_words": person.get_level_display(),
            "declared": mine and person.level < IdentityLevel.CONFIRMED,
            "state_words": state_words(space, for_another=not mine),
            "state": state,
            "panels": sorted(panels, key=lambda panel: not panel.urgent),
            "hidden": hidden_request(uuid4()),
            "lines": history.lines_of(entries),
            "acts": acts_offered(door, state, IdentityLevel(person.level)),
            **door.context(),
        }
        return render(request, "consent/home/home.html", context)
