"""Letters to print and to post: one by one, or by the thousand."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assistance import mailing, printing
from assistance.models import Letter, LetterBatch, LetterState, PrintoutKind, WrongStep
from assistance.pages.clerk import clerk_only
from assistance.pages.printout import printout_response
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.models.journal_entry import ActorKind
from consent.pages.act import SeeOther
from consent.wall import opened

A_PAGE = 25
STEPS = {"printed": LetterState.PRINTED, "posted": LetterState.POSTED, "returned": LetterState.RETURNED}


@require_safe
@clerk_only
def letters(request: HttpRequest) -> HttpResponse:
    """The letters in one state, by reference and date, and the latest batches."""
    return _page(request)


def _page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    counts = mailing.counts()
    asked = request.GET.get("etat", "")
    state = LetterState(asked) if asked in LetterState.values else LetterState.PREPARED
    page = Paginator(mailing.letters_in(state, counts[state]), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "state": state,
        "states": [(one, one.label, counts[one]) for one in LetterState],
        "page": page,
        "query": f"etat={state}",
        "rows": list(page.object_list),
        "to_print": min(counts[LetterState.PREPARED], mailing.MOST_IN_A_BATCH),
        "batches": mailing.batches(),
        "problem": problem,
    }
    return render(request, "assistance/letter/letters.html", context, status=status)


def _person_of(letter_id: UUID) -> UUID | None:
    found = mailing.letter_person(letter_id)
    if found is None:
        raise Http404
    return found[0]


@require_POST
@clerk_only
def letter_step(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """One letter is printed, posted, or came back."""
    person_id = _person_of(letter_id)
    to = STEPS.get(request.POST.get("step", ""))
    if to is None:
        return _page(request, _("Ce bouton n’existe pas : recommencez depuis cette page."), status=422)
    if person_id is not None and person_id == request.user.person_id:
        return _page(request, _("On ne traite pas son propre courrier : un collègue le fera."), status=409)
    try:
        letter = mailing.advance(letter_id, person_id, to)
    except WrongStep:
        return _page(request, _("Ce courrier a déjà changé d’état : la liste est à jour."), status=409)
    if letter.state == LetterState.PRINTED:
        return SeeOther(reverse("assistance:letter-pdf", args=[letter_id]))
    words = _("Le courrier %(ref)s est noté : %(state)s.")
    messages.success(request, words % {"ref": letter.reference, "state": letter.get_state_display()})
    return SeeOther(reverse("assistance:letters"))


@require_safe
@clerk_only
def letter_pdf(request: HttpRequest, letter_id: UUID) -> HttpResponseBase:
    """One letter as a PDF: a clerk may read it, so its person sees that in their journal."""
    person_id = _person_of(letter_id)
    with opened(person_id):
        letter = Letter.objects.filter(pk=letter_id).defer("content").first()
        has_content = Letter.objects.filter(pk=letter_id, content__isnull=False).exists()
    # A letter that waits at a counter is handed over there; what was emptied is no more.
    if letter is None or not has_content or letter.state in (LetterState.HELD, LetterState.HANDED):
        raise Http404
    actor = Actor(ActorKind.CLERK, request.user.pk)
    basis = Basis(Via.SERVICE, person_id, actor, right_id=letter.pk, reference=letter.reference)
    try:
        printout = mailing.copy_of(letter, basis)
    except BasisRefused as refused:
        return _page(request, str(refused.reason), status=403)
    except WrongStep:
        return _page(request, _("Ce courrier attend au guichet : la personne ne le veut plus chez elle."), status=409)
    return printout_response(
        request, printout, filename=f"{letter.reference}.pdf", back_url=reverse("assistance:letters")
    )  # fmt: skip


@require_POST
@clerk_only
def batch_make(request: HttpRequest) -> HttpResponse:
    """All letters to print, together."""
    batch = mailing.make_batch(request.user)
    if batch is None:
        return _page(request, _("Il n’y a aucun courrier à imprimer."), status=409)
    return SeeOther(reverse("assistance:batch-pdf", args=[batch.pk]))


def _batch(batch_id: UUID) -> LetterBatch:
    found = LetterBatch.objects.filter(pk=batch_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
@clerk_only
def batch_pdf(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """A batch as one PDF, as long as it was not posted: what a machine prints, a sheet of separation between two."""
    batch = _batch(batch_id)
    if not any(one.id == batch.pk and one.to_post for one in mailing.batches()):
        raise Http404
    printout = printing.ask(PrintoutKind.BATCH, person_id=None, subject_id=batch.pk)
    filename = f"courriers-{timezone.localtime(batch.made_at):%Y-%m-%d-%H%M}.pdf"
    return printout_response(request, printout, filename=filename, back_url=reverse("assistance:letters"))


@require_POST
@clerk_only
def batch_posted(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The whole batch was posted."""
    posted = mailing.post_batch(_batch(batch_id).pk)
    if not posted:
        return _page(request, _("Ce lot a déjà été posté."), status=409)
    messages.success(request, ngettext("%d courrier posté.", "%d courriers postés.", posted) % posted)
    return SeeOther(reverse("assistance:letters"))
