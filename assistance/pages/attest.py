"""The second agent: they saw the signed original of a mandate that a colleague prepared (design §6)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assistance import mandates
from assistance.forms.visit import AttestForm, ReferenceForm
from assistance.models import Counter, Mandate, MandateState
from assistance.paper.codes import ForeignCode, normalise_reference
from assistance.roles import CounterRight, has_right
from consent.acts.base import BusinessError
from consent.bases import BasisRefused
from consent.pages.act import SeeOther
from consent.wall import opened


@require_http_methods(["GET", "HEAD", "POST"])
def find_mandate(request: HttpRequest) -> HttpResponse:
    """Type the reference that is on the paper."""
    form = ReferenceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reference = form.cleaned_data["reference"]
        if _found(request, reference):
            return SeeOther(reverse("assistance:attest", args=[reference]))
        form.add_error("reference", _("Aucun mandat de vos guichets ne porte cette référence. Recopiez-la du papier."))
    return render(request, "assistance/mandate/find.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def attest(request: HttpRequest, reference: str) -> HttpResponse:
    """Two boxes, then the mandate is in force. Neither the one who prepared it, nor the person, may do it."""
    found = _found(request, reference)
    if found is None:
        return render(request, "assistance/mandate/unknown.html", status=404)
    mandate, counter = found
    form = AttestForm(request.POST if request.method == "POST" else None)
    refused = mandates.why_not_attest(mandate, request.user)
    with opened(mandate.person_id):
        over = mandates.why_not_signable(mandate)
    status = 403 if refused else 200
    if request.method == "POST":
        # The rule decides again by itself, and keeps a refused try: the page only says it first.
        answer = _attested(request, mandate, counter, form) if refused or form.is_valid() else 422
        if isinstance(answer, HttpResponse):
            return answer
        status = answer
    context = {
        "paper": mandate, "counter": counter, "facts": mandates.mandate_facts(mandate), "form": form,
        "refused": refused, "over": over,
    }  # fmt: skip
    return render(request, "assistance/mandate/attest.html", context, status=status)


def _attested(request: HttpRequest, mandate: Mandate, counter: Counter, form: AttestForm) -> HttpResponse | int:
    """Do it, and go back to the desk; or the status of the page that says why not."""
    if mandate.state == MandateState.IN_FORCE and mandate.attested_by_id == request.user.pk:
        return SeeOther(reverse("assistance:desk"))
    try:
        mandates.attest(mandate.pk, mandate.person_id, request.user, counter)
    except BasisRefused:
        return 403
    except BusinessError as error:
        form.add_error(None, str(error.message))
        return 409
    messages.success(request, _("Le mandat %s est en vigueur.") % mandate.reference)
    return SeeOther(reverse("assistance:desk"))


def _found(request: HttpRequest, typed: str) -> tuple[Mandate, Counter] | None:
    """The mandate of this reference at a counter where the user serves; None for any other, and for none."""
    try:
        known = mandates.find_by_reference(normalise_reference(typed))
    except ForeignCode:
        return None
    if known is None:
        return None
    mandate_id, person_id, number = known
    counter = Counter.objects.get(number=number)
    if not has_right(request.user, CounterRight.ASSIST, counter):
        return None
    return _read(mandate_id, person_id), counter


def _read(mandate_id: UUID, person_id: UUID) -> Mandate:
    with opened(person_id):
        return Mandate.objects.select_related("counter").get(pk=mandate_id)
