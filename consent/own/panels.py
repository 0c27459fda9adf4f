"""The parts of « Mon espace »: each app adds the panels of what it keeps, so that consent never imports it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from consent.acts.base import Fact
from consent.bases import Basis


@dataclass(frozen=True)
class Button:
    """A way to an act: a link, or, with `fields`, a form that leads to its page of checking with these answers."""

    label: str
    url: str
    about: str = ""
    fields: list[Fact] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One thing that the person has: its title, its facts, what can be done with it."""

    title: str
    facts: list[Fact]
    buttons: list[Button]


@dataclass(frozen=True)
class Panel:
    """One part of the page. `empty` is said when there is no row; `buttons` are about the whole.

    `urgent`: it waits for the person's answer, and comes first.
    """

    title: str
    rows: list[Row]
    empty: str = ""
    intro: str = ""
    buttons: list[Button] = field(default_factory=list)
    urgent: bool = False


MakePanelForOther = Callable[[UUID, frozenset[str]], Panel | None]
_makers_for_others: list[MakePanelForOther] = []


def add_panel_for_other(maker: MakePanelForOther) -> MakePanelForOther:
    """Decorator: this function makes a panel of someone represented, from the representation's id and its scopes.

    It asks the database nothing: it leads to pages where each reading is a trace.
    """
    _makers_for_others.append(maker)
    return maker


def panels_for_other(representation_id: UUID, scopes: frozenset[str]) -> list[Panel]:
    """The panels that upper apps add for a representative."""
    return [panel for maker in _makers_for_others if (panel := maker(representation_id, scopes))]


MakePanel = Callable[[Basis], Panel | list[Panel] | None]
_makers: list[MakePanel] = []


def add_panel(maker: MakePanel) -> MakePanel:
    """Decorator: this function makes a panel (or several) of the person's page, in one query; the wall is open for them."""
    _makers.append(maker)
    return maker


def panels_of(basis: Basis) -> list[Panel]:
    """The panels that upper apps add."""
    made = [panels for maker in _makers if (panels := maker(basis))]
    return [panel for panels in made for panel in (panels if isinstance(panels, list) else [panels])]
