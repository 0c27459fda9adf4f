"""Pages of the account: making one, and where one goes after signing in."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assistance.roles import counters_of, is_auditor, is_clerk
from consent.limits import limited
from consent.roles import is_professional
from portal.accounts.forms import SignupForm
from portal.accounts.user import AccountExists, create_account


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("signup", most=10, seconds=3600)
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account. It opens no space, and is linked to nobody."""
    form = SignupForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = create_account(form.cleaned_data["email"], form.cleaned_data["password1"])
        except AccountExists:
            form.add_error(
                "email", _("Cette adresse ne peut pas servir ici : connectez-vous, ou choisissez-en une autre.")
            )
        else:
            return perform_login(request, Login(user=user))
    return render(request, "account/signup.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Everyone goes where they belong."""
    if is_clerk(request.user):
        return redirect("assistance:mailroom")
    if counters_of(request.user).exists():
        return redirect("assistance:desk")
    if is_professional(request.user):
        return redirect("records:care")
    if is_auditor(request.user):
        return redirect("assistance:audit")
    return redirect("consent:home")
