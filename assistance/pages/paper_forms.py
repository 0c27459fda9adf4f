"""The papers that anyone may print, without account: the form of each act, and the notice."""

from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assistance import printing
from assistance.models import PrintoutKind
from assistance.pages.printout import printout_response
from assistance.printed import form_name, notice_name
from consent.acts.registry import all_acts, by_noun, get_act
from consent.bases import Via
from consent.limits import within_limit
from consent.models import Notice
from consent.models.notice import NoticeLanguage

MOST_A_MINUTE = 30


@login_not_required
@require_safe
def paper_forms(request: HttpRequest) -> HttpResponse:
    """Every paper form, one link each, and the notice in its languages."""
    notices = [notice for language in NoticeLanguage if (notice := Notice.objects.in_force(language))]
    context = {
        "acts": by_noun(act for act in all_acts() if Via.PAPER in act.bases),
        "notices": notices,
        "address": settings.OPERATOR,
        "phone": settings.OPERATOR_PHONE,
    }
    return render(request, "assistance/printout/paper_forms.html", context)


@login_not_required
@require_safe
def paper_form(request: HttpRequest, code: str) -> HttpResponseBase:
    """The blank form of one act, as a PDF."""
    act = get_act(code)
    if act is None or Via.PAPER not in act.bases:
        raise Http404
    return _public(request, PrintoutKind.FORM, form_name(act), f"formulaire-{act.code}.pdf")


@login_not_required
@require_safe
def paper_notice(request: HttpRequest, version: str, language: str) -> HttpResponseBase:
    """One published version of the notice in one language, as a PDF."""
    notice = Notice.objects.published().filter(version=version, language=language).first()
    if notice is None:
        raise Http404
    return _public(request, PrintoutKind.NOTICE, notice_name(notice), f"notice-{version}-{language}.pdf")


def _public(request: HttpRequest, kind: PrintoutKind, name: str, filename: str) -> HttpResponseBase:
    """A printout about nobody: made once, then sent to everyone until it is a day old."""
    if not within_limit(request, "paper", most=MOST_A_MINUTE, seconds=60):
        return respond_429(request)
    printout = printing.ask(kind, person_id=None, name=name)
    return printout_response(request, printout, filename=filename, back_url=reverse("assistance:paper-forms"))
