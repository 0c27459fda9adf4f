"""Linking one's account to one's person: ask for a code by post, then type it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent import linking
from consent.forms.link import AskCodeForm, EnterCodeForm
from consent.limits import limited
from consent.linking import Linked
from consent.models import IdentityLevel, Person
from consent.pages.act import SeeOther
from consent.wall import opened


@require_http_methods(["GET", "HEAD", "POST"])
@limited("link-ask", most=10, seconds=3600)
def ask(request: HttpRequest) -> HttpResponse:
    """Type one's traits; the answer is the same whether or not the service knows such a person."""
    if request.user.person_id:
        return _already(request)
    form = AskCodeForm(request.POST if request.method == "POST" else None)
    today = linking.asked_today(request.user.pk)
    if request.method == "POST" and form.is_valid():
        if today:
            form.add_error(None, _too_soon())
            return render(request, "consent/link/ask.html", {"form": form}, status=429)
        linking.ask_code(request.user.pk, form.traits)
        return SeeOther(reverse("consent:link-code"))
    return render(request, "consent/link/ask.html", {"form": form, "today": today}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("link-code", most=30, seconds=3600)
def enter(request: HttpRequest) -> HttpResponse:
    """Type the code of the letter."""
    if request.user.person_id and request.method != "POST":
        return _already(request)
    form = EnterCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = linking.try_code(request.user.pk, form.cleaned_data["code"])
        if outcome.linked is Linked.DONE:
            messages.success(request, _("Votre compte est relié à votre dossier."))
        if outcome.linked in (Linked.DONE, Linked.ALREADY):
            return SeeOther(reverse("consent:home"))
        form.add_error("code", words_of(outcome))
    return render(request, "consent/link/code.html", {"form": form}, status=422 if form.errors else 200)


def words_of(outcome: linking.Outcome) -> str:
    """Why the code did not serve, and what to do."""
    match outcome.linked:
        case Linked.EXPIRED:
            return _("Ce code ne sert plus : il a plus de 30 jours. Demandez-en un autre.")
        case Linked.USED_UP:
            return _("Trop d’essais : ce code ne sert plus. Demandez-en un autre.")
        case Linked.TAKEN:
            return _("Un autre compte est déjà relié à cette personne. Connectez-vous avec lui, ou passez au guichet.")
        case _:
            return _("Ce code n’est pas juste. Recopiez celui du courrier.")


def _too_soon() -> str:
    return _("Vous avez déjà demandé un code il y a moins d’un jour. Attendez le courrier, ou recommencez demain.")


def _already(request: HttpRequest) -> HttpResponse:
    with opened(request.user.person_id):
        person = Person.objects.get(pk=request.user.person_id)
        declared = person.level < IdentityLevel.CONFIRMED
    return render(request, "consent/link/already.html", {"declared": declared})
