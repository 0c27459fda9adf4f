"""What « Mon espace » shows for an emergency: the sheet as the person wrote it, and who may then come in."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from consent.bases import Basis
from consent.models import EmergencyAccess, IdentityLevel, Person, Space
from consent.models.space import STANDING
from consent.own.panels import Button, Panel, Row, add_panel, add_panel_for_other
from consent.own.readers import readers_panels, with_readers
from consent.own.space import link
from consent.readers import SHEET
from records.models.emergency_sheet import PARTS


@add_panel
def panels_of_the_space(basis: Basis) -> list[Panel]:
    """What is for an emergency and who else reads, from one query; nothing without a space."""
    runs = EmergencyAccess.objects.in_force().filter(person_id=OuterRef("pk"))
    spaces = with_readers(Space.objects.filter(pk=basis.person_id, state__in=STANDING)).annotate(runs=Exists(runs))
    space = spaces.select_related("person__emergencysheet", "person__emergencyconsent").first()
    if space is None:
        return []
    rows = [_sheet_row(space.person), _access_row(space.person, is_running=space.runs)]
    return [Panel(_("En cas d’urgence"), rows), *readers_panels(basis, space)]


def _sheet_row(person: Person) -> Row:
    title = _("Ma fiche d’urgence")
    sheet = getattr(person, "emergencysheet", None)
    if sheet is None:
        nothing = [(_("Aujourd’hui"), _("vous n’avez rien écrit, et rien n’y oblige"))]
        return Row(title, nothing, [link(_("L’écrire"), "emergency.write", about=title)])
    facts = [(str(part.title), " · ".join(text.split("\n"))) for part in PARTS if (text := sheet.text_of(part))]
    buttons = [
        link(_("La récrire"), "emergency.write", about=title),
        link(_("L’effacer"), "emergency.erase", about=title),
        Button(_("L’imprimer"), reverse("records:sheet"), title),
    ]
    return Row(title, facts, buttons)


def _access_row(person: Person, *, is_running: bool) -> Row:
    title = _("L’accès d’un professionnel si votre vie est en danger")
    allowed = hasattr(person, "emergencyconsent")
    facts = [(_("Aujourd’hui"), _("autorisé") if allowed else _("interdit"))]
    buttons = []
    if is_running:
        facts.append((_("En ce moment"), _("un professionnel a un accès d’urgence à votre espace")))
        buttons.append(link(_("Le contester"), "emergency.contest", about=title))
    if allowed:
        buttons.append(link(_("Interdire"), "emergency.forbid", about=title))
    elif person.level >= IdentityLevel.CONFIRMED:
        buttons.append(link(_("Autoriser"), "emergency.allow", about=title))
    else:
        facts.append(
            (_("Pour l’autoriser"), _("votre identité doit d’abord être vérifiée, à un guichet ou par courrier"))
        )
    return Row(title, facts, buttons)


@add_panel_for_other
def sheet_of_other(representation_id: UUID, scopes: frozenset[str]) -> Panel | None:
    """The ways to the sheet of someone represented, where it may be read; whether there is one is not said here."""
    if SHEET not in scopes:
        return None
    title = _("Sa fiche d’urgence")
    buttons = [Button(_("La lire"), reverse("records:for-sheet", args=[representation_id]), title)]
    for label, code in ((_("L’écrire"), "emergency.write"), (_("L’effacer"), "emergency.erase")):
        if code in scopes:
            buttons.append(Button(label, reverse("consent:for-act", args=[representation_id, code]), title))
    return Panel(title, [], buttons=buttons)
