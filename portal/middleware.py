"""Rules that hold for every page: closed by default, second factor for staff, nothing kept by the browser."""

import time
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout, user_logged_in
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from consent.limits import CacheDown
from portal.pages import errors

STAFF_PATHS = ("/guichet/", "/service/", "/soins/")
# An invited agent has no account yet: the link itself is the proof.
STAFF_EXCEPT = ("/guichet/invitation/",)
PUBLIC_NAMES = {
    "account_login", "account_logout", "account_signup", "mfa_authenticate", "set_language",
    "account_reauthenticate", "account_inactive",
}  # fmt: skip

SIGNED_IN_AT = "signed_in_at"

GetResponse = Callable[[HttpRequest], HttpResponse]


class ClosedByDefaultMiddleware(LoginRequiredMiddleware):
    """A view is for signed-in people unless it says `login_not_required`; staff pages ask a second factor too."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match and match.url_name in PUBLIC_NAMES and match.app_name == "":
            return None
        if not getattr(view, "login_required", True) and not _is_staff_path(request.path):
            return None  # without asking who it is: such a page stands when sessions cannot be read
        _end_old_session(request)
        answer = super().process_view(request, view, args, kwargs)
        if answer is not None or not _is_staff_path(request.path):
            return answer
        if not has_second_factor(request):
            return redirect("mfa_activate_totp")
        return None


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest | None, **_kwargs: Any) -> None:
    """Keep the hour of the sign-in in the session, which is new at that moment."""
    if request is not None:
        request.session[SIGNED_IN_AT] = int(time.time())


def _end_old_session(request: HttpRequest) -> None:
    """Sign out whoever signed in longer ago than a session may last, however busy it is."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return
    if time.time() - request.session.get(SIGNED_IN_AT, 0) > settings.SESSION_LONGEST:
        logout(request)


def _is_staff_path(path: str) -> bool:
    return path.startswith(STAFF_PATHS) and not path.startswith(STAFF_EXCEPT)


def has_second_factor(request: HttpRequest) -> bool:
    """True when this account has a second factor; allauth lets nobody in without it once there is one."""
    if not request.user.is_authenticated:
        return False
    if hasattr(request.user, "has_totp"):
        return request.user.has_totp  # read with the account, see portal/accounts/backend.py
    return Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists()


class SameForAllMiddleware:
    """An answer that `varies_with_nothing` says so to caches, whatever the middleware of languages and sessions add."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(response, "varies_with_nothing", False):
            for name in ("Vary", "Content-Language"):
                response.headers.pop(name, None)
        return response


class NothingStaysMiddleware:
    """Nothing personal stays on a shared computer; and a body that is too large is refused before it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length) > settings.UPLOAD_MAX_BYTES + 64 * 1024:
            return errors.too_large(request)
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        for name, value in settings.RESPONSE_HEADERS.items():
            response.headers.setdefault(name, value)
        if request.method == "POST" and request.path == reverse("account_logout"):
            response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A limit that cannot be counted does not open: say so plainly."""
        return errors.unavailable(request) if isinstance(exception, CacheDown) else None
