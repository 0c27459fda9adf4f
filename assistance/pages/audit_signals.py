"""What is unusual: the signals of each rule, and one of them, which the auditor marks as seen."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assistance import audit, patterns, signals_seen
from assistance.forms.audit import QuestionForm, SeenForm
from assistance.pages.auditor import auditor_only
from assistance.patterns import PATTERNS, Pattern, Signal
from consent.models.journal_entry import ActorKind
from consent.pages.act import SeeOther
from consent.pages.attempt import DONE, attempt

A_PAGE = 25


@require_safe
@auditor_only
def signals(request: HttpRequest) -> HttpResponse:
    """The signals of one rule during the last 30 days: those to look at, or those that were seen."""
    pattern = PATTERNS.get(request.GET.get("regle", ""), next(iter(PATTERNS.values())))
    seen = request.GET.get("etat") == "vus"
    counts = patterns.counts()
    many = counts[pattern.code]
    listed = patterns.signals(pattern, many.seen if seen else many.unseen, seen=seen)
    page = Paginator(listed, A_PAGE).get_page(request.GET.get("page"))
    found = signals_seen.look_at_list(request.user, pattern, lambda: list(page.object_list))
    names = audit.names_of((signal.actor_kind, signal.actor_id) for signal in found)
    context = {
        "pattern": pattern,
        "rules": [(rule, counts[rule.code].unseen) for rule in PATTERNS.values()],
        "seen": seen,
        "many": many,
        "page": page,
        "query": f"regle={pattern.code}" + ("&etat=vus" if seen else ""),
        "lines": [(signal, _who(signal, names)) for signal in found],
    }
    return render(request, "assistance/audit/signals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@auditor_only
def signal(request: HttpRequest, rule: str, actor_id: UUID, day: str) -> HttpResponse:
    """One signal, and what the auditor made of it."""
    pattern, on = PATTERNS.get(rule), _day(day)
    if pattern is None or on is None:
        raise Http404
    found = patterns.signal_of(pattern, actor_id, on)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _asked(request, pattern, found) if request.POST.get("step") == "ask" else _seen(request, pattern, found)
    return _page(request, pattern, found)


def _seen(request: HttpRequest, pattern: Pattern, found: Signal) -> HttpResponse:
    form = SeenForm(request.POST)
    status = attempt(form, lambda: signals_seen.mark(request.user, pattern, found, form.cleaned_data["words"]))
    if status == DONE:
        messages.success(request, _("Ce signal est noté comme vu."))
        return SeeOther(f"{reverse('assistance:audit-signals')}?regle={pattern.code}")
    return _page(request, pattern, found, form=form, status=status)


def _asked(request: HttpRequest, pattern: Pattern, found: Signal) -> HttpResponse:
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _page(request, pattern, found, asking=form, status=422)
    if not signals_seen.ask(request.user, pattern, found, form.cleaned_data["question"]):
        raise Http404
    messages.success(request, _("La question est partie. La réponse se lira ici."))
    return SeeOther(reverse("assistance:audit-signal", args=[pattern.code, found.actor_id, found.day.isoformat()]))


def _page(
    request: HttpRequest,
    pattern: Pattern,
    found: Signal,
    *,
    form: SeenForm | None = None,
    asking: QuestionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    marks, asked = signals_seen.look_at(request.user, pattern, found)
    seen = signals_seen.covering(marks, found)
    names = audit.names_of([(found.actor_kind, found.actor_id)])
    can_ask = seen is None and found.actor_kind == ActorKind.PROFESSIONAL
    context = {
        "pattern": pattern,
        "signal": found,
        "who": _who(found, names),
        "marks": marks,
        "seen": seen,
        "explanations": asked,
        "form": form or SeenForm(),
        "asking": (asking or QuestionForm()) if can_ask else None,
        "problem": " ".join(form.non_field_errors()) if form else "",
        "typed": form.data.get("words", "") if form else "",
    }
    return render(request, "assistance/audit/signal.html", context, status=status)


def _who(signal: Signal, names: dict[UUID, str]) -> str:
    return audit.who_words(signal.actor_kind, signal.actor_id, signal.counter_number, names)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
