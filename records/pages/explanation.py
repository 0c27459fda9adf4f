"""What the auditor asks a professional, and the professional's answer. No patient is named."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent import explanations
from consent.models import Explanation
from consent.pages.act import SeeOther
from consent.pages.attempt import DONE, attempt
from records.forms.care import ExplanationForm
from records.pages.care import for_professionals


@require_http_methods(["GET", "HEAD", "POST"])
@for_professionals
def explanation(request: HttpRequest, explanation_id: UUID) -> HttpResponse:
    """One question of the auditor: what it is about, and the form that answers."""
    try:
        shown = explanations.show(request.user, explanation_id)
    except Explanation.DoesNotExist:
        raise Http404 from None
    form = ExplanationForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = attempt(
            form, lambda: explanations.answer(request.user, explanation_id, form.cleaned_data["words"])
        )  # fmt: skip
        if status == DONE:
            messages.success(request, _("Votre réponse est partie. Le délégué la lira."))
            return SeeOther(reverse("records:care"))
    context = {
        "shown": shown,
        "form": form,
        "problem": " ".join(form.non_field_errors()),
        "typed": form.data.get("words", ""),
    }
    return render(request, "records/care/explanation.html", context, status=status)
