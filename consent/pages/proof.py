"""The part of a receipt that proves it: the code that its holder chose, as a picture and as text."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.models import Receipt
from consent.proofs.receipt import Choice, NotSealedYet, TraceChanged, choice_of, proof_of, qr_png

CHOICES: dict[Choice, str | Promise] = {
    Choice.WORDS: _("avec ses mots"),
    Choice.BARE: _("sans ses mots"),
    Choice.INCLUSION: _("preuve complète"),
}


@dataclass(frozen=True)
class ChoiceLink:
    """One way to show the proof, as a link."""

    label: str | Promise
    url: str
    current: bool


def proof_context(request: HttpRequest, receipt: Receipt) -> dict[str, Any]:
    """What `consent/receipt/proof.html` shows. The wall must be open for the receipt's person."""
    choice = choice_of(request.GET.get("preuve"))
    around = {
        "choices": [ChoiceLink(CHOICES[each], f"?preuve={each}#preuve", each is choice) for each in Choice],
        "pdf_query": "" if choice is Choice.WORDS else f"?preuve={choice}",
    }
    try:
        return {**around, "proof": proof_of(receipt.entry, choice), "image_url": f"?preuve={choice}&image=1"}
    except NotSealedYet:
        return {**around, "not_sealed": True}
    except TraceChanged:
        return {**around, "changed": True}


def proof_image(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """The QR of the proof as PNG. The wall must be open for the receipt's person."""
    try:
        proof = proof_of(receipt.entry, choice_of(request.GET.get("preuve")))
    except (NotSealedYet, TraceChanged):
        return HttpResponse(status=409)
    return HttpResponse(qr_png(proof.qr), content_type="image/png")
