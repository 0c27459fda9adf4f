"""The pages of someone represented, to their representative: the person's own pages, through another door."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from consent.bases import BasisRefused
from consent.doors.represented import RepresentedDoor
from consent.models import Receipt
from consent.pages.act import act_page, refused_page
from consent.pages.case import cases_asked_by
from consent.pages.home import home_page
from consent.pages.proof import proof_image
from consent.pages.receipt import receipt_response
from consent.pages.share_card import card_page
from consent.pages.trace import csv_response, trace_page
from consent.trace.seen import HISTORY
from consent.wall import opened

P = ParamSpec("P")
T = TypeVar("T")
Page = Callable[Concatenate[HttpRequest, RepresentedDoor, P], HttpResponse]


def through(
    code: str, *, reads: bool = False
) -> Callable[[Page[P]], Callable[Concatenate[HttpRequest, UUID, P], HttpResponse]]:
    """Decorator: the page is shown once the representative's coming in is in the trace; a refusal says why.

    `reads`: the page leaves a trace of what it reads, and checks the basis for it: coming in is not noted beside.
    """

    def decorate(page: Page[P]) -> Callable[Concatenate[HttpRequest, UUID, P], HttpResponse]:
        @wraps(page)
        def view(request: HttpRequest, representation: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                with RepresentedDoor.opening(request, representation) as door:
                    with nullcontext() if reads else door.entered():
                        return page(request, door, *args, **kwargs)
            except BasisRefused as refused:
                return refusal(request, door, code, refused)

        return view

    return decorate


def refusal(
    request: HttpRequest, door: RepresentedDoor, code: str, refused: BasisRefused, *, undone: bool = True
) -> HttpResponse:
    """Say plainly why; `undone`: whoever kept the try did so in the transaction that the refusal has just undone."""
    refused.journaled = refused.journaled and not undone
    return refused_page(request, door, code, door.whole_basis, refused)


@require_safe
@through("space.read")
def home(request: HttpRequest, door: RepresentedDoor) -> HttpResponse:
    """The space of the person represented."""
    return home_page(request, door)


@require_safe
@through(HISTORY, reads=True)
def trace(request: HttpRequest, door: RepresentedDoor) -> HttpResponse:
    """Who did what, less what the person keeps from their representatives; each reading is a trace itself."""
    return trace_page(request, door)


@require_safe
def trace_csv(request: HttpRequest, representation: UUID) -> HttpResponseBase:
    """The same traces as a table; the trace of the reading is written before the first of them is sent."""
    door = RepresentedDoor(request, representation)
    try:
        return csv_response(request, door)
    except BasisRefused as refused:
        return refusal(request, door, HISTORY, refused, undone=False)


@require_safe
@through("representation.entered")
def cases(request: HttpRequest, door: RepresentedDoor) -> HttpResponse:
    """What this representative asked of the service for the person, and the answers."""
    return cases_asked_by(request, door)


@require_safe
@through("share-code.create")
def share_card(request: HttpRequest, door: RepresentedDoor, code_id: UUID) -> HttpResponse:
    """The card of a code that this representative made."""
    if not door.covers("share-code.create"):
        raise Http404
    return card_page(request, door, code_id)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, representation: UUID, code: str, target: UUID | None = None) -> HttpResponse:
    """One act for the person represented. A try that finds no right is a trace that they see."""
    if request.method == "POST":
        # `perform` takes the locks itself, in its order, and commits before it is answered.
        return act_page(request, RepresentedDoor(request, representation), code, target)
    with RepresentedDoor.opening(request, representation) as door:
        return act_page(request, door, code, target)


@require_safe
def receipt(request: HttpRequest, representation: UUID, receipt_id: UUID) -> HttpResponse:
    """The receipt of an act that this representative did; they see no other."""
    door = RepresentedDoor(request, representation)

    def page(shown: Receipt) -> HttpResponse:
        return proof_image(request, shown) if "image" in request.GET else receipt_response(request, door, shown)

    return with_receipt(door, receipt_id, page)


def with_receipt(door: RepresentedDoor, receipt_id: UUID, page: Callable[[Receipt], T]) -> T:
    """What `page` makes of a receipt that this representative may see, the wall open for it. Raises `Http404`."""
    # Without right any more, what stays theirs is the receipt of having given it up.
    codes = {} if door.in_force else {"entry__code": "representation.end"}
    for person_id, by in ((door.person.pk, {"entry__actor_id": door.request.user.pk}), (None, {})):
        with opened(person_id):
            found = Receipt.objects.select_related("entry").filter(
                pk=receipt_id, entry__via=door.whole_basis.via, **by, **codes
            )
            if shown := found.first():
                return page(shown)
    raise Http404
