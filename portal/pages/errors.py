"""The pages that say what went wrong, in plain words, and what to do."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoReplyInTime

from portal.context_processors import bare_house

# What is raised when Valkey or PostgreSQL does not answer. Django turns a fault of a middleware (the session)
# into a page before any middleware around it could, so this is told apart where the page is made.
NO_ANSWER = (NoConnection, NoReplyInTime, OperationalError, InterfaceError)
logger = logging.getLogger(__name__)


def page(request: HttpRequest, status: int, message: str | Promise | None = None) -> HttpResponse:
    """Answer with the page of this status: 400, 403, 404, 413, 429, 500 or 503.

    `message` replaces the first sentence of the page; it is shown as it is, so it names no person.
    Never raises: when the frame of the page cannot be read (broker down), a bare one is used.
    """
    template = f"portal/errors/{status}.html"
    context = {"message": message}
    try:
        content = render_to_string(template, context, request=request)
    except Exception:
        logger.exception("Page %s shown bare", status)
        content = render_to_string(template, {**context, **bare_house()})
    return HttpResponse(content, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400: the request could not be understood."""
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403: this person may not do this. A `PermissionDenied(message)` of ours says why."""
    return page(request, 403, message=_words(exception))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404: no such page, or not theirs to know of."""
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a fault of ours. Reads neither session nor database, which may be the fault.

    When what failed is a service that does not answer (cache, database), it says so instead: 503.
    """
    if isinstance(sys.exc_info()[1], NO_ANSWER):
        content = render_to_string("portal/errors/503.html", bare_house())
        return HttpResponse(content, status=503, headers={"Retry-After": "60"})
    return HttpResponse(render_to_string("portal/errors/500.html", bare_house()), status=500)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: the file sent is over the limit."""
    return page(request, 413)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too many tries in a short time."""
    return page(request, 429)


def unavailable(request: HttpRequest, message: str | Promise | None = None) -> HttpResponse:
    """503: a part of the service does not answer for now."""
    return page(request, 503, message=message)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose proof of origin is missing or too old; `reason` is technical and not shown."""
    content = render_to_string("portal/errors/form_too_old.html", bare_house())
    return HttpResponse(content, status=403)


def _words(exception: Exception | None) -> str | Promise | None:
    """The message that our code gave to the exception; other exceptions speak to engineers."""
    message = exception.args[0] if exception and exception.args else None
    return message if isinstance(message, str | Promise) else None
