"""What « Mon espace » shows of the share codes that stand."""

from django.urls import reverse
from django.utils.translation import gettext as _

from consent.acts.share_code import code_facts, code_words
from consent.bases import Basis
from consent.doors.represented import RepresentedDoor
from consent.hiding import codes_made, codes_seen
from consent.models import IdentityLevel
from consent.own.panels import Button, Panel, Row
from consent.own.space import link, ways


def share_codes_panel(basis: Basis) -> Panel:
    """The codes that stand, each whole: the person may have lost the paper."""
    rows = [
        Row(
            code.code,
            code_facts(code),
            [
                link(_("Annuler"), "share-code.cancel", code.pk, code.handle),
                Button(_("La carte à imprimer"), reverse("consent:share-card", args=[code.pk]), code.handle),
            ],
        )
        for code in codes_seen(basis)
    ]
    buttons = [link(_("Créer un code de partage"), "share-code.create")]
    return Panel(_("Mes codes de partage"), rows, buttons=buttons)


def share_codes_of_other(door: RepresentedDoor, basis: Basis, level: int) -> Panel:
    """The codes that stand, to who represents the person: whole, and with their card, only those that they made."""
    codes = codes_seen(basis)
    made = codes_made(basis) if codes else set()
    rows = []
    for code in codes:
        buttons = ways(door, (_("Annuler"), "share-code.cancel"), target_id=code.pk, about=code.handle)
        if code.pk in made:
            card = reverse("consent:for-share-card", args=[door.representation.pk, code.pk])
            buttons.append(Button(_("La carte à imprimer"), card, code.handle))
        rows.append(Row(code.code if code.pk in made else code_words(code), code_facts(code), buttons))
    create = [(_("Créer un code de partage"), "share-code.create")] if level >= IdentityLevel.CONFIRMED else []
    return Panel(_("Les codes de partage"), rows, _("Aucun code de partage ne sert."), buttons=ways(door, *create))
