"""A share code on a card to print and cut out: the code, its QR, what it opens and until when."""

from uuid import UUID

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent.acts.share_code import code_facts
from consent.bases import Via
from consent.doors.base import Door
from consent.doors.online import OnlineDoor
from consent.hiding import codes_made, codes_seen
from consent.wall import opened


@require_safe
def card(request: HttpRequest, code_id: UUID) -> HttpResponse:
    """The card of one code of the person signed in, as long as it stands."""
    door = OnlineDoor(request)
    with opened(door.basis(None).person_id):
        return card_page(request, door, code_id)


def card_page(request: HttpRequest, door: Door, code_id: UUID) -> HttpResponse:
    """The card of one code, as far as this door shows it. The wall must be open for the person.

    Who represents the person sees the cards of the codes that they made: of another they have no half to hand on.
    """
    basis = door.basis(None)
    made = None if basis.via is Via.SELF else codes_made(basis)
    code = next((code for code in codes_seen(basis, made) if code.pk == code_id), None)
    if code is None or (made is not None and code_id not in made):
        raise Http404
    qr = segno.make_qr(code.code, error="m").svg_data_uri(border=4)
    context = {"code": code.code, "qr": qr, "rows": code_facts(code), "site": settings.SITE_URL}
    context["named"] = code.used_by or code.professional
    around = {"surroundings": door.surroundings, "home_url": door.home_url(), **door.context()}
    return render(request, "consent/share_code/card.html", {**context, **around})
