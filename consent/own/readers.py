"""What « Mon espace » shows of the share codes that stand."""

from django.urls import reverse
from django.utils.translation import gettext as _

from consent.acts.share_code import code_facts
from consent.bases import Basis
from consent.models import ShareCode
from consent.own.panels import Button, Panel, Row
from consent.own.space import link


def share_codes_panel(basis: Basis) -> Panel:
    """The codes that stand, each whole: the person may have lost the paper."""
    codes = ShareCode.objects.standing().filter(person_id=basis.person_id).select_related("professional", "used_by")
    rows = [
        Row(
            code.code,
            code_facts(code),
            [
                link(_("Annuler"), "share-code.cancel", code.pk, code.handle),
                Button(_("La carte à imprimer"), reverse("consent:share-card", args=[code.pk]), code.handle),
            ],
        )
        for code in codes.order_by("made_at")
    ]
    buttons = [link(_("Créer un code de partage"), "share-code.create")]
    return Panel(_("Mes codes de partage"), rows, buttons=buttons)
