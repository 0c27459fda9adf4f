"""The online door: the person's own pages, and the public one for refusing without an account."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from consent.acts.base import Act
from consent.bases import Actor, Basis, Via
from consent.doors.base import Door, open_door
from consent.models.journal_entry import ActorKind


@open_door
class OnlineDoor(Door):
    """`/mon-espace/`: the person, signed in."""

    name = "online"
    vias = frozenset({Via.SELF})
    url_pattern = "/mon-espace/actes/{code}/"

    def basis(self, act: Act | None) -> Basis:
        user = self.request.user
        return Basis(Via.SELF, user.person_id, Actor(ActorKind.PERSON, user.pk))

    def act_url(self, code: str, target_id: UUID | None = None) -> str:
        if target_id:
            return reverse("consent:act-on", args=[code, target_id])
        return reverse("consent:act", args=[code])

    def home_url(self) -> str:
        return reverse("consent:home")

    def receipt_url(self, receipt_id: UUID) -> str:
        return reverse("consent:receipt", args=[receipt_id])

    def trace_url(self) -> str:
        """Where the person reads who did what."""
        return reverse("consent:trace")

    def csv_url(self) -> str:
        """Where the person has the same as a table."""
        return reverse("consent:trace-csv")

    def context(self) -> dict[str, Any]:
        return {"door": "online"}


class PublicDoor(Door):
    """`/sans-compte/`: what needs no account. Nothing is known of who types."""

    name = "public"
    vias = frozenset({Via.PUBLIC})
    url_pattern = "/sans-compte/{code}/"

    def basis(self, act: Act | None) -> Basis:
        return Basis(Via.PUBLIC, None, Actor(ActorKind.PUBLIC))

    def act_url(self, code: str, target_id: UUID | None = None) -> str:
        return reverse("consent:public-act", args=[code])

    def home_url(self) -> str:
        return reverse("portal:home")

    def receipt_url(self, receipt_id: UUID) -> str:
        return reverse("consent:public-receipt", args=[receipt_id])

    def context(self) -> dict[str, Any]:
        return {"door": "public"}
