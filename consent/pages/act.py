"""The one page of every act, through every door: form, check your answers, done (design §4)."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import journal
from consent.acts.base import Act, BusinessError, Fact
from consent.acts.perform import obstacle, perform, receipt_of
from consent.acts.registry import get_act
from consent.bases import Basis, BasisRefused, lock_basis
from consent.doors.base import Door
from consent.forms.base import ActForm
from consent.forms.day import DayForm
from consent.pages.answers import StaleAnswers, pack, request_answered, request_id_of, sign_request, unpack
from consent.wall import opened

# One answer for what is over and for what is somebody else's.
GONE = gettext_lazy("Ce que vous demandez n’est plus là : c’est déjà fait, terminé, ou ce n’est pas à vous.")


class SeeOther(HttpResponseRedirect):
    """After a POST, look there: a reload repeats nothing."""

    status_code = 303


def act_page(request: HttpRequest, door: Door, code: str, target_id: UUID | None = None) -> HttpResponse:
    """Serve one act through one door, whatever the step."""
    act = get_act(code)
    if act is None or not door.serves(act) or (target_id is not None and not act.target):
        raise Http404
    if done := done_already(request, door):
        return done
    basis = None
    try:
        basis = door.basis(act)
        return _Flow(request, door, act, basis, target_id).answer()
    except BasisRefused as refused:
        return refused_page(request, door, code, basis, refused)


def done_already(request: HttpRequest, door: Door) -> HttpResponse | None:
    """Answers that were confirmed before lead to their receipt, even when the act ended the very right it was done by."""
    if request.method != "POST" or request.POST.get("step") != "confirm":
        return None
    answered = request_answered(request.POST.get("answers", ""))
    done = receipt_of(answered) if answered else None
    return SeeOther(door.receipt_url(done[0])) if done else None


def refused_page(
    request: HttpRequest, door: Door, code: str, basis: Basis | None, refused: BasisRefused
) -> HttpResponse:
    """Say plainly that there is no basis, and keep the try in the journal of the person concerned."""
    basis = basis or getattr(refused, "basis", None)
    if basis is not None:
        journal.write_refused(basis, code, refused)
    context = {
        "reason": refused.reason,
        "home_url": door.home_url(),
        "surroundings": door.surroundings,
        "kept_try": basis is not None and basis.person_id is not None,
        **door.context(),
    }
    return render(request, "consent/act/refused.html", context, status=403)


class _Flow:
    """One request to one act."""

    def __init__(self, request: HttpRequest, door: Door, act: Act, basis: Basis, target_id: UUID | None) -> None:
        self.request, self.door, self.act, self.basis, self.target_id = request, door, act, basis, target_id

    def answer(self) -> HttpResponse:
        """The answer; but for an act that is done, it is a page, which the door shows if it may."""
        step = self.request.POST.get("step") if self.request.method == "POST" else ""
        if step == "confirm":
            # The locks of an act come in their own order: nothing is shown, nor locked, before it is tried.
            return self.confirm()
        return self.door.showing(self.act, lambda: self.page(step))

    def page(self, step: str | None) -> HttpResponse:
        if step == "":
            return self.show_form()
        try:
            if step == "edit":
                request_id, data = self.unpacked()
                return self.render_form(self.form(data), request_id)
            return self.check()
        except StaleAnswers as old:
            return self.show_form(stale=True, status=400, typed=old.typed)

    def form(self, data: Any = None) -> ActForm:
        kwargs = {"basis": self.basis, "target_id": self.target_id}
        if data is None:
            kwargs["initial"] = self.door.initial(self.act)
        return self.act.form_class(data, **kwargs)

    def unpacked(self) -> tuple[UUID, Any]:
        return unpack(self.act, self.basis, self.target_id, self.request.POST.get("answers", ""))

    def show_form(self, *, stale: bool = False, status: int = 200, typed: QueryDict | None = None) -> HttpResponse:
        with opened(self.basis.person_id):
            if reason := obstacle(self.act, self.basis, self.door.standing()):
                return self.render("consent/act/refused.html", {"reason": reason}, status=409)
            if self.act.target and self.target_id is None:
                return self.choose()
            if gone := self.target_gone():
                return gone
            form = self.form(typed)
            if not form.fields and not stale:
                # There is nothing to ask: what will change is shown at once.
                return self.render_check(self.form(QueryDict()), uuid4(), QueryDict())
            return self.render_form(form, uuid4(), stale=stale, status=status)

    def target_gone(self) -> HttpResponse | None:
        """The page that says so when the row acted on stands no more, or never was one of the person's."""
        if not self.act.target or self.act.target_words(self.basis, self.target_id) is not None:
            return None
        return self.render("consent/act/refused.html", {"reason": GONE}, status=404)

    def target_facts(self) -> list[Fact]:
        """What the row acted on is, in words."""
        return self.act.target_facts(self.basis, self.target_id) if self.act.target else []

    def choose(self) -> HttpResponse:
        """Which of the person's rows is it about?"""
        days = DayForm(self.request.GET if "day" in self.request.GET else None) if self.act.by_day else None
        found = None
        if days is not None and days.is_bound:
            found = self.act.targets_of_day(self.basis, days.cleaned_data["day"]) if days.is_valid() else []
        targets = self.act.targets(self.basis) if found is None else found
        choices = [(self.door.act_url(self.act.code, target_id), words) for target_id, words in targets]
        status = 422 if days is not None and days.errors else 200
        return self.render("consent/act/choose.html", {"choices": choices, "days": days}, status=status)

    def check(self) -> HttpResponse:
        """The form came in: show what will change, or what must be corrected."""
        with opened(self.basis.person_id):
            if gone := self.target_gone():
                return gone
            form = self.form(self.request.POST)
            try:
                request_id = request_id_of(self.request.POST.get("request", ""))
            except StaleAnswers:
                # What was typed is kept; the form gets a request of its own.
                return self.render_form(form, uuid4(), stale=True, status=400)
            if not form.is_valid():
                return self.render_form(form, request_id, status=422)
            return self.render_check(form, request_id, self.request.POST)

    def render_check(self, form: ActForm, request_id: UUID, data: QueryDict) -> HttpResponse:
        """Check your answers: they travel in the page, signed."""
        form.is_valid()
        changes, standing = self.act.summary(self.basis, form), self.target_facts()
        if not form.fields:
            # Nothing is asked: what stands is what changes.
            changes, standing = [*standing, *changes], []
        context = {
            "standing": standing,
            "summary": changes,
            "answers": pack(self.act, self.basis, self.target_id, request_id, data),
            "hidden": hidden_request(request_id),
            "asks": bool(form.fields),
        }
        return self.render("consent/act/check.html", context)

    def confirm(self) -> HttpResponse:
        """The answers were confirmed: perform, once."""
        try:
            request_id, data = self.unpacked()
        except StaleAnswers as old:
            typed = old.typed
            return self.door.showing(self.act, lambda: self.show_form(stale=True, status=400, typed=typed))
        with opened(self.basis.person_id):
            form = self.form(data)
            good = form.is_valid()
            if not good:
                # They were good when they were signed: perhaps it is the basis that went meanwhile.
                lock_basis(self.basis, self.act.code)
        if not good:
            return self.door.showing(self.act, lambda: self.render_form(form, request_id, status=422))
        try:
            receipt = perform(self.act, self.basis, form.cleaned_data, request_id, self.target_id)
        except BusinessError as error:
            field = error.field if error.field in form.fields else None
            form.add_error(field, str(error.message))
            return self.door.showing(self.act, lambda: self.render_form(form, request_id, status=409))
        return SeeOther(self.door.receipt_url(receipt.pk))

    def render_form(self, form: ActForm, request_id: UUID, *, stale: bool = False, status: int = 200) -> HttpResponse:
        notice = _("La page était trop ancienne : vérifiez et recommencez. Rien n’a été fait.") if stale else ""
        with opened(self.basis.person_id):
            context = {
                "form": form,
                "request_token": sign_request(request_id),
                "hidden": hidden_request(request_id),
                "stale": notice,
                "target_facts": self.target_facts(),
                **self.act.context(self.basis),
            }
            return self.render(self.act.template, context, status=status)

    def render(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        context |= {
            "act": self.act,
            "act_url": self.door.act_url(self.act.code, self.target_id),
            "home_url": self.door.home_url(),
            "surroundings": self.door.surroundings,
            **self.door.context(),
        }
        return render(self.request, template, context, status=status)


def hidden_request(request_id: UUID) -> SafeString:
    """The hidden field that makes sending the same form twice one act."""
    return format_html('<input type="hidden" name="request" value="{}">', sign_request(request_id))
