"""`/healthz` and `/readyz`, for whatever watches the service. No session, nothing about anybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from portal import health


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nothing of anything else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Each thing that the service stands on, "ok" or "failed"; 503 when one of them failed."""
    found = health.report()
    words = {name: "ok" if well else "failed" for name, well in found.items()}
    answer = JsonResponse(words, status=200 if all(found.values()) else 503)
    # Django would write each 503 in the log as an error; portal/health.py says what failed.
    answer._has_been_logged = True
    return answer
