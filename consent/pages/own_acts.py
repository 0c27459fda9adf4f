"""The acts online: one's own, signed in, and those that need no account."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from consent.doors.online import OnlineDoor, PublicDoor
from consent.limits import limited
from consent.pages.act import act_page


@require_http_methods(["GET", "HEAD", "POST"])
def own_act(request: HttpRequest, code: str, target: UUID | None = None) -> HttpResponse:
    """One act of the person signed in."""
    return act_page(request, OnlineDoor(request), code, target)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("public-act", most=30, seconds=600)
def public_act(request: HttpRequest, code: str) -> HttpResponse:
    """One act without account: refusing, or taking a refusal back."""
    return act_page(request, PublicDoor(request), code)
