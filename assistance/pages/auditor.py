"""Who may open the auditor's pages: the auditor. For everyone else they do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from assistance.journal_faults import open_faults
from assistance.roles import is_auditor

View = Callable[..., HttpResponseBase]


def auditor_only(view: View) -> View:
    """Decorator: 404 for whoever is not the auditor; the page can say what is wrong with the journal."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_auditor(request.user):
            raise Http404
        request.journal_faults = SimpleLazyObject(open_faults)
        return view(request, *args, **kwargs)

    return checked
