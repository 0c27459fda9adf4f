"""Walking through the pages of one act as someone with a browser does: form, check your answers, done.

Nothing here knows any act. A form is sent as the page has it, its token against forged requests included.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from consent.bases import Via
from consent.doors.base import Door, doors
from consent.doors.online import PublicDoor
from consent.models.journal_entry import ActorKind
from consent.pages.answers import request_id_of
from tests.examples import HERE, Case, Typed, answers_for
from tests.html import FormOnPage, forms_of
from tests.trials.belongings import browser_of
from tests.trials.world import World


def door_of(via: Via) -> type[Door]:
    """The one door that makes this kind of basis."""
    (door,) = [door for door in [*doors, PublicDoor] if via in door.vias]
    return door


@dataclass
class Walk:
    """Someone at the first page of an act. `expected` is what the journal must say of who acted, and by what right."""

    client: Client
    address: str
    typed: Typed
    expected: dict[str, Any]
    request_id: UUID | None = None

    def form(self) -> FormOnPage:
        """The form of the act (or its check page, when there is nothing to ask), the first row chosen if asked."""
        page = self.get()
        if self.form_in(page) is None:
            choices = [part.split('"')[0] for part in page.content.decode().split('href="')[1:]]
            self.address = next(choice for choice in choices if choice.startswith(self.address))
            page = self.get()
        form = self.form_in(page)
        assert form is not None, page.content.decode()
        return form

    def checked(self, form: FormOnPage | None = None) -> FormOnPage:
        """The check page after the answers were typed."""
        form = form or self.form()
        if "answers" not in form.hidden:
            typed = {name: value for name, value in self.typed.items() if name in form.fields}
            page = self.post({**form.hidden, **typed})
            assert page.status_code == 200, page.content.decode()
            form = self.form_in(page)
            assert form is not None, page.content.decode()
        assert ("step", "confirm") in form.buttons
        self.request_id = request_id_of(form.hidden["request"])
        return form

    def confirm(self, form: FormOnPage | None = None) -> HttpResponse:
        """Answer yes to the check page."""
        return self.post({**(form or self.checked()).hidden, "step": "confirm"})

    def get(self) -> HttpResponse:
        return self.client.get(self.address)

    def post(self, data: dict[str, Any]) -> HttpResponse:
        cookie = self.client.cookies.get(settings.CSRF_COOKIE_NAME)
        token = {"csrfmiddlewaretoken": cookie.value} if cookie else {}
        return self.client.post(self.address, {**token, **data})

    def form_in(self, page: HttpResponse) -> FormOnPage | None:
        """The form of a page that is sent to the act itself."""
        assert page.status_code == 200, (page.status_code, page.content.decode())
        forms = [form for form in forms_of(page.content.decode()) if form.action == self.address]
        return forms[0] if forms else None


def walk_of(world: World, case: Case, **changes: Any) -> Walk:
    """Ready to begin, after what has to happen before. `changes`: `scopes` of the mandate, `user` who is signed in."""
    person = world.odette if case.known else None
    world.before(case.act, person)
    code, typed = case.act.code, answers_for(case.act.code, case.via, known=case.known)
    if case.via is Via.SELF:
        user = changes.get("user") or world.account_of(person)
        client, address = browser_of(user, sends_tokens=True), f"/mon-espace/actes/{code}/"
        expected = {"actor_kind": ActorKind.PERSON, "actor_id": None}
    elif case.via is Via.REPRESENTATION:
        door, user = world.represented(person, [code]), world.account_of(world.jeanne)
        client, address = browser_of(user, sends_tokens=True), door.act_url(code)
        expected = {"actor_kind": ActorKind.REPRESENTATIVE, "actor_id": user.pk}
    elif case.via is Via.PUBLIC:
        client, address, expected = (
            browser_of(None, sends_tokens=True),
            f"/sans-compte/{code}/",
            {"actor_kind": ActorKind.PUBLIC},
        )
    elif case.via is Via.PAPER:
        client, mail = browser_of(world.clerk, sends_tokens=True), world.mail(person)
        address = f"/service/courrier/{mail.pk}/actes/{code}/"
        choice = next(
            form
            for form in forms_of(client.get(f"/service/courrier/{mail.pk}/").content.decode())
            if form.action.endswith("/acte/")
        )
        assert client.post(choice.action, {**choice.hidden, "act": code}).status_code == 303
        expected = {
            "actor_kind": ActorKind.CLERK, "actor_id": world.clerk.pk, "basis_reference": mail.reference,
        }  # fmt: skip
    else:
        reference = ""
        if case.via is Via.MANDATE:
            reference = world.mandate(person, changes.get("scopes", [code])).reference
        visit = world.visit(person)
        client, address = browser_of(world.karim, sends_tokens=True), f"/guichet/visite/{visit.pk}/actes/{code}/"
        expected = {
            "actor_kind": ActorKind.AGENT, "actor_id": world.karim.pk, "counter_number": HERE, "visit_id": visit.pk,
            "basis_reference": reference,
        }  # fmt: skip
    return Walk(client, address, typed, expected | {"via": case.via})
