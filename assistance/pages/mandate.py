"""A mandate at the counter: print it, have it signed, bring it in force by its scan (design §6)."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistance import mandates, printing, scans
from assistance.doors.counter import CounterDoor
from assistance.forms.visit import ScanForm
from assistance.mandate_scan import check_scan
from assistance.models import Mandate, MandateState, PrintoutKind
from assistance.pages.in_visit import in_visit
from assistance.pages.visit_papers import paper
from assistance.roles import CounterRight
from consent.acts.base import BusinessError
from consent.crypto import files
from consent.pages.act import SeeOther
from consent.wall import opened

FOLDER = "mandates"


@require_http_methods(["GET", "HEAD", "POST"])
@in_visit
def visit_mandate(request: HttpRequest, door: CounterDoor, mandate_id: UUID) -> HttpResponse:
    """The three steps of a signature; a POST brings the scan of the signed paper."""
    mandate = mandate_in(door, mandate_id)
    if request.method != "POST":
        return _page(request, door, mandate, ScanForm(), 200)
    door.require(CounterRight.SCAN)
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, door, mandate, form, 422)
    try:
        _bring_in_force(door, mandate, form.cleaned_data["scan"])
    except scans.ScanRefused as refused:
        form.add_error("scan", str(refused.message))
        return _page(request, door, mandate, form, refused.status)
    except BusinessError as error:
        form.add_error("scan", str(error.message))
        return _page(request, door, mandate, form, 409 if mandates_over(mandate) else 422)
    return SeeOther(_url("visit-mandate", door, mandate))


def _bring_in_force(door: CounterDoor, mandate: Mandate, upload: UploadedFile) -> None:
    """Match the scan to the mandate expected, keep it encrypted, and sign. Nothing stays of a scan refused."""
    if reason := _why_not(mandate):
        if mandate.state == MandateState.IN_FORCE:
            return
        raise BusinessError(reason)
    check_scan(scans.recognise(upload), mandate.reference)
    person_id, name, used = mandate.person_id, "", ""
    try:
        with opened(person_id):
            name = scans.store_scan(upload, person_id=person_id, folder=FOLDER)
        counter = door.visit.counter
        basis = mandates.signing_basis(door.request.user, counter, mandate.reference, door.visit.pk)
        used = mandates.sign(mandate.pk, person_id, basis, evidence="scan", scan=name).scan
    finally:
        if name and used != name:
            files.delete(name)


def _why_not(mandate: Mandate) -> str:
    with opened(mandate.person_id):
        return mandates.why_not_signable(mandate)


def mandates_over(mandate: Mandate) -> bool:
    """Whether the mandate itself can no longer be signed, whatever the scan."""
    return bool(_why_not(mandate))


@require_POST
@in_visit
def print_mandate(request: HttpRequest, door: CounterDoor, mandate_id: UUID) -> HttpResponse:
    """The mandate goes to the printer."""
    door.require(CounterRight.PRINT)
    mandate = mandate_in(door, mandate_id)
    mandates.print_once(mandate.pk, mandate.person_id)
    return SeeOther(_url("visit-mandate-pdf", door, mandate))


@require_safe
@in_visit
def mandate_pdf(request: HttpRequest, door: CounterDoor, mandate_id: UUID) -> HttpResponseBase:
    """The mandate as a PDF."""
    door.require(CounterRight.PRINT)
    mandate = mandate_in(door, mandate_id)
    printout = printing.ask(
        PrintoutKind.MANDATE, person_id=mandate.person_id, subject_id=mandate.pk, large_print=mandate.large_print
    )
    return paper(request, door, printout, f"mandat-{mandate.reference}.pdf", _url("visit-mandate", door, mandate))


def mandate_in(door: CounterDoor, mandate_id: UUID) -> Mandate:
    """This person's mandate to this counter. Raises `Http404` for any other."""
    with opened(door.visit.person_id):
        mandates_here = Mandate.objects.filter(person_id=door.visit.person_id, counter_id=door.visit.counter_id)
        mandate = mandates_here.select_related("counter").filter(pk=mandate_id).first()
        if mandate is None:
            raise Http404
        return mandate


def _page(request: HttpRequest, door: CounterDoor, mandate: Mandate, form: ScanForm, status: int) -> HttpResponse:
    context = {
        **door.context(),
        "paper": mandate,
        "facts": mandates.mandate_facts(mandate),
        "in_force": mandate.state == MandateState.IN_FORCE,
        "over": "" if mandate.state == MandateState.IN_FORCE else _why_not(mandate),
        "form": form,
        "can_scan": CounterRight.SCAN in door.rights,
        "can_print": CounterRight.PRINT in door.rights,
        "who_signs": _who_signs(mandate),
    }
    return render(request, "assistance/mandate/sign.html", context, status=status)


def _who_signs(mandate: Mandate) -> str:
    return {
        "person": _("La personne date et signe les deux exemplaires. Vous signez aussi, pour le guichet."),
        "mark": _("La personne fait sa marque devant ses deux témoins, qui signent. Vous signez aussi."),
        "guardian": _("Le tuteur date et signe, au vu du jugement. Vous signez aussi, pour le guichet."),
        "parent": _(
            "Le père ou la mère date et signe, au vu du livret de famille. Vous signez aussi, pour le guichet."
        ),
    }[mandate.signer]


def _url(name: str, door: CounterDoor, mandate: Mandate) -> str:
    return reverse(f"assistance:{name}", args=[door.visit.pk, mandate.pk])
