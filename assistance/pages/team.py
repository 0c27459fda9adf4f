"""The pages where a manager looks after the team of a counter, and where someone invited joins it."""

from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from assistance import team
from assistance.models.agent import CounterRole, Invitation
from assistance.roles import CounterRight, counter_for


class InvitationForm(forms.Form):
    """Whom a manager invites."""

    name = forms.CharField(label=gettext_lazy("Prénom et nom"), max_length=80)
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique professionnelle"),
        help_text=gettext_lazy("Le lien d’invitation y est envoyé. Il marche une fois, pendant 7 jours."),
        max_length=254,
    )
    # No role is chosen beforehand.
    role = forms.ChoiceField(
        label=gettext_lazy("Rôle"),
        choices=CounterRole.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Un responsable peut aussi inviter et retirer des agents."),
    )
    use_required_attribute = False


class NewAccountForm(forms.Form):
    """What someone invited says of themselves to get an account."""

    name = forms.CharField(
        label=gettext_lazy("Votre prénom et votre nom"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("Le même mot de passe, encore une fois"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    use_required_attribute = False

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_password(self) -> str:
        """Refuse a password that the rules of the service refuse."""
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def clean_again(self) -> str:
        """Refuse two passwords that differ."""
        again = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise ValidationError(_("Les deux mots de passe ne sont pas les mêmes."))
        return again


@require_http_methods(["GET", "HEAD", "POST"])
def counter_team(request: HttpRequest, number: int) -> HttpResponse:
    """The team of a counter, the invitations that wait, and the form to send one."""
    counter = counter_for(request.user, CounterRight.MANAGE, number)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            team.invite(by=request.user, counter=counter, **form.cleaned_data)
        except team.TeamRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("L’invitation est envoyée."))
            return redirect("assistance:team", number)
    context = {
        "counter": counter,
        "form": form,
        "members": team.members(counter),
        "invitations": team.open_invitations(counter),
    }
    return render(request, "assistance/team/team.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_member(request: HttpRequest, number: int, member_id: UUID) -> HttpResponse:
    """Ask once, then take someone out of the team."""
    counter = counter_for(request.user, CounterRight.MANAGE, number)
    member = next((one for one in team.members(counter) if one.user.pk == member_id), None)
    if member is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            team.remove(counter, member.user)
        except team.TeamRefusal as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("Cette personne ne fait plus partie de l’équipe."))
            # A manager who leaves may no longer see the page of the team.
            left = member.user.pk == request.user.pk
            return redirect(settings.LOGIN_REDIRECT_URL) if left else redirect("assistance:team", number)
    context = {"counter": counter, "member": member, "refused": refused}
    return render(request, "assistance/team/remove.html", context, status=409 if refused else 200)


@require_POST
def cancel_invitation(request: HttpRequest, number: int, invitation_id: UUID) -> HttpResponse:
    """Make the link of an invitation useless."""
    counter = counter_for(request.user, CounterRight.MANAGE, number)
    team.cancel(counter, invitation_id)
    messages.success(request, _("L’invitation est annulée : son lien ne marche plus."))
    return redirect("assistance:team", number)


@sensitive_post_parameters("password", "again")
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What someone invited sees behind their link: join with a new account, or with the one they have."""
    found = team.invitation_of(token)
    if found is None or not found.is_open:
        return _over(request, known=found is not None)
    account = team.account_of(found)
    if account is None and not request.user.is_authenticated:
        return _join_anew(request, found)
    if account is None or account != request.user:
        context = {"invitation": found, "signed_in": request.user.is_authenticated}
        return render(request, "assistance/team/sign_in_first.html", context)
    return _join_as(request, found)


def _join_anew(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = NewAccountForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password"]
        try:
            user = team.accept_with_new_account(found, name=name, password=password)
        except team.TeamRefusal:
            return _over(request, known=True)
        # The password was typed twice a moment ago: setting up the second factor does not ask it again.
        record_authentication(request, user, method="password", reauthenticated=True)
        login = Login(user=user, redirect_url=reverse("mfa_activate_totp"), signup=True)
        return perform_login(request, login)
    # A mistake answers 200, not 400: Django writes the address of a 4xx in the log, and this one is secret.
    return render(request, "assistance/team/join.html", {"invitation": found, "form": form})


def _join_as(request: HttpRequest, found: Invitation) -> HttpResponse:
    if request.method == "POST":
        try:
            team.accept(found, request.user)
        except team.TeamRefusal:
            return _over(request, known=True)
        messages.success(request, _("Vous faites maintenant partie de l’équipe."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "assistance/team/join.html", {"invitation": found})


def _over(request: HttpRequest, *, known: bool) -> HttpResponse:
    """The same page whether the link was never sent (404) or no longer works (410)."""
    return render(request, "assistance/team/over.html", status=410 if known else 404)
