"""« Mes patients », `/soins/`: a professional finds who opened something to them, and reads it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.core.ratelimit import respond_429
from django.contrib import messages
from django.db import connection
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from consent import emergency, explanations, finding, sharing
from consent.acts.base import Fact
from consent.bases import BasisRefused, Via
from consent.days import day_words, moment_words
from consent.endings import BEFORE
from consent.limits import counted
from consent.pages.act import SeeOther
from consent.readers import NOTHING_OPEN, RIGHT_OVER, basis_of
from consent.roles import is_professional
from records.forms.care import AskForm, CodeForm, FindForm, UrgentForm
from records.reading import Patient, read_patient

View = Callable[..., HttpResponse]
# Tries of one professional in an hour, whatever they try: more than a full day's patients need.
MOST_TRIES = 30
MOST_RUNNING = 20
# By what right one reads, as the reader is told.
HOW = {
    Via.GRANT: gettext_lazy(
        "La personne a donné cet accès à vous, à une équipe dont vous êtes, ou à votre établissement."
    ),
    Via.SHARE: gettext_lazy("La personne vous a donné un code de partage."),
    Via.EMERGENCY: gettext_lazy("Accès d’urgence : la personne est prévenue, et cet accès sera contrôlé."),
}


def for_professionals(view: View) -> View:
    """Decorator: to everyone else these pages do not exist; a professional's tries are counted."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_professional(request.user):
            raise Http404
        # Whoever looked for others may still open an emergency.
        limit = f"care-{view.__name__}" if view.__name__ == "urgent" else "care"
        if request.method == "POST" and not counted(limit, str(request.user.pk), most=MOST_TRIES, seconds=3600):
            return respond_429(request)
        return view(request, *args, **kwargs)

    return page


@require_http_methods(["GET", "HEAD", "POST"])
@for_professionals
def home(request: HttpRequest) -> HttpResponse:
    """Find a patient; what runs by a code or an emergency is one click away, without names."""
    return _ask(
        request,
        FindForm(_posted(request)),
        lambda form: finding.find(request.user, form.traits),
        str(NOTHING_OPEN),
        "records/care/home.html",
        running=_running(request),
        ending=_ending(request),
        asked=_asked(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_professionals
def code(request: HttpRequest) -> HttpResponse:
    """Type the code that a patient gave."""
    return _ask(
        request,
        CodeForm(_posted(request)),
        lambda form: sharing.use_code(request.user, form.cleaned_data["code"]),
        _("Ce code ne vous ouvre rien : il n’est pas juste, a déjà servi, ou ne sert plus."),
        "records/care/code.html",
        field="code",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_professionals
def urgent(request: HttpRequest) -> HttpResponse:
    """Open an emergency access, with a written reason."""
    return _ask(
        request,
        UrgentForm(_posted(request)),
        lambda form: emergency.open_access(request.user, form.traits, form.cleaned_data["reason"]),
        str(emergency.NOT_ALLOWED),
        "records/care/urgent.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_professionals
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a patient for an access; the answer is the same whether or not anybody was asked."""
    form = AskForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        finding.ask(
            request.user,
            form.traits,
            categories=data["categories"],
            reason=data["reason"],
            can_deposit=data["can_deposit"],
        )
        messages.success(
            request,
            _(
                "Si une personne avec ces traits peut recevoir votre demande, elle la reçoit. Sans réponse de sa part "
                "sous 30 jours, c’est non. Par prudence, cette page ne dit pas si elle existe."
            ),
        )
        return SeeOther(reverse("records:care"))
    return render(request, "records/care/ask.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@for_professionals
def patient(request: HttpRequest, right_id: UUID) -> HttpResponse:
    """What one right opens. The read is in the patient's journal before it is shown."""
    basis = basis_of(request.user, right_id)
    if basis is None:
        raise Http404
    try:
        found = read_patient(basis)
    except BasisRefused:
        # Why is the patient's business: the same is said whatever the cause.
        return render(request, "records/care/over.html", {"reason": RIGHT_OVER}, status=403)
    context = {
        "patient": found,
        "identity": _identity(found),
        "urgent": basis.via is Via.EMERGENCY,
        "how": HOW[basis.via],
    }
    return render(request, "records/care/patient.html", context)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _ask(
    request: HttpRequest,
    form: Form,
    search: Callable[[Any], UUID | None],
    nothing: str,
    template: str,
    *,
    field: str | None = None,
    **context: Any,
) -> HttpResponse:
    """One form that leads to a patient, or says one and the same thing when it does not."""
    if request.method == "POST" and form.is_valid():
        right_id = search(form)
        if right_id is not None:
            return SeeOther(reverse("records:care-patient", args=[right_id]))
        form.add_error(field, nothing)
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def _running(request: HttpRequest) -> list[tuple[str, str]]:
    """The emergency accesses and codes by which this professional reads now: address and words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT right_id, kind, since, until FROM readings_of(%s, %s, %s, %s)",
            [request.user.professional_id, request.user.pk, timezone.now(), MOST_RUNNING],
        )
        rows = cursor.fetchall()
    return [
        (reverse("records:care-patient", args=[right_id]), _running_words(kind, since, until))
        for right_id, kind, since, until in rows
    ]


def _ending(request: HttpRequest) -> list[tuple[str, str]]:
    """The accesses of this professional that end within two weeks: address and date, and not of whom."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT right_id, until FROM accesses_ending(%s, %s, %s, %s, %s)",
            [request.user.professional_id, request.user.pk, now, now + BEFORE, MOST_RUNNING],
        )
        rows = cursor.fetchall()
    return [
        (
            reverse("records:care-patient", args=[right_id]),
            _("Un accès finit le %s") % day_words(until),
        )
        for right_id, until in rows
    ]


def _asked(request: HttpRequest) -> list[tuple[str, str]]:
    """What the auditor asks this professional to explain: address and words."""
    return [
        (reverse("records:care-explanation", args=[one.explanation_id]), _asked_words(one))
        for one in explanations.asked_of(request.user)
    ]


def _asked_words(one: explanations.Asked) -> str:
    if one.started_at is None:
        return _("Vos lectures du %s") % day_words(one.day)
    return _("Votre accès d’urgence du %s") % moment_words(one.started_at)


def _running_words(kind: str, since: Any, until: Any) -> str:
    words = (
        _("Accès d’urgence ouvert le %(since)s, jusqu’au %(until)s")
        if kind == Via.EMERGENCY
        else _("Code de partage tapé le %(since)s, jusqu’au %(until)s")
    )
    return words % {"since": moment_words(since), "until": moment_words(until)}


def _identity(found: Patient) -> list[Fact]:
    return [
        (_("Nom de naissance"), found.birth_name),
        (_("Prénoms"), found.first_names),
        (_("Date de naissance"), f"{found.birth_date:%d/%m/%Y}"),
        (_("Sexe à l’état civil"), _("Féminin") if found.sex == "F" else _("Masculin")),
        (_("Code du lieu de naissance"), found.birth_place),
    ]
