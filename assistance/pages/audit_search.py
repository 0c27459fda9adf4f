"""The auditor's search. It is sent as a form, so that no number of a person stands in an address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from assistance import audit, audit_search
from assistance.forms.audit import SearchForm
from assistance.pages.audit import A_PAGE, around, page_number
from assistance.pages.auditor import auditor_only
from consent.bases import BasisRefused


@require_http_methods(["GET", "HEAD", "POST"])
@auditor_only
def find(request: HttpRequest) -> HttpResponse:
    """Ask for a number or a reference; what is found of it in the journal, without its content."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "assistance/audit/search.html", {"form": form}, status=422 if form.errors else 200)
    number = page_number(request.POST.get("page"))
    wanted = form.cleaned_data["wanted"]
    try:
        result = audit_search.search(request.user, wanted, A_PAGE, (number - 1) * A_PAGE)
    except BasisRefused as refused:
        form.add_error(None, str(refused.reason))
        return render(request, "assistance/audit/search.html", {"form": form}, status=403)
    names = audit.names_of((found.actor_kind, found.actor_id) for found in result.found)
    lines = [
        (found, audit.who_words(found.actor_kind, found.actor_id, found.counter_number, names))
        for found in result.found
    ]
    context = {
        "form": form, "wanted": wanted, "by": audit_search.BY_WORDS[result.by], "lines": lines, "searched": True,
        **around(number, more=result.more),
    }  # fmt: skip
    return render(request, "assistance/audit/search.html", context)
