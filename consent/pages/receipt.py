"""The receipt of an act: the person's own, and that of an act that says nothing about who."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consent.acts.base import Fact
from consent.days import moment_words
from consent.doors.base import Door
from consent.doors.online import OnlineDoor, PublicDoor
from consent.models import Receipt
from consent.pages.proof import proof_context, proof_image
from consent.printables import print_url
from consent.trace import history
from consent.trace.kept import beside, facts_of
from consent.wall import opened

# For how long a receipt says first that the act was done.
JUST_DONE = timedelta(minutes=2)


def receipt_rows(receipt: Receipt) -> list[Fact]:
    """A receipt in words; the wall must be open for its person."""
    entry = receipt.entry
    return [
        (_("Reçu numéro"), str(receipt.pk)),
        (_("Le"), moment_words(entry.at)),
        *history.done_facts(entry),
        *facts_of(entry),
        *beside(entry),
    ]


def receipt_response(request: HttpRequest, door: Door, receipt: Receipt, **context: Any) -> HttpResponse:
    """The page of a receipt, in the surroundings of a door. The wall must be open for its person."""
    context = {
        "title": history.what_words(receipt.entry.code),
        "rows": receipt_rows(receipt),
        "home_url": door.home_url(),
        "surroundings": door.surroundings,
        "fresh": timezone.now() - receipt.entry.at < JUST_DONE,
        "pdf_url": print_url(door.name, door.right_id, receipt.pk),
        **proof_context(request, receipt),
        "number_opens": receipt.person_id is None,
        **door.context(),
        **context,
    }
    return render(request, "consent/receipt/receipt.html", context)


@require_safe
def own(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """A receipt of the person signed in, or one that is about nobody (a refusal), for whoever holds its number."""
    return _show(request, OnlineDoor(request), receipt_id, request.user.person_id)


@login_not_required
@require_safe
def public(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """The receipt of an act that says nothing about who: its number alone opens it."""
    return _show(request, PublicDoor(request), receipt_id, None)


def _show(request: HttpRequest, door: Door, receipt_id: UUID, person_id: UUID | None) -> HttpResponse:
    # Without a person the wall shows only the receipts that are about nobody.
    with opened(person_id):
        receipt = Receipt.objects.select_related("entry").filter(pk=receipt_id).first()
        if receipt is None:
            raise Http404
        if "image" in request.GET:
            return proof_image(request, receipt)
        return receipt_response(request, door, receipt)
