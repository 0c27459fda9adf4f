"""The paper door: `/service/courrier/<id>/…`, a posted form keyed in beside its scan."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.http import Http404, HttpRequest
from django.urls import reverse

from assistance.models import Mail
from assistance.roles import is_clerk
from consent.acts.base import Act
from consent.bases import Actor, Basis, Via, lock_basis
from consent.doors.base import Door, open_door
from consent.models.journal_entry import ActorKind
from consent.reading import read
from consent.wall import opened

T = TypeVar("T")


@open_door
class PaperDoor(Door):
    """A clerk, for the person who signed the form."""

    name = "paper"
    vias = frozenset({Via.PAPER})
    url_pattern = "/service/courrier/<courrier>/actes/{code}/"
    surroundings = "assistance/mail/surroundings.html"

    def __init__(self, request: HttpRequest, mail_id: UUID) -> None:
        """Raises `Http404` for whoever is no clerk, and when there is no such mail."""
        super().__init__(request)
        found = mail_person(mail_id) if is_clerk(request.user) else None
        if found is None:
            raise Http404
        with opened(found[0]):
            mail = Mail.objects.filter(pk=mail_id).first()
        if mail is None:
            raise Http404
        self.mail: Mail = mail

    def basis(self, act: Act | None) -> Basis:
        """The signed form. Whether it still serves is asked once, under its lock, when the act is done.

        So that the same answers sent twice lead to the same receipt, and not to a refusal.
        """
        actor = Actor(ActorKind.CLERK, self.request.user.pk)
        mail = self.mail
        return Basis(
            Via.PAPER, mail.person_id, actor,
            right_id=mail.pk, reference=mail.reference, received_on=mail.received_on,
        )  # fmt: skip

    def showing(self, act: Act, show: Callable[[], T]) -> T:
        if code := act.shows(Via.PAPER):
            return read(self.basis(act), code, [], show, once=self.request.method == "POST")
        if self.request.method != "POST":
            return show()
        with opened(self.mail.person_id), transaction.atomic():
            lock_basis(self.basis(act), act.code)
            return show()

    def act_url(self, code: str, target_id: UUID | None = None) -> str:
        if target_id:
            return reverse("assistance:mail-act-on", args=[self.mail.pk, code, target_id])
        return reverse("assistance:mail-act", args=[self.mail.pk, code])

    def home_url(self) -> str:
        return reverse("assistance:mail", args=[self.mail.pk])

    def receipt_url(self, receipt_id: UUID) -> str:
        return reverse("assistance:mail-receipt", args=[self.mail.pk, receipt_id])

    def context(self) -> dict[str, Any]:
        return {"door": "paper", "mail": self.mail}


def mail_person(mail_id: UUID) -> tuple[UUID | None, str] | None:
    """The person (or None) and the state of a mail; None when there is no such mail."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, state FROM mail_person(%s)", [mail_id])
        return cursor.fetchone()
