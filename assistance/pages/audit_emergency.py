"""The queue of emergency accesses, and the review of one: who, when, the reason written; never health content."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assistance import audit
from assistance.counted_rows import CountedRows
from assistance.forms.audit import ReviewForm
from assistance.pages.auditor import auditor_only
from consent import emergency
from consent.bases import BasisRefused
from consent.models import EmergencyAccess
from consent.models.emergency import Finding
from consent.pages.act import SeeOther
from consent.pseudonyms import pseudonym_of

A_PAGE = 25


@require_safe
@auditor_only
def queue(request: HttpRequest) -> HttpResponse:
    """The accesses that wait, contested ones first."""
    counts = emergency.review_counts()
    page = Paginator(CountedRows(emergency.waiting_for_review, counts.waiting), A_PAGE).get_page(
        request.GET.get("page")
    )
    place = str(page.number)
    lines = audit.look(
        request.user,
        "audit.queue",
        [(gettext_lazy("Page"), place)],
        lambda: [(row, pseudonym_of(row.person_id), row.finding == Finding.EXPLAIN) for row in page.object_list],
    )
    return render(request, "assistance/audit/emergencies.html", {"counts": counts, "page": page, "lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@auditor_only
def review(request: HttpRequest, access_id: UUID) -> HttpResponse:
    """One access, and the form that says what was found."""
    try:
        if request.method == "POST":
            return _found(request, access_id)
        return _page(request, access_id)
    except EmergencyAccess.DoesNotExist:
        raise Http404 from None
    except BasisRefused as refused:
        context = {
            "surroundings": "base.html", "reason": refused.reason, "home_url": reverse("assistance:audit-emergencies"),
            "kept_try": True,
        }  # fmt: skip
        return render(request, "consent/act/refused.html", context, status=403)


def _found(request: HttpRequest, access_id: UUID) -> HttpResponse:
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, access_id, form, status=422)
    finding, words = Finding(form.cleaned_data["finding"]), form.cleaned_data["words"]
    if emergency.reviewed(access_id, request.user, finding, words, form.cleaned_data["question"]):
        messages.success(request, _("C’est noté, et la personne en est prévenue."))
        return SeeOther(reverse("assistance:audit-emergencies"))
    access = audit.open_access(request.user, access_id).access
    if (access.finding, access.review, access.reviewed_by) == (finding, words, request.user.pk):
        # The same form sent twice.
        return SeeOther(reverse("assistance:audit-emergencies"))
    form.add_error(None, _("Cet accès a déjà été contrôlé. Ce que vous avez écrit n’est pas parti."))
    return _page(request, access_id, form, status=409)


def _page(request: HttpRequest, access_id: UUID, form: ReviewForm | None = None, status: int = 200) -> HttpResponse:
    shown = audit.open_access(request.user, access_id)
    context: dict[str, Any] = {
        "access": shown.access,
        "pseudonym": shown.pseudonym,
        "reads": shown.reads,
        "explanations": shown.explanations,
        "form": form or ReviewForm(),
        "is_done": shown.access.reviewed_at is not None,
        "problem": " ".join(form.non_field_errors()) if form else "",
        "typed": form.data.get("words", "") if form else "",
    }
    return render(request, "assistance/audit/emergency.html", context, status=status)
