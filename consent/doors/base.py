"""What every door is."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.http import HttpRequest

from consent.acts.base import Act
from consent.bases import Basis, Via
from consent.reading import read
from consent.wall import opened

T = TypeVar("T")
# Where nobody else than who acts looks.
OWN = frozenset({Via.SELF, Via.PUBLIC})


class Door(ABC):
    """One door, made for one request. The generic pages (`consent/pages/act.py`) do the rest."""

    name: ClassVar[str]
    vias: ClassVar[frozenset[Via]]
    url_pattern: ClassVar[str]
    # The template that surrounds the act's pages: it extends base.html and leaves `content` to them.
    surroundings: ClassVar[str] = "base.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @classmethod
    def serves(cls, act: Act) -> bool:
        """Whether this door can lead to the act."""
        return bool(act.bases & cls.vias)

    @abstractmethod
    def basis(self, act: Act | None) -> Basis:
        """The basis of this request, for this act (or for looking around, without act).

        Raises `BasisRefused` when there is none, `Http404` when what it names is not this user's.
        """

    @abstractmethod
    def act_url(self, code: str, target_id: UUID | None = None) -> str:
        """Where this door serves the act."""

    @abstractmethod
    def home_url(self) -> str:
        """Where one returns to."""

    @abstractmethod
    def receipt_url(self, receipt_id: UUID) -> str:
        """Where the receipt of an act done through this door is shown."""

    @property
    def right_id(self) -> UUID | None:
        """The row that its addresses name; None where they name none (one's own space)."""
        return None

    def covers(self, code: str) -> bool:
        """Whether this act or reading is worth offering here, for doors that know beforehand."""
        return True

    def read(self, code: str, fetch: Callable[[], T]) -> T:
        """What `fetch` returns, with the wall open; the traced read `code` where someone else reads."""
        with opened(self.basis(None).person_id):
            return fetch()

    def showing(self, act: Act, show: Callable[[], T]) -> T:
        """What `show` returns, a page of this act. Where someone else than the person looks at what stands, it is a
        reading: under the lock of their right, with its trace. Raises `BasisRefused`.
        """
        basis = self.basis(act)
        code = "" if basis.via in OWN else act.shows(basis.via)
        # The steps that follow are the same look.
        return read(basis, code, [], show, once=self.request.method == "POST", under=act.code) if code else show()

    def initial(self, act: Act) -> dict[str, Any]:
        """What is known beforehand and need not be typed again. Never a choice."""
        return {}

    def standing(self) -> tuple[int | None, str | None] | None:
        """The person's identity level and the state of their space, where the door has read them anyway."""
        return None

    def context(self) -> dict[str, Any]:
        """What the door's surroundings show around every page."""
        return {}


doors: list[type[Door]] = []


def open_door(cls: type[Door]) -> type[Door]:
    """Class decorator: make a door known to `manage.py acts` and to the tests of parity."""
    doors.append(cls)
    return cls
