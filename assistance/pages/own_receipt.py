"""A receipt as PDF, for the person online: their own, or one about nobody for whoever holds its number."""

from uuid import UUID

from allauth.core.ratelimit import respond_429
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from assistance import printed, printing
from assistance.models import Printout, PrintoutKind
from assistance.pages.printout import printout_response
from consent.limits import within_limit
from consent.models import Receipt
from consent.printables import print_forms, print_receipts
from consent.proofs.receipt import Choice, can_prove, choice_of
from consent.wall import opened

FILENAME = "recu.pdf"
MOST_A_MINUTE = 60
PAGES = {
    "online": "assistance:own-receipt-pdf", "public": "assistance:public-receipt-pdf",
    "represented": "assistance:for-receipt-pdf",
}  # fmt: skip


@print_receipts
def where(door: str, right_id: UUID | None, receipt_id: UUID) -> str:
    """Where this door prints a receipt."""
    return reverse(PAGES[door], args=[*([right_id] if right_id else []), receipt_id]) if door in PAGES else ""


@print_forms
def where_blank(code: str) -> str:
    """Where anyone prints the blank form of an act."""
    return reverse("assistance:paper-form", args=[code])


@require_safe
def own(request: HttpRequest, receipt_id: UUID) -> HttpResponseBase:
    """The receipt of the person signed in."""
    return _pdf(request, receipt_id, request.user.person_id, "consent:receipt")


@login_not_required
@require_safe
def public(request: HttpRequest, receipt_id: UUID) -> HttpResponseBase:
    """The receipt of an act that says nothing about who: a worker makes each, for anyone who asks."""
    if not within_limit(request, "public-receipt", most=MOST_A_MINUTE, seconds=60):
        return respond_429(request)
    return _pdf(request, receipt_id, None, "consent:public-receipt")


def _pdf(request: HttpRequest, receipt_id: UUID, person_id: UUID | None, page: str) -> HttpResponseBase:
    # The wall shows the person's own receipts and those about nobody, and no other.
    choice, back = choice_of(request.GET.get("preuve")), reverse(page, args=[receipt_id])
    with opened(person_id):
        receipt = Receipt.objects.select_related("entry").filter(pk=receipt_id).first()
        if receipt is None:
            raise Http404
        printout = ask_for(receipt, choice)
    if printout is None:
        return redirect(f"{back}?preuve={choice}#preuve")
    return printout_response(request, printout, filename=FILENAME, back_url=back)


def ask_for(receipt: Receipt, choice: Choice) -> Printout | None:
    """The PDF of a receipt, asked for; None when its proof is not there yet. The wall is open for its person."""
    if not can_prove(receipt.entry, choice):
        return None
    name = printed.receipt_name(choice)
    return printing.ask(PrintoutKind.RECEIPT, person_id=receipt.person_id, subject_id=receipt.pk, name=name)
