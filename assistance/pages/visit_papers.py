"""What is printed during a visit: receipts, the notice, blank forms. The worker makes each PDF."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from assistance import printed, printing
from assistance.doors.counter import CounterDoor
from assistance.models import Printout, PrintoutKind
from assistance.pages.in_visit import in_visit
from assistance.pages.printout import printout_response
from assistance.pages.visit import receipt_in
from assistance.roles import CounterRight
from consent.acts.registry import get_act
from consent.bases import Via
from consent.models import Notice
from consent.proofs.receipt import can_prove, choice_of
from consent.wall import opened


def paper(
    request: HttpRequest, door: CounterDoor, printout: Printout, filename: str, back_url: str
) -> HttpResponseBase:
    """The PDF inside the visit, or the page that waits for it."""
    around = {"surroundings": door.surroundings, "context": door.context()}
    return printout_response(request, printout, filename=filename, back_url=back_url, **around)


@require_safe
@in_visit
def receipt_pdf(request: HttpRequest, door: CounterDoor, receipt_id: UUID) -> HttpResponseBase:
    """The receipt of one act of this visit, on paper."""
    door.require(CounterRight.PRINT)
    receipt, choice = receipt_in(door, receipt_id), choice_of(request.GET.get("preuve"))
    with opened(receipt.person_id):
        if not can_prove(receipt.entry, choice):
            raise Http404
    name = printed.receipt_name(choice)
    printout = printing.ask(PrintoutKind.RECEIPT, person_id=receipt.person_id, subject_id=receipt.pk, name=name)
    return paper(request, door, printout, "recu.pdf", door.receipt_url(receipt.pk))


@require_safe
@in_visit
def notice_pdf(request: HttpRequest, door: CounterDoor, language: str) -> HttpResponseBase:
    """The notice in force, on paper, in one of its languages."""
    door.require(CounterRight.PRINT)
    notice = Notice.objects.in_force(language)
    if notice is None:
        raise Http404
    printout = printing.ask(PrintoutKind.NOTICE, person_id=None, name=printed.notice_name(notice))
    return paper(request, door, printout, f"notice-{language}.pdf", door.home_url())


@require_safe
@in_visit
def form_pdf(request: HttpRequest, door: CounterDoor, code: str) -> HttpResponseBase:
    """The blank paper form of an act, to take home."""
    door.require(CounterRight.PRINT)
    act = get_act(code)
    if act is None or Via.PAPER not in act.bases:
        raise Http404
    printout = printing.ask(PrintoutKind.FORM, person_id=None, name=printed.form_name(act))
    return paper(request, door, printout, "formulaire.pdf", reverse("assistance:visit", args=[door.visit.pk]))
