"""The auditor's first page, and their own looks."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assistance import audit, cases, patterns
from assistance.pages.auditor import auditor_only
from consent import emergency
from consent.models import SealCheckpoint
from consent.seal import verifications

A_PAGE = 25
MOST_PAGES = 400


@require_safe
@auditor_only
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the auditor, and where they look."""
    signals = patterns.counts()
    context = {
        "emergencies": emergency.review_counts(),
        "counts": cases.counts(cases.AUDIT),
        "unseen": sum(many.unseen for many in signals.values()),
        "verified": verifications.standing(),
        "last": SealCheckpoint.objects.order_by("-size").first(),
    }
    return render(request, "assistance/audit/home.html", context)


@require_safe
@auditor_only
def own_looks(request: HttpRequest) -> HttpResponse:
    """Everything that this auditor looked at."""
    number = page_number(request.GET.get("page"))
    looks = audit.looks_of(request.user, A_PAGE + 1, (number - 1) * A_PAGE)
    context = {"looks": looks[:A_PAGE], **around(number, more=len(looks) > A_PAGE)}
    return render(request, "assistance/audit/looks.html", context)


def page_number(typed: str | None) -> int:
    """The page that was asked for, from 1; the first one for anything that is none."""
    found = re.fullmatch(r"[1-9]\d{0,3}", typed or "", re.ASCII)
    return min(int(found[0]), MOST_PAGES) if found else 1


def around(number: int, *, more: bool) -> dict[str, Any]:
    """The numbers of the pages before and after; 0 where there is none. Lists across persons are not counted."""
    return {"number": number, "newer": number - 1, "older": number + 1 if more and number < MOST_PAGES else 0}
