"""The represented door: `/mon-espace/pour/<id>/…`, someone signed in for a person whom they represent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from consent import journal
from consent.acts.base import Act
from consent.bases import Actor, Basis, BasisRefused, ReaderWords, Via, lock_basis
from consent.crypto.person_key import keep_key, with_key
from consent.doors.base import Door, open_door
from consent.models import JournalEntry, Person
from consent.models.journal_entry import ActorKind
from consent.models.representation import Representation
from consent.models.space import STANDING
from consent.reading import read
from consent.representing import ALWAYS, READINGS, Held, not_covered, over_words, representations_of, scopes_for
from consent.wall import opened

T = TypeVar("T")


def _held(request: HttpRequest, representation_id: UUID) -> Held:
    own = request.user.person_id
    held = own and next((held for held in representations_of(own) if held.id == representation_id), None)
    if not held:
        raise Http404
    return held


def _came_today(request: HttpRequest) -> Exists:
    """Whether this user's coming in is in the trace of a representation's person today already."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Exists(
        JournalEntry.objects.filter(
            person_id=OuterRef("person_id"), code="representation.entered", actor_id=request.user.pk, at__gte=today
        )
    )


@open_door
class RepresentedDoor(Door):
    """The address says for whom: nothing is kept in the session, so that two windows cannot mix two persons."""

    name = "represented"
    vias = frozenset({Via.REPRESENTATION})
    url_pattern = "/mon-espace/pour/<representation>/actes/{code}/"
    surroundings = "consent/representation/surroundings.html"

    def __init__(self, request: HttpRequest, representation_id: UUID, held: Held | None = None) -> None:
        """`held`: that representation, where it was looked up. Raises `Http404` when none is, or was, this user's."""
        super().__init__(request)
        held = held or _held(request, representation_id)
        with opened(held.person_id):
            rows = with_key(Representation.objects.select_related("person__space"))
            self.representation = rows.annotate(came_today=_came_today(request)).get(pk=held.id)
            keep_key(self.representation)
            self.person: Person = self.representation.person
            self.in_force = held.in_force and self.person.frozen_at is None
            self.person_name = self.person.name if self.in_force else ""
            with override("fr"):
                self.who = ReaderWords(self.representation.name, str(self.representation.get_kind_display()), "")
        self.scopes = ALWAYS | frozenset(self.representation.scopes)
        if self.standing()[1] not in (None, *STANDING):
            # A closed space is read by its person alone.
            self.scopes -= READINGS.keys()

    @classmethod
    @contextmanager
    def opening(cls, request: HttpRequest, representation_id: UUID) -> Iterator["RepresentedDoor"]:
        """The door, with the wall open for its person until the end of the block: a page is one transaction.

        Raises `Http404` when no such representation is, or was, this user's.
        """
        held = _held(request, representation_id)
        with opened(held.person_id):
            yield cls(request, representation_id, held)

    @property
    def whole_basis(self) -> Basis:
        """The representation as a basis, whether or not it still stands."""
        return Basis(
            Via.REPRESENTATION,
            self.person.pk,
            Actor(ActorKind.REPRESENTATIVE, self.request.user.pk, words=self.who),
            right_id=self.representation.pk,
            until=self.representation.ends_at,
        )

    def basis(self, act: Act | None) -> Basis:
        if not self.in_force:
            raise self._refused(self._why_not())
        if act is not None and not self.covers(act.code):
            raise self._refused(not_covered())
        return self.whole_basis

    def _refused(self, reason: str | Promise) -> BasisRefused:
        """A refusal that knows whom it concerns, to be raised."""
        refused = BasisRefused(reason)
        refused.basis = self.whole_basis
        return refused

    def _why_not(self) -> str | Promise:
        try:
            with opened(self.person.pk), transaction.atomic():
                lock_basis(self.whole_basis, "representation.entered")
        except BasisRefused as refused:
            return refused.reason
        row = self.representation
        return over_words(row.ends_at, row.ended_at, row.end_reason)

    def covers(self, code: str) -> bool:
        return scopes_for(code) <= self.scopes

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Show something within this block: no end of the representation is acknowledged meanwhile.

        The first time of a day is a reading: pages show who has accesses, and the person is told of who reads
        (decision 17). Raises `BasisRefused`.
        """
        basis = self.basis(None)
        with opened(self.person.pk), transaction.atomic():
            lock_basis(basis, "representation.entered")
            if not self.representation.came_today:
                with override("fr"):
                    shown = [(_("Peut lire"), str(READINGS["space.read"]))] if self.covers("space.read") else []
                journal.write_read(basis, "representation.entered", shown)
            yield

    def read(self, code: str, fetch: Callable[[], T]) -> T:
        return read(self.basis(None), code, [], fetch)

    def showing(self, act: Act, show: Callable[[], T]) -> T:
        if act.reads:
            # Its page shows what is read otherwise: that is one reading more, with the steps that follow.
            return read(self.basis(None), act.reads, [], show, once=self.request.method == "POST")
        if act.code in ALWAYS:
            return self._giving_up(act, show)
        with self.entered():
            return show()

    def _giving_up(self, act: Act, show: Callable[[], T]) -> T:
        """The page of giving up shows nothing but what one holds: it is no coming in, and a suspension leaves it open."""
        with opened(self.person.pk), transaction.atomic():
            lock_basis(self.basis(None), act.code)
            return show()

    def act_url(self, code: str, target_id: UUID | None = None) -> str:
        if target_id:
            return reverse("consent:for-act-on", args=[self.representation.pk, code, target_id])
        return reverse("consent:for-act", args=[self.representation.pk, code])

    def home_url(self) -> str:
        if not self.in_force:
            return reverse("consent:home")
        return reverse("consent:for-home", args=[self.representation.pk])

    def receipt_url(self, receipt_id: UUID) -> str:
        return reverse("consent:for-receipt", args=[self.representation.pk, receipt_id])

    def trace_url(self) -> str:
        return reverse("consent:for-trace", args=[self.representation.pk]) if self.covers("history.read") else ""

    def csv_url(self) -> str:
        """Where the representative has the same history as a table."""
        return reverse("consent:for-trace-csv", args=[self.representation.pk])

    @property
    def right_id(self) -> UUID:
        return self.representation.pk

    def standing(self) -> tuple[int | None, str | None]:
        space = getattr(self.person, "space", None)
        return self.person.level, space.state if space else None

    def context(self) -> dict[str, Any]:
        return {
            "door": "represented",
            "person_name": self.person_name,
            "representation": self.representation,
        }
