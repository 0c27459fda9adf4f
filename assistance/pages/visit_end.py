"""The end of a visit: one sheet of everything done, and nothing left in the browser (design §6)."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistance import printing, visit_file, visit_memory, visits
from assistance.doors.counter import CounterDoor
from assistance.models import PrintoutKind, VisitEnd
from assistance.pages.in_visit import VISIT_FILE
from assistance.pages.visit_papers import paper
from assistance.roles import CounterRight
from consent.bases import BasisRefused
from consent.pages.act import SeeOther, refused_page
from consent.wall import opened

REACHABLE = timedelta(minutes=10)
# The sign-in is a cookie: it stays unless the computer is shared (docs/decisions/0008-end-of-a-visit.md).
WIPE = '"cache", "storage"'
WIPE_AND_LEAVE = '"cache", "cookies", "storage"'


@require_http_methods(["GET", "HEAD", "POST"])
def visit_end(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """End the visit (POST); then, for 10 minutes, offer its sheet and wipe the browser."""
    door = CounterDoor(request, visit_id)
    if request.method == "POST":
        visits.end(visit_id, door.visit.person_id, VisitEnd.ENDED)
        return wiped(SeeOther(reverse("assistance:visit-end", args=[visit_id])))
    if door.visit.ended_at is None and not door.visit.is_open:
        visits.end(visit_id, door.visit.person_id, VisitEnd.IDLE)
        door = CounterDoor(request, visit_id)
    if door.goes_on:
        return render(request, "assistance/visit/end_first.html", door.context())
    if refused := over(door):
        return refused_page(request, door, VISIT_FILE, None, refused)
    with opened(door.visit.person_id):
        done = visit_file.done(visit_memory.entries_of(door.visit))
    context = {**door.context(), "done": done, "can_print": CounterRight.PRINT in door.rights}
    return wiped(render(request, "assistance/visit/ended.html", context))


@require_safe
def visit_end_pdf(request: HttpRequest, visit_id: UUID) -> HttpResponseBase:
    """The sheet of everything that was done, for 10 minutes after the end."""
    door = CounterDoor(request, visit_id)
    if refused := over(door):
        return refused_page(request, door, VISIT_FILE, None, refused)
    door.require(CounterRight.PRINT)
    printout = printing.ask(PrintoutKind.VISIT, person_id=door.visit.person_id, subject_id=door.visit.pk)
    return paper(request, door, printout, "visite.pdf", reverse("assistance:visit-end", args=[visit_id]))


@require_POST
def visit_leave(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The last page is left: wipe the browser, and sign out where the computer is shared."""
    visit = CounterDoor(request, visit_id).visit
    if visit.ended_at is None:
        return SeeOther(reverse("assistance:visit-end", args=[visit_id]))
    if request.POST.get("shared") != "yes":
        return wiped(SeeOther(reverse("assistance:desk")))
    logout(request)
    return wiped(SeeOther(reverse("account_login")), WIPE_AND_LEAVE)


def over(door: CounterDoor) -> BasisRefused | None:
    """Why the end pages answer no more (or not yet), or None."""
    if CounterRight.ASSIST not in door.rights:
        return door.refused(_("Vous n’êtes plus agent de ce guichet."))
    ended_at = door.visit.ended_at
    if ended_at is None:
        return door.refused(_("La visite n’est pas terminée : son reçu s’imprime à la fin."))
    if ended_at <= timezone.now() - REACHABLE:
        return door.refused(
            _(
                "La visite est terminée depuis plus de 10 minutes : son reçu ne s’imprime plus ici. La personne le reçoit par ailleurs."
            )
        )
    return None


def wiped(response: HttpResponse, what: str = WIPE) -> HttpResponse:
    """Ask the browser to forget what this site left in it, and keep nothing of this answer."""
    response.headers["Clear-Site-Data"] = what
    response.headers["Cache-Control"] = "no-store"
    return response
