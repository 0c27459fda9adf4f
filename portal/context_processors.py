"""What every page shows around its content: the mark, the menu, the languages, the demonstration banner."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoReplyInTime


@dataclass(frozen=True)
class Link:
    """An entry of the menu or of the foot of the page."""

    label: str | Promise
    url: str
    current: bool = False


@dataclass(frozen=True)
class House:
    """The frame of a page: everything that `base.html` shows and that no view has to think of."""

    demo: bool = False
    state_marks: bool = False
    signed_in: bool = False
    menu: list[Link] = field(default_factory=list)
    foot: list[Link] = field(default_factory=list)
    choose_language: bool = False


MENU = [
    ("assistance:finder", _("Trouver un guichet")),
    ("consent:notice", _("La notice")),
    ("portal:rights", _("Vos droits")),
]
STAFF_DOORS = {
    "/guichet/": ("assistance:desk", _("Mon guichet")),
    "/soins/": ("records:care", _("Mes patients")),
    "/service/audit/": ("assistance:audit", _("Contrôle")),
    "/service/": ("assistance:service", _("Service courrier")),
}
FOOT = [
    ("portal:accessibility", _("Accessibilité : non conforme")),
    ("portal:legal", _("Mentions légales")),
    ("consent:notice", _("Données personnelles")),
    ("consent:journal", _("Journal scellé")),
    ("assistance:verifier", _("Vérifier un reçu")),
]


def house(request: HttpRequest) -> dict[str, House]:
    """Give templates `house`, the frame of the page for this visitor.

    Reads the session (one cache read, one SQL statement) only when the browser sent its cookie.
    """
    try:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    except (NoConnection, NoReplyInTime):
        signed_in = False  # a page that needs no session is shown without one
    # After a POST, changing the language would ask the page again by GET and lose what was typed.
    return {"house": _frame(request.path, signed_in, choose_language=request.method == "GET")}


def bare_house() -> dict[str, House]:
    """Give the same frame without session, cache or database, for the page that says all else failed."""
    return {"house": _frame(path="", signed_in=False, choose_language=False)}


def _frame(path: str, signed_in: bool, choose_language: bool) -> House:
    return House(
        demo=settings.DEMO,
        state_marks=settings.STATE_MARKS,
        signed_in=signed_in,
        menu=_links([*MENU, _door(path, signed_in)], path),
        foot=_links(FOOT, path),
        choose_language=choose_language,
    )


def _door(path: str, signed_in: bool) -> tuple[str, str | Promise]:
    """The last entry of the menu: where this visitor belongs, without a query.

    Staff at work stay at work. Elsewhere one address sorts: an agent finds their desk, a person their space.
    """
    if not signed_in:
        return "account_login", _("Se connecter")
    for within, door in STAFF_DOORS.items():
        if path.startswith(within):
            return door
    return ("consent:home" if path.startswith("/mon-espace/") else "portal:after-sign-in"), _("Mon espace")


def _links(names: Sequence[tuple[str, str | Promise]], path: str) -> list[Link]:
    """Turn names of addresses into links; a deployment without one of the apps lacks its entries."""
    links = []
    for name, label in names:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        links.append(Link(label, url, current=path.startswith(url)))
    return links
