"""Who may open the pages of the mail service: its clerks. For everyone else they do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from assistance.roles import is_clerk

View = Callable[..., HttpResponseBase]


def clerk_only(view: View) -> View:
    """Decorator: 404 for whoever is no clerk."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_clerk(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return checked
