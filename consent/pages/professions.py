"""What each profession can at most be shown: a public table."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consent.professions import professions


@login_not_required
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The table, line by line."""
    return render(request, "consent/professions/table.html", {"professions": professions()})
