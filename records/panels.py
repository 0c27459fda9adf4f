"""What « Mon espace » shows of records: the emergency sheet, as the person wrote it."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from consent.bases import Basis
from consent.models import Space
from consent.models.space import STANDING
from consent.own_space import link
from consent.panels import Button, Panel, Row, add_panel, add_panel_for_other
from consent.readers import SHEET
from records.models.emergency_sheet import PARTS


@add_panel
def sheet_panel(basis: Basis) -> Panel | None:
    """The sheet, or the way to write one; nothing without an open space."""
    spaces = Space.objects.filter(pk=basis.person_id, state__in=STANDING)
    space = spaces.select_related("person__emergencysheet").first()
    if space is None:
        return None
    sheet = getattr(space.person, "emergencysheet", None)
    title = _("Ma fiche d’urgence")
    if sheet is None:
        empty = _("Vous n’avez rien écrit. Rien n’oblige à le faire.")
        return Panel(title, [], empty, buttons=[link(_("L’écrire"), "emergency.write")])
    facts = [(str(part.title), " · ".join(text.split("\n"))) for part in PARTS if (text := sheet.text_of(part))]
    buttons = [
        link(_("La récrire"), "emergency.write"),
        link(_("L’effacer"), "emergency.erase", about=title),
        Button(_("L’imprimer"), reverse("records:sheet"), title),
    ]
    return Panel(title, [Row("", facts, buttons)])


@add_panel_for_other
def sheet_of_other(representation_id: UUID, scopes: frozenset[str]) -> Panel | None:
    """The way to the sheet of someone represented, where it may be read; whether there is one is not said here."""
    if SHEET not in scopes:
        return None
    address = reverse("records:for-sheet", args=[representation_id])
    return Panel(_("Sa fiche d’urgence"), [], buttons=[Button(_("La lire"), address, _("Sa fiche d’urgence"))])
