"""The counter's door: `/guichet/visite/<id>/…`, one person at a time."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from assistance import visits
from assistance.bases import ended_words
from assistance.models import Mandate, Visit
from assistance.roles import CounterRight, has_right
from consent.acts.base import Act
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.doors.base import Door, open_door
from consent.forms.identity import IDENTITY
from consent.models import Person
from consent.models.journal_entry import ActorKind
from consent.wall import opened


@open_door
class CounterDoor(Door):
    """An agent, during a visit: under the mandate where it covers the act, else by the person's presence."""

    name = "counter"
    vias = frozenset({Via.MANDATE, Via.PRESENCE})
    url_pattern = "/guichet/visite/<visite>/actes/{code}/"

    def __init__(self, request: HttpRequest, visit_id: UUID) -> None:
        """Raises `Http404` when no such visit is this agent's."""
        super().__init__(request)
        found = visits.person_of(visit_id, request.user)
        if found is None:
            raise Http404
        with opened(found[0]):
            self.visit: Visit = Visit.objects.select_related("counter").get(pk=visit_id)
            self.person = Person.objects.filter(pk=found[0]).first() if found[0] else None
            self.person_name = self.person.name if self.person else ""
            mandates = Mandate.objects.filter(person_id=found[0], counter_id=self.visit.counter_id)
            self.mandate = mandates.in_force().first() if found[0] else None
            self.last_mandate = self.mandate or (
                mandates.filter(in_force_at__isnull=False).order_by("-in_force_at").first() if found[0] else None
            )

    def basis(self, act: Act | None) -> Basis:
        visit = self.visit
        presence = visits.presence(visit)
        if not visit.is_open:
            raise self._refused(presence, _("La visite est terminée : commencez-en une nouvelle avec la personne."))
        if not has_right(self.request.user, CounterRight.ASSIST, visit.counter):
            raise self._refused(presence, _("Vous n’êtes plus agent de ce guichet."))
        visits.touch(visit)
        if act is None:
            return presence
        if Via.MANDATE in act.bases and self.mandate and act.code in self.mandate.scopes:
            return self._under(self.mandate)
        if Via.PRESENCE in act.bases:
            return presence
        raise self._refused(presence, self._why_not())

    def _under(self, mandate: Mandate) -> Basis:
        actor = Actor(ActorKind.AGENT, self.request.user.pk, self.visit.counter.number)
        return Basis(
            Via.MANDATE, self.visit.person_id, actor,
            right_id=mandate.pk, reference=mandate.reference, scopes=frozenset(mandate.scopes),
            until=mandate.ends_at, visit_id=self.visit.pk,
        )  # fmt: skip

    def _why_not(self) -> str:
        if self.mandate:
            return _("Le mandat %s ne prévoit pas cet acte.") % self.mandate.reference
        last = self.last_mandate
        if last and last.ended_at:
            return ended_words(last.reference, last.end_reason, last.ended_at)
        if last:
            return ended_words(last.reference, "expired", last.ends_at)
        return _("La personne n’a pas donné de mandat à ce guichet pour cet acte.")

    def _refused(self, basis: Basis, reason: str) -> BasisRefused:
        refused = BasisRefused(reason)
        refused.basis = basis
        return refused

    def act_url(self, code: str, target_id: UUID | None = None) -> str:
        if target_id:
            return reverse("assistance:visit-act-on", args=[self.visit.pk, code, target_id])
        return reverse("assistance:visit-act", args=[self.visit.pk, code])

    def home_url(self) -> str:
        return reverse("assistance:visit", args=[self.visit.pk])

    def receipt_url(self, receipt_id: UUID) -> str:
        return reverse("assistance:visit-receipt", args=[self.visit.pk, receipt_id])

    def initial(self, act: Act) -> dict[str, Any]:
        typed = visits.typed_identity(self.visit.pk)
        return {name: value for name, value in typed.items() if name in IDENTITY}

    def context(self) -> dict[str, Any]:
        return {"door": "counter", "visit": self.visit, "person_name": self.person_name, "mandate": self.mandate}
