"""The verifications of the journal, and one of them: what was found, and the auditor's answer to a fault."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assistance import journal_faults
from assistance.forms.audit import FaultForm
from assistance.pages.audit import A_PAGE, around, page_number
from assistance.pages.auditor import auditor_only
from consent.models import Verification
from consent.pages.act import SeeOther
from consent.pages.attempt import DONE, attempt
from consent.seal import verifications


@require_safe
@auditor_only
def runs(request: HttpRequest) -> HttpResponse:
    """Every run that came to its end, the newest first."""
    number = page_number(request.GET.get("page"))
    found = list(journal_faults.runs(A_PAGE + 1, (number - 1) * A_PAGE))
    context = {
        "runs": found[:A_PAGE], "verified": verifications.standing(), **around(number, more=len(found) > A_PAGE)
    }  # fmt: skip
    return render(request, "assistance/audit/verifications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@auditor_only
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One run; a fault is answered here."""
    found = Verification.objects.filter(pk=run_id).first()
    if found is None or (found.is_well and request.method == "POST"):
        raise Http404
    form = FaultForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: journal_faults.answer(request.user, found, form.cleaned_data["words"]))
        if status == DONE:
            messages.success(request, _("Votre réponse est notée."))
            return SeeOther(reverse("assistance:audit-verifications"))
    context = {
        "run": found,
        "answer": None if found.is_well else journal_faults.answer_to(found),
        "form": form,
        "problem": " ".join(form.non_field_errors()),
        "typed": form.data.get("words", ""),
    }
    return render(request, "assistance/audit/verification.html", context, status=status)
