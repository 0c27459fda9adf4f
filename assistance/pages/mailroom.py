"""The clerk's desk: its first page, the list of mails, and the scans that arrive."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from assistance import cases, mailing, mailroom
from assistance.forms.mail import ReceiveForm, act_words
from assistance.models import LetterState, MailState
from assistance.pages.clerk import clerk_only
from assistance.scans import ScanRefused
from consent.pages.act import SeeOther

A_PAGE = 25


@require_safe
@clerk_only
def service(request: HttpRequest) -> HttpResponse:
    """What waits for the mail service."""
    mails, letters = mailroom.counts(), mailing.counts()
    context = {
        "waiting": mails[MailState.WAITING],
        "prepared": letters[LetterState.PREPARED],
        "printed": letters[LetterState.PRINTED],
        "returned": letters[LetterState.RETURNED],
        "counts": cases.counts(cases.CLERKS),
    }
    return render(request, "assistance/mail/service.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@clerk_only
def mailroom_page(request: HttpRequest) -> HttpResponse:
    """The mails in one state, and the form by which scans arrive."""
    if request.method == "POST":
        return _receive(request)
    return _list(request, ReceiveForm())


def _list(request: HttpRequest, form: ReceiveForm, status: int = 200) -> HttpResponse:
    counts = mailroom.counts()
    asked = request.GET.get("etat", "")
    state = MailState(asked) if asked in MailState.values else MailState.WAITING
    page = Paginator(mailroom.mails_in(state, counts[state]), A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    takers = get_user_model().objects.in_bulk({row.taken_by for row in rows if row.taken_by})
    lines = [(row, act_words(row.act_code), getattr(takers.get(row.taken_by), "name", "")) for row in rows]
    context = {
        "form": form,
        "state": state,
        "states": [(one, one.label, counts[one]) for one in MailState],
        "page": page,
        "query": f"etat={state}",
        "lines": lines,
    }
    return render(request, "assistance/mail/mailroom.html", context, status=status)


def _receive(request: HttpRequest) -> HttpResponse:
    form = ReceiveForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    scans = form.cleaned_data["scans"]
    kept, refused = 0, []
    for place, scan in enumerate(scans, start=1):
        try:
            mailroom.receive(scan, form.cleaned_data["received_on"])
            kept += 1
        except ScanRefused as error:
            # Not the file's name: people name files after people.
            words = _("Fichier %(place)d : %(why)s") % {"place": place, "why": error.message}
            refused.append((words if len(scans) > 1 else str(error.message), error.status))
    if not kept:
        for words, _status in refused:
            form.add_error("scans", words)
        return _list(request, form, status=refused[0][1])
    messages.success(request, ngettext("%d courrier enregistré.", "%d courriers enregistrés.", kept) % kept)
    for words, _status in refused:
        messages.error(request, words)
    return SeeOther(reverse("assistance:mailroom"))
