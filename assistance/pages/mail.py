"""One mail: its scan, whose it is, the act that it asks for, and its end."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistance import mailroom
from assistance.doors.paper import PaperDoor
from assistance.forms.mail import ChooseActForm, IdentifyForm, RejectForm, act_words
from assistance.models import SIGNED_MANDATE, Mail, MailFinding, MailState
from consent.acts.base import BusinessError
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.crypto import files
from consent.models import Receipt
from consent.models.journal_entry import ActorKind
from consent.models.person import find_confirmed
from consent.pages.act import SeeOther, act_page, refused_page
from consent.pages.attempt import DONE, attempt
from consent.reading import read
from consent.trace.kept import facts_of
from consent.wall import opened

RECEIPT_SHOWN = timedelta(hours=24)
# The scan alone, in the frame of our own page; a PDF's viewer is an object with styles of its own.
SCAN_POLICY = "default-src 'none'; img-src 'self'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@require_safe
def mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """What is known of a mail, and the next step."""
    return _page(request, PaperDoor(request, mail_id))


def _page(request: HttpRequest, door: PaperDoor, status: int = 200, **bound: forms.BaseForm | str) -> HttpResponse:
    found = door.mail
    act = get_act(found.act_code)
    mine = found.taken_by_id == request.user.pk
    stands, targets_known = _target_stands(door, act)
    context = {
        **door.context(),
        "surroundings": door.surroundings,
        "act_words": act_words(found.act_code),
        "finding": MailFinding(found.finding).label if found.finding else "",
        "taker": "" if mine or not found.taken_by else found.taken_by.name,
        "mine": mine,
        "own": mailroom.is_own(found, request.user),
        "waiting": found.state == MailState.WAITING,
        "state_words": found.get_state_display(),
        "is_mandate": found.act_code == SIGNED_MANDATE,
        "used": found.finding == MailFinding.USED,
        "gone": targets_known and not stands,
        "act": act,
        "act_url": door.act_url(act.code, found.target_id) if act else "",
        "must_identify": bool(act and not act.creates_person and not found.person_id),
        "may_identify": bool(act and act.creates_person and not found.person_id),
        "choose": bound.get("choose") or ChooseActForm(),
        "identify": bound.get("identify") or IdentifyForm(),
        "problem": bound.get("problem", ""),
        # For the title of the page.
        "form": bound.get("choose") or bound.get("identify"),
    }
    return render(request, "assistance/mail/mail.html", context, status=status)


def _target_stands(door: PaperDoor, act: object) -> tuple[bool, bool]:
    """Whether what the paper is about still stands, and whether the paper says what it is about."""
    found = door.mail
    if act is None or not found.target_id or found.state != MailState.WAITING:
        return True, False
    with opened(found.person_id):
        return act.target_words(door.basis(act), found.target_id) is not None, True


def _answer(request: HttpRequest, door: PaperDoor, done: str = "") -> HttpResponse:
    if done:
        messages.success(request, done)
    return SeeOther(door.home_url())


@require_POST
def mail_take(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """This clerk deals with the mail from now on, or lays it back."""
    door = PaperDoor(request, mail_id)
    try:
        if request.POST.get("step") == "back":
            mailroom.put_back(door.mail, request.user)
            return SeeOther(reverse("assistance:mailroom"))
        mailroom.take(door.mail, request.user)
    except BusinessError as error:
        return _page(request, door, status=409, problem=str(error.message))
    return _answer(request, door)


@require_POST
def mail_choose(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The clerk says which act the paper asks for."""
    door = PaperDoor(request, mail_id)
    form = ChooseActForm(request.POST)
    if not form.is_valid():
        return _page(request, door, status=422, choose=form)
    try:
        mailroom.choose_act(door.mail, request.user, form.cleaned_data["act"])
    except BusinessError as error:
        return _page(request, door, status=409, problem=str(error.message))
    return _answer(request, door)


@require_POST
def mail_identify(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The five traits on the paper find exactly one person, or nobody; nothing else is told of them."""
    door = PaperDoor(request, mail_id)
    form = IdentifyForm(request.POST)
    if not form.is_valid():
        return _page(request, door, status=422, identify=form)
    try:
        with opened(door.mail.person_id):
            mailroom.locked(door.mail, request.user)
        person_id = find_confirmed(form.traits)
        if person_id is None:
            form.add_error(
                None,
                _(
                    "Personne n’est enregistré avec exactement ces nom, prénoms, date, sexe et lieu de naissance. "
                    "Relisez le papier ; si tout est juste, écartez ce courrier."
                ),
            )
            return _page(request, door, status=422, identify=form)
        mailroom.identify(door.mail, request.user, person_id)
    except BusinessError as error:
        return _page(request, door, status=409, problem=str(error.message), identify=form)
    return _answer(request, door, _("La personne est reconnue."))


@require_http_methods(["GET", "HEAD", "POST"])
def mail_reject(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """Nothing can be done of this mail: why, and to whom it is written."""
    door = PaperDoor(request, mail_id)
    if request.method != "POST" and not _in_hand(request, door.mail):
        return _answer(request, door)
    form = RejectForm(request.POST if request.method == "POST" else None, known=door.mail.person_id is not None)
    status = 200
    if form.is_bound:
        status = attempt(
            form,
            lambda: mailroom.reject(
                door.mail, request.user, form.cleaned_data["reason"], form.told, form.address_lines
            ),
        )
        if status == DONE:
            return _answer(request, door, _("Le courrier est écarté."))
    context = {**door.context(), "surroundings": door.surroundings, "form": form}
    return render(request, "assistance/mail/reject.html", context, status=status)


@require_POST
def mail_sign(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The clerk saw the signature of a posted mandate."""
    door = PaperDoor(request, mail_id)
    try:
        mailroom.sign_mandate(door.mail, request.user)
    except BusinessError as error:
        return _page(request, door, status=409, problem=str(error.message))
    return _answer(request, door, _("Le mandat est en vigueur. La personne en est prévenue par courrier."))


@require_http_methods(["GET", "HEAD", "POST"])
def mail_act(request: HttpRequest, mail_id: UUID, code: str, target_id: UUID | None = None) -> HttpResponse:
    """The act that the paper asks for, beside its scan: form, check, done."""
    door = PaperDoor(request, mail_id)
    found = door.mail
    if found.act_code != code or (found.target_id and found.target_id != target_id):
        raise Http404
    act = get_act(code)
    confirming = request.method == "POST" and request.POST.get("step") == "confirm"
    ready = _in_hand(request, found) and act and (act.creates_person or found.person_id)
    # The same answers sent again lead to the receipt, even though the mail is settled by now; others are refused.
    if not ready and not confirming:
        return _answer(request, door)
    return act_page(request, door, code, target_id)


def _in_hand(request: HttpRequest, found: Mail) -> bool:
    return (
        found.state == MailState.WAITING
        and found.taken_by_id == request.user.pk
        and not mailroom.is_own(found, request.user)
    )


@require_safe
def mail_receipt(request: HttpRequest, mail_id: UUID, receipt_id: UUID) -> HttpResponse:
    """What was just done: shown to the clerk who did it, that day. The person has it by letter."""
    door = PaperDoor(request, mail_id)
    found = door.mail
    if found.receipt_id != receipt_id or found.taken_by_id != request.user.pk or not found.done_at:
        raise Http404
    if found.done_at < timezone.now() - RECEIPT_SHOWN:
        raise Http404
    with opened(found.person_id):
        receipt = Receipt.objects.select_related("entry").get(pk=receipt_id)
        context = {
            **door.context(),
            "label": act_words(receipt.entry.code),
            "rows": [(_("Reçu numéro"), str(receipt.pk)), *facts_of(receipt.entry)],
            "about_nobody": found.person_id is None,
            "answered": (act := get_act(receipt.entry.code)) is not None and act.notifies,
        }
    return render(request, "assistance/mail/receipt.html", context)


@require_safe
@xframe_options_sameorigin
def mail_scan(request: HttpRequest, mail_id: UUID) -> HttpResponseBase:
    """The scan, decrypted, for the clerk who has the mail in hand; once it is filed, looking at it is a read."""
    door = PaperDoor(request, mail_id)
    found = door.mail
    if found.state == MailState.WAITING and not _in_hand(request, found):
        raise Http404
    try:
        chunks = _scan(request, found)
    except BasisRefused as refused:
        return refused_page(request, door, "mail.read", None, refused)
    response = StreamingHttpResponse(chunks, content_type=found.scan_type)
    response.headers["Content-Disposition"] = "inline"
    response.headers["Content-Security-Policy"] = SCAN_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _scan(request: HttpRequest, found: Mail) -> Iterator[bytes]:
    if not found.scan:
        raise Http404
    owner = found.person_id if found.filed_at else None

    def fetch() -> Iterator[bytes]:
        try:
            return files.read(found.scan, owner)
        except files.FileUnreadable as error:
            raise Http404 from error

    if found.state == MailState.WAITING or found.person_id is None:
        # Not filed yet: it is a mail that the clerk is dealing with.
        with opened(found.person_id):
            return fetch()
    basis = Basis(Via.SERVICE, found.person_id, Actor(ActorKind.CLERK, request.user.pk), reference=found.reference)
    return read(basis, "mail.read", [(_("Courrier"), found.reference)], fetch)
