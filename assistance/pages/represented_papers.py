"""What a representative prints of someone's space: their history, and the receipts of what they did for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from assistance import printing
from assistance.models import Printout, PrintoutKind
from assistance.pages.own_receipt import FILENAME as RECEIPT
from assistance.pages.own_receipt import ask_for
from assistance.pages.own_trace import FILENAME as HISTORY
from assistance.pages.printout import Opens, printout_response
from consent.acts.hiding import Hide
from consent.bases import BasisRefused, lock_basis
from consent.crypto import files
from consent.doors.represented import RepresentedDoor
from consent.forms.trace import TraceFilters
from consent.models import JournalEntry
from consent.pages.represented import refusal, with_receipt
from consent.pages.trace import trace_page
from consent.proofs.receipt import choice_of
from consent.trace.seen import HISTORY as READING
from consent.wall import opened


class Outdated(Exception):
    """The PDF that is ready shows what was hidden since it was asked for."""


@require_safe
def receipt_pdf(request: HttpRequest, representation: UUID, receipt_id: UUID) -> HttpResponseBase:
    """The receipt of an act that this representative did; they print no other."""
    door = RepresentedDoor(request, representation)
    choice, back = choice_of(request.GET.get("preuve")), door.receipt_url(receipt_id)
    printout = with_receipt(door, receipt_id, lambda receipt: ask_for(receipt, choice))
    if printout is None:
        return redirect(f"{back}?preuve={choice}#preuve")
    return printout_response(request, printout, filename=RECEIPT, back_url=back, **_around(door))


@require_safe
def trace_pdf(request: HttpRequest, representation: UUID) -> HttpResponseBase:
    """The history of who is represented, less what they hide; its trace is written when it is sent, not before."""
    door = RepresentedDoor(request, representation)
    form = TraceFilters(request.GET)
    try:
        if not form.is_valid():
            return trace_page(request, door)
        asked = urlencode(sorted(form.asked().items()))
        printout = _asked(door, asked)

        def fetch(opens: Opens) -> files.Plaintext | None:
            if _hidden_since(door, printout.asked_at):
                raise Outdated
            return opens()

        def sending(opens: Opens) -> files.Plaintext | None:
            return door.read(READING, lambda: fetch(opens))

        back = f"{reverse('consent:for-trace', args=[representation])}?{asked}"
        return printout_response(
            request, printout, filename=HISTORY, back_url=back, sending=sending, **_around(door)
        )  # fmt: skip
    except Outdated:
        return redirect(request.get_full_path())
    except BasisRefused as refused:
        return refusal(request, door, READING, refused, undone=False)


def _asked(door: RepresentedDoor, name: str) -> Printout:
    """The PDF, asked for on a basis that stands; one made before something was hidden serves no more."""
    basis = door.basis(None)
    wanted: dict[str, Any] = {"person_id": basis.person_id, "subject_id": basis.right_id, "name": name}
    with opened(basis.person_id):
        lock_basis(basis, READING)
        printout = printing.ask(PrintoutKind.TRACE, **wanted)
        if _hidden_since(door, printout.asked_at) and printing.forget(printout.pk):
            printout = printing.ask(PrintoutKind.TRACE, **wanted)
        return printout


def _hidden_since(door: RepresentedDoor, hour: datetime) -> bool:
    hidden = JournalEntry.objects.filter(person_id=door.person.pk, code=Hide.code, at__gte=hour)
    return hidden.exists()


def _around(door: RepresentedDoor) -> dict[str, Any]:
    return {"surroundings": door.surroundings, "context": door.context()}
