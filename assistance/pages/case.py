"""The queues of cases, and one case: what the person wrote, its delay, its answer."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assistance import cases
from assistance.cases import AUDIT, CLERKS, OPEN_STATES, Desk
from assistance.forms.case import AnswerForm, ExtendForm
from assistance.pages.auditor import auditor_only
from assistance.pages.clerk import clerk_only
from consent.acts.base import BusinessError
from consent.bases import BasisRefused
from consent.cases import delay_words
from consent.models import Case, CaseOutcome, CaseState
from consent.pages.act import SeeOther

A_PAGE = 25


@require_safe
@clerk_only
def clerk_cases(request: HttpRequest) -> HttpResponse:
    """The requests that the clerks answer, late ones first."""
    return _list(request, CLERKS)


@require_safe
@auditor_only
def audit_cases(request: HttpRequest) -> HttpResponse:
    """The complaints and contests that the auditor answers, late ones first."""
    return _list(request, AUDIT)


@require_http_methods(["GET", "HEAD", "POST"])
@clerk_only
def clerk_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One request."""
    return _one(request, CLERKS, case_id)


@require_http_methods(["GET", "HEAD", "POST"])
@auditor_only
def audit_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One complaint or contest."""
    return _one(request, AUDIT, case_id)


def _list(request: HttpRequest, desk: Desk) -> HttpResponse:
    counts, answered = cases.counts(desk), request.GET.get("etat") == "repondues"
    rows = cases.cases_in(
        desk, [CaseState.ANSWERED] if answered else OPEN_STATES, counts.answered if answered else counts.to_answer
    )
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "counts": counts,
        "answered": answered,
        "page": page,
        "query": "etat=repondues" if answered else "",
        "lines": [(row, reverse(desk.case_url, args=[row.id]), row.due < today) for row in page.object_list],
        "desk_title": desk_title(desk),
        "journal_faults": getattr(request, "journal_faults", None),
        **_back(desk),
    }
    return render(request, "assistance/case/cases.html", context)


def _one(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    try:
        if request.method == "POST":
            return _step(request, desk, case_id)
        return _page(request, desk, case_id)
    except Case.DoesNotExist:
        raise Http404 from None
    except BasisRefused as refused:
        context = {
            "surroundings": "base.html", "reason": refused.reason, "home_url": reverse(desk.list_url), "kept_try": True,
        }  # fmt: skip
        return render(request, "consent/act/refused.html", context, status=403)


def _step(request: HttpRequest, desk: Desk, case_id: UUID) -> HttpResponse:
    extending = request.POST.get("step") == "extend"
    shown = cases.open_case(desk, case_id, request.user)
    form = ExtendForm(request.POST) if extending else AnswerForm(request.POST, case=shown.case)
    if not form.is_valid():
        return _page(request, desk, case_id, form, status=422, shown=shown)
    data = form.cleaned_data
    try:
        if extending:
            cases.extend(desk, case_id, request.user, data["until"], data["reason"])
            messages.success(request, _("Le délai est prolongé. La personne en est prévenue."))
        else:
            cases.answer(desk, case_id, request.user, CaseOutcome(data["outcome"]), data["answer"])
            messages.success(request, _("La réponse est partie. Qui a un compte la trouve aussi en ligne."))
    except BusinessError as error:
        form.add_error(error.field, str(error.message))
        return _page(request, desk, case_id, form, status=409, shown=cases.open_case(desk, case_id, request.user))
    return SeeOther(reverse(desk.case_url, args=[case_id]))


def _page(
    request: HttpRequest,
    desk: Desk,
    case_id: UUID,
    bound: forms.Form | None = None,
    *,
    status: int = 200,
    shown: cases.Shown | None = None,
) -> HttpResponse:
    shown = shown or cases.open_case(desk, case_id, request.user)
    case, today = shown.case, timezone.localdate()
    extending = isinstance(bound, ExtendForm)
    context = {
        "case": case,
        "identity": shown.identity,
        "line": shown.line,
        "delay": delay_words(case, today),
        "late": case.is_late(today),
        "is_open": case.state != CaseState.ANSWERED,
        "may_extend": extending or (case.state == CaseState.OPEN and not case.is_late(today)),
        "extending": extending,
        # A colleague answered meanwhile: there is no form left to say it on, and what was typed is not lost.
        "problem": " ".join(bound.non_field_errors()) if bound and case.state == CaseState.ANSWERED else "",
        "typed": bound.data.get("answer", "") if bound else "",
        "answer_form": AnswerForm(case=case) if bound is None or extending else bound,
        "extend_form": bound if extending else ExtendForm(),
        # For the title of the page.
        "form": bound,
        "desk_title": desk_title(desk),
        "list_url": reverse(desk.list_url),
        **_back(desk),
    }
    return render(request, "assistance/case/case.html", context, status=status)


def desk_title(desk: Desk) -> str:
    """What the queue of a desk is called."""
    return _("Demandes des personnes") if desk is CLERKS else _("Réclamations et contestations")


def _back(desk: Desk) -> dict[str, str]:
    """Where the queue of a desk belongs."""
    if desk is not CLERKS:
        return {"service_title": _("Contrôle"), "service_url": reverse("assistance:audit")}
    return {"service_title": _("Service courrier"), "service_url": reverse("assistance:service")}
