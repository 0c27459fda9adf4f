"""What every page of a visit shares: the agent's own visit, that goes on, or a plain refusal."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from assistance.doors.counter import CounterDoor
from consent.bases import BasisRefused
from consent.pages.act import refused_page

VISIT_FILE = "visit.file"
Page = Callable[..., HttpResponseBase]


def in_visit(view: Page, door_class: type[CounterDoor] = CounterDoor) -> Page:
    """Decorator: `view(request, door, …)` is served while the visit goes on.

    Afterwards, or once the agent has left the counter, the page says so (403) and the try is in the journal of
    the person. `Http404` when the visit is not this agent's.
    """

    @wraps(view)
    def page(request: HttpRequest, visit_id: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
        door = door_class(request, visit_id)
        try:
            door.basis(None)
            return view(request, door, *args, **kwargs)
        except BasisRefused as refused:
            return refused_page(request, door, VISIT_FILE, None, refused)

    return page
