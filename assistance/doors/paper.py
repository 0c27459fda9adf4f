"""The paper door: `/service/courrier/<id>/…`, a posted form keyed in beside its scan."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.models import Mail, MailState
from assistance.roles import is_clerk
from consent.acts.base import Act
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.doors.base import Door, open_door
from consent.models import Person
from consent.models.journal_entry import ActorKind
from consent.wall import opened


@open_door
class PaperDoor(Door):
    """A clerk, for the person who signed the form."""

    name = "paper"
    vias = frozenset({Via.PAPER})
    url_pattern = "/service/courrier/<courrier>/actes/{code}/"

    def __init__(self, request: HttpRequest, mail_id: UUID) -> None:
        """Raises `PermissionDenied` for whoever is no clerk, `Http404` when there is no such mail."""
        super().__init__(request)
        if not is_clerk(request.user):
            raise PermissionDenied
        found = mail_person(mail_id)
        if found is None:
            raise Http404
        with opened(found[0]):
            self.mail: Mail = Mail.objects.get(pk=mail_id)
            person = Person.objects.filter(pk=found[0]).first() if found[0] else None
            self.person_name = person.name if person else ""

    def basis(self, act: Act | None) -> Basis:
        actor = Actor(ActorKind.CLERK, self.request.user.pk)
        basis = Basis(Via.PAPER, self.mail.person_id, actor, right_id=self.mail.pk, reference=self.mail.reference)
        if act is not None and self.mail.state != MailState.WAITING:
            refused = BasisRefused(_("Ce courrier a déjà été traité."))
            refused.basis = basis
            raise refused
        return basis

    def act_url(self, code: str, target_id: UUID | None = None) -> str:
        if target_id:
            return reverse("assistance:mail-act-on", args=[self.mail.pk, code, target_id])
        return reverse("assistance:mail-act", args=[self.mail.pk, code])

    def home_url(self) -> str:
        return reverse("assistance:mail", args=[self.mail.pk])

    def receipt_url(self, receipt_id: UUID) -> str:
        return reverse("assistance:mail-receipt", args=[self.mail.pk, receipt_id])

    def context(self) -> dict[str, Any]:
        return {"door": "paper", "mail": self.mail, "person_name": self.person_name}


def mail_person(mail_id: UUID) -> tuple[UUID | None, str] | None:
    """The person (or None) and the state of a mail; None when there is no such mail."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, state FROM mail_person(%s)", [mail_id])
        return cursor.fetchone()
