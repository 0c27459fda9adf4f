"""The pages of a forgotten password: ask for the link, choose another password."""

import logging
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from consent.limits import limited
from portal.accounts import reset
from portal.accounts.forms import AskResetForm, NewPasswordForm
from portal.accounts.user import User
from portal.pages import errors

log = logging.getLogger(__name__)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("reset", most=10, seconds=3600)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the link; the answer says nothing about whether the address has an account."""
    form = AskResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = User.objects.by_email(form.cleaned_data["email"])
        try:
            # An address without account gives the worker as much to do for the page: an id that is nobody's.
            reset.send_link.delay(str(user.pk if user else uuid4()), get_language() or "fr")
        except Exception as error:  # the broker's client raises many kinds
            log.error("reset: the broker does not answer (%s)", type(error).__name__)
            return errors.unavailable(request)
        return redirect("account_reset_password_done")
    return render(request, "account/password_reset.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Said to everyone who asked."""
    return render(request, "account/password_reset_done.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("reset-choose", most=30, seconds=3600)
def choose(request: HttpRequest, user_id: UUID, key: str) -> HttpResponse:
    """Choose another password, with the link of the message; every session of the account ends."""
    user = reset.user_of(user_id, key)
    if user is None:
        return render(request, "account/password_reset_over.html", status=410)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user.set_password(form.cleaned_data["password1"])
        user.save(update_fields=["password"])
        return redirect("account_reset_password_changed")
    return render(request, "account/password_reset_key.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_safe
def changed(request: HttpRequest) -> HttpResponse:
    """The password is another one now."""
    return render(request, "account/password_reset_changed.html")
