"""The notice, for anyone: the one in force, each version in each language, and the list of versions."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from consent.models.notice import Notice, NoticeLanguage


@login_not_required
@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """The notice in force, in the language of `?langue=`, else of the page, else in French."""
    asked = request.GET.get("langue", "")
    language = asked if asked in NoticeLanguage.values else (get_language() or NoticeLanguage.FRENCH)
    notice = Notice.objects.in_force(language) or Notice.objects.in_force()
    if notice is None:
        return render(request, "consent/notice/none.html")
    return render(request, "consent/notice/notice.html", {"is_in_force": True, **_around(notice)})


@login_not_required
@require_safe
def version(request: HttpRequest, version: str, language: str) -> HttpResponse:
    """One published version in one language, in force or not."""
    notice = Notice.objects.published().filter(version=version, language=language).first()
    if notice is None:
        raise Http404
    newest = Notice.objects.in_force(language)
    return render(request, "consent/notice/notice.html", {"is_in_force": notice == newest, **_around(notice)})


@login_not_required
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every published version, the newest first, each with its languages."""
    by_version: dict[str, list[Notice]] = {}
    for notice in Notice.objects.published().defer("body"):
        by_version.setdefault(notice.version, []).append(notice)
    groups = [sorted(notices, key=_language_order) for notices in by_version.values()]
    return render(request, "consent/notice/versions.html", {"versions": groups})


def _around(notice: Notice) -> dict[str, object]:
    """What the page of a notice shows around its text."""
    same = Notice.objects.filter(version=notice.version).exclude(pk=notice.pk).defer("body")
    return {"notice": notice, "others": sorted(same, key=_language_order)}


def _language_order(notice: Notice) -> int:
    return NoticeLanguage.values.index(notice.language)
