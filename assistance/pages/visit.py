"""The pages of a visit: beginning it, the person's file, acts and receipts (design §6)."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assistance import mailing, visit_file, visit_memory, visits
from assistance.doors.counter import CounterDoor
from assistance.forms.visit import StartVisitForm
from assistance.models import Counter, Visit
from assistance.pages.in_visit import VISIT_FILE, in_visit
from assistance.roles import CounterRight, counter_for
from consent import journal
from consent.acts.base import BusinessError
from consent.acts.registry import all_acts, by_noun
from consent.bases import Via
from consent.models import Receipt
from consent.pages.act import SeeOther, act_page
from consent.trace.history import what_words
from consent.trace.kept import facts_of
from consent.wall import opened

NOTICES = [
    ("fr", gettext_lazy("en français")),
    ("fr-x-facile", gettext_lazy("en français facile à lire")),
    ("en", gettext_lazy("en anglais")),
]


@require_http_methods(["GET", "HEAD", "POST"])
def start_visit(request: HttpRequest, number: int) -> HttpResponse:
    """Who is there: exact traits, and the identity document that was seen."""
    counter = counter_for(request.user, CounterRight.ASSIST, number)
    form = StartVisitForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif (visit_id := _begun(request, counter, form)) is not None:
            return SeeOther(reverse("assistance:visit", args=[visit_id]))
        else:
            status = 409
    context = {"counter": counter, "form": form, "current": visits.current_of(request.user)}
    return render(request, "assistance/visit/start.html", context, status=status)


def _begun(request: HttpRequest, counter: Counter, form: StartVisitForm) -> UUID | None:
    """The visit just begun, or the one that a first click began; None, and why on the form, when there is none."""
    answers = form.cleaned_data
    try:
        document = (answers["document_kind"], answers["document_tail"])
        return visits.start(request.user, counter, form.traits, form.typed(), document).pk
    except BusinessError as error:
        current = visits.current_of(request.user)
        if current and visit_memory.typed_identity(current[0]) == form.typed():
            return current[0]
        form.add_error(None, str(error.message))
        return None


class FileDoor(CounterDoor):
    """The counter's door to the person's file: with what the page shows, read while the wall is open."""

    def _read(self, visit: Visit) -> None:
        super()._read(visit)
        self.entries = visit_memory.entries_of(visit)
        self.lost = self.mandate_lost(self.entries)
        self.done = visit_file.done(self.entries)
        # Once a death is on record nothing is handed over, nor signed.
        frozen = visit_file.is_frozen(self.person)
        if frozen:
            self.waiting = []
        shown = visit.person_id is not None and not frozen
        self.letters = mailing.at_counter(visit.person_id, signed_for=self.signed_for) if shown else None


@require_safe
@partial(in_visit, door_class=FileDoor)
def visit(request: HttpRequest, door: FileDoor) -> HttpResponse:
    """The person's file: how things stand, what can be done, what was done. Refused once the mandate was ended."""
    context = {**door.context(), "waiting": door.waiting}
    if door.lost:
        return _mandate_lost(request, door, context)
    context |= {
        "known": door.person is not None,
        "rows": visit_file.rows(door, visit_file.refused_day(door)),
        "groups": [(group, group.links(door)) for group in visit_file.groups(door)],
        "done": door.done,
        "letters": door.letters,
        "can_print": CounterRight.PRINT in door.rights,
        "contact_url": door.act_url("contact.change") if door.covers("contact.change") else "",
        "notices": NOTICES,
        "papers": by_noun(act for act in all_acts() if Via.PAPER in act.bases),
    }
    return render(request, "assistance/visit/visit.html", context)


def _mandate_lost(request: HttpRequest, door: CounterDoor, context: dict[str, object]) -> HttpResponse:
    """The mandate was ended while the file was open: say so, keep the try, and show the ways on."""
    refused = door.refused(door.why_not())
    journal.write_refused(refused.basis, VISIT_FILE, refused)
    context |= {"reason": refused.reason, "links": visit_file.presence_only(door).links(door)}
    return render(request, "assistance/visit/mandate_lost.html", context, status=403)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_act(request: HttpRequest, visit_id: UUID, code: str, target_id: UUID | None = None) -> HttpResponse:
    """One act, in the visit: form, check, done."""
    return act_page(request, CounterDoor(request, visit_id), code, target_id)


@require_safe
@in_visit
def visit_receipt(request: HttpRequest, door: CounterDoor, receipt_id: UUID) -> HttpResponse:
    """The receipt of an act of this visit, and what follows it."""
    with opened(door.visit.person_id):
        receipt = receipt_in(door, receipt_id)
        if receipt.person_id == door.visit.person_id:
            return _receipt_page(request, door, receipt)
    # It is about nobody: read as such.
    with opened(receipt.person_id):
        return _receipt_page(request, door, receipt)


def _receipt_page(request: HttpRequest, door: CounterDoor, receipt: Receipt) -> HttpResponse:
    entry = receipt.entry
    subject = entry.details.get("subject") if entry.code == "mandate.give" else None
    context = {
        **door.context(),
        "surroundings": door.surroundings,
        "label": what_words(entry.code),
        "rows": [(_("Reçu numéro"), str(receipt.pk)), *facts_of(entry)],
        "can_print": CounterRight.PRINT in door.rights,
        "home_url": door.home_url(),
        "pdf_url": reverse("assistance:visit-receipt-pdf", args=[door.visit.pk, receipt.pk]),
        "mandate_url": reverse("assistance:visit-mandate", args=[door.visit.pk, subject]) if subject else "",
    }
    return render(request, "assistance/visit/receipt.html", context)


def receipt_in(door: CounterDoor, receipt_id: UUID) -> Receipt:
    """The receipt of an act of this visit. Raises `Http404` for any other."""
    with opened(door.visit.person_id):
        receipt = Receipt.objects.select_related("entry").filter(pk=receipt_id).first()
        here = receipt is not None and receipt.entry.visit_id == door.visit.pk
        if receipt is None or not (here or receipt_id in visit_memory.nameless_receipts(door.visit.pk)):
            raise Http404
        return receipt
