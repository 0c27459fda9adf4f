"""The counter's door: `/guichet/visite/<id>/…`, one person at a time."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance import visit_memory, visits
from assistance.bases import ended_words, not_covered
from assistance.models import EndReason, Mandate, MandateState, Visit
from assistance.roles import CounterRight, rights_on
from assistance.signing import FOR_THE_PERSON, may_by
from consent.acts.base import Act
from consent.bases import SUSPENDED_WORDS, Actor, Basis, BasisRefused, Via, suspension_stops
from consent.doors.base import Door, open_door
from consent.forms.identity import IDENTITY
from consent.models import JournalEntry, Person, SpaceState
from consent.models.journal_entry import ActorKind
from consent.traits import Traits
from consent.wall import opened


@open_door
class CounterDoor(Door):
    """An agent, during a visit: under the mandate where it covers the act, else by the person's presence."""

    name = "counter"
    vias = frozenset({Via.MANDATE, Via.PRESENCE})
    url_pattern = "/guichet/visite/<visite>/actes/{code}/"
    surroundings = "assistance/visit/surroundings.html"

    visit: Visit
    person: Person | None
    mandate: Mandate | None
    last_mandate: Mandate | None
    traits: Traits | None

    def __init__(self, request: HttpRequest, visit_id: UUID) -> None:
        """Raises `Http404` when no such visit is this agent's. While it goes on, coming here keeps it alive."""
        super().__init__(request)
        # The person may come into being between the look-up and the reading: once more, then.
        for _try in range(2):
            found = visits.person_of(visit_id, request.user)
            if found is None:
                break
            with opened(found[0]):
                visit = Visit.objects.select_related("counter").filter(pk=visit_id).first()
                if visit is not None:
                    self._read(visit)
                    return
        raise Http404

    def _read(self, visit: Visit) -> None:
        """What every page of the visit needs; the wall is open for its person."""
        self.visit = visit
        self.person = Person.objects.select_related("space").filter(pk=visit.person_id).first()
        self.person_name = self.person.name if self.person else ""
        # Opened while the key is at hand; most pages of a visit need them no more once there is a space.
        self.traits = self.person.traits if self.person and not hasattr(self.person, "space") else None
        here = Mandate.objects.filter(person_id=visit.person_id, counter_id=visit.counter_id)
        mandates = list((here.to_sign() | here.filter(in_force_at__isnull=False)).order_by("-drafted_at"))
        signed = [mandate for mandate in mandates if mandate.in_force_at]
        self.waiting = [mandate for mandate in mandates if not mandate.in_force_at]
        self.last_mandate = max(signed, key=lambda mandate: mandate.in_force_at, default=None)
        last = self.last_mandate
        stands = last is not None and last.state == MandateState.IN_FORCE and last.ends_at > timezone.now()
        self.mandate = last if stands else None
        self.rights = rights_on(self.request.user, visit.counter)
        self.goes_on = visit.is_open and CounterRight.ASSIST in self.rights
        if self.goes_on:
            visits.touch(visit)

    def basis(self, act: Act | None) -> Basis:
        presence = visits.presence(self.visit)
        if not self.visit.is_open:
            raise self.refused(_("La visite est terminée : commencez-en une nouvelle avec la personne."))
        if not self.goes_on:
            raise self.refused(_("Vous n’êtes plus agent de ce guichet."))
        if act is None:
            return presence
        covered = Via.MANDATE in act.bases and self.mandate and self.covers(act.code)
        if covered and not self.stopped(act):
            return self._under(self.mandate)
        if Via.PRESENCE in act.bases:
            return presence
        if covered:
            raise self.refused(SUSPENDED_WORDS)
        raise self.refused(self.why_not())

    def covers(self, code: str) -> bool:
        """Whether the mandate in force covers this act."""
        return code in self.covered

    @cached_property
    def covered(self) -> frozenset[str]:
        """The acts that the mandate in force lists, and that whoever signed it for the person may still do for them."""
        if self.mandate is None:
            return frozenset()
        listed = frozenset(self.mandate.scopes)
        if self.mandate.signer not in FOR_THE_PERSON:
            return listed
        with opened(self.visit.person_id):
            return listed & may_by(self.mandate)

    def stopped(self, act: Act) -> bool:
        """Whether the person has suspended their space, and a mandate does not suffice for this act meanwhile."""
        space = getattr(self.person, "space", None)
        suspended = space is not None and space.state == SpaceState.SUSPENDED
        return suspended and suspension_stops(Via.MANDATE, act.code, signed_for=self.signed_for)

    @property
    def signed_for(self) -> bool:
        """Whether the mandate in force was signed by somebody for the person: they may be there alone."""
        return self.mandate is not None and self.mandate.signer in FOR_THE_PERSON

    def mandate_lost(self, entries: Iterable[JournalEntry]) -> Mandate | None:
        """The mandate that ended since the visit began, and not by what was done in it (`entries`); or None."""
        last = self.last_mandate
        if last is None or self.mandate or (last.ended_at or last.ends_at) < self.visit.opened_at:
            return None
        ended_here = {entry.details.get("subject") for entry in entries if entry.code == "mandate.revoke"}
        return None if str(last.pk) in ended_here else last

    def require(self, right: CounterRight) -> None:
        """Raise `PermissionDenied` for an agent without this right at the counter of the visit."""
        if right not in self.rights:
            raise PermissionDenied(_("Vous n’avez pas ce droit à ce guichet. Demandez à son responsable."))

    def _under(self, mandate: Mandate) -> Basis:
        actor = Actor(ActorKind.AGENT, self.request.user.pk, self.visit.counter.number)
        return Basis(
            Via.MANDATE, self.visit.person_id, actor,
            right_id=mandate.pk, reference=mandate.reference, scopes=frozenset(mandate.scopes),
            until=mandate.ends_at, visit_id=self.visit.pk, signed_for=mandate.signer in FOR_THE_PERSON,
        )  # fmt: skip

    def why_not(self) -> str | Promise:
        """Why an act that needs a mandate cannot be done, in words."""
        if self.mandate:
            return not_covered(self.mandate.reference)
        last = self.last_mandate
        if last is None:
            return _("La personne n’a pas donné de mandat à ce guichet pour cet acte.")
        return ended_words(last.reference, last.end_reason or EndReason.EXPIRED, last.ended_at or last.ends_at)

    def refused(self, reason: str | Promise) -> BasisRefused:
        """A refusal that knows whom it concerns, to be raised."""
        refused = BasisRefused(reason)
        last = self.last_mandate
        refused.basis = replace(visits.presence(self.visit), reference=last.reference if last else "")
        return refused

    def act_url(self, code: str, target_id: UUID | None = None) -> str:
        if target_id:
            return reverse("assistance:visit-act-on", args=[self.visit.pk, code, target_id])
        return reverse("assistance:visit-act", args=[self.visit.pk, code])

    def home_url(self) -> str:
        if not self.goes_on:
            return reverse("assistance:desk")
        return reverse("assistance:visit", args=[self.visit.pk])

    def receipt_url(self, receipt_id: UUID) -> str:
        return reverse("assistance:visit-receipt", args=[self.visit.pk, receipt_id])

    def initial(self, act: Act) -> dict[str, Any]:
        typed = visit_memory.typed_identity(self.visit.pk)
        return {name: value for name, value in typed.items() if name in IDENTITY}

    def standing(self) -> tuple[int | None, str | None] | None:
        space = getattr(self.person, "space", None)
        return (self.person.level, space.state if space else None) if self.person else None

    def context(self) -> dict[str, Any]:
        around = {"door": "counter", "visit": self.visit, "goes_on": self.goes_on, "mandate": self.mandate}
        # Once the visit is over, no page says any more whose it was.
        return {**around, "person_name": self.whose() if self.goes_on else ""}

    def whose(self) -> str:
        """The name of the person of the visit: on record, or else as it was typed at the start."""
        if self.person_name:
            return self.person_name
        typed = visit_memory.typed_identity(self.visit.pk)
        return f"{typed.get('first_names', '').split(' ')[0]} {typed.get('birth_name', '')}".strip()
