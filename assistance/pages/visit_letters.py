"""The letters that wait at the counter for the person of a visit: printed, then handed over (design §6)."""

from contextlib import suppress
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from assistance import mailing
from assistance.doors.counter import CounterDoor
from assistance.letter_places import fit_for_signer
from assistance.models import Letter, LetterState, WrongStep
from assistance.pages.in_visit import in_visit
from assistance.pages.visit_papers import paper
from assistance.roles import CounterRight
from consent.pages.act import SeeOther
from consent.wall import opened


def _letter(door: CounterDoor, letter_id: UUID, *states: LetterState) -> Letter:
    """The letter of the person of this visit, in one of these states. Raises `Http404` for any other."""
    person_id = door.visit.person_id
    if person_id is None:
        raise Http404
    with opened(person_id):
        found = Letter.objects.filter(pk=letter_id, person_id=person_id, state__in=states).defer("content").first()
        if found and door.signed_for and not fit_for_signer(person_id, [found]):
            found = None
    if found is None:
        raise Http404
    return found


@require_safe
@in_visit
def letter_pdf(request: HttpRequest, door: CounterDoor, letter_id: UUID) -> HttpResponseBase:
    """The letter, to print; whoever opens it leaves a trace that the person sees."""
    door.require(CounterRight.PRINT)
    letter = _letter(door, letter_id, LetterState.HELD)
    printout = mailing.copy_of(letter, door.basis(None))
    return paper(request, door, printout, f"{letter.reference}.pdf", door.home_url())


@require_POST
@in_visit
def letter_handed(request: HttpRequest, door: CounterDoor, letter_id: UUID) -> HttpResponse:
    """The printed letter was given to the person. A second click finds it done."""
    door.require(CounterRight.PRINT)
    letter = _letter(door, letter_id, LetterState.HELD, LetterState.HANDED)
    # Handed over already: by a click before this one.
    with suppress(WrongStep):
        mailing.hand_over(letter.pk, door.basis(None))
    return SeeOther(door.home_url())
