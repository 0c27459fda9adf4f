"""What « Mon espace » shows of those who may read otherwise than by an access: share codes and emergencies."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from consent.acts.share_code import code_facts
from consent.bases import Basis
from consent.models import EmergencyAccess, IdentityLevel, ShareCode, Space
from consent.models.space import STANDING
from consent.own_space import link
from consent.panels import Button, Panel, Row, add_panel


@add_panel
def share_codes_panel(basis: Basis) -> Panel | None:
    """The codes that stand, each whole: the person may have lost the paper. Nothing when there is none."""
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
    return Panel(_("Mes codes de partage"), rows, buttons=buttons) if rows else None


@add_panel
def emergency_panel(basis: Basis) -> Panel | None:
    """Whether emergency access is allowed, and whether one runs."""
    runs = EmergencyAccess.objects.in_force().filter(person_id=OuterRef("pk"))
    space = (
        Space.objects.filter(pk=basis.person_id, state__in=STANDING)
        .annotate(runs=Exists(runs))
        .values_list("person__emergencyconsent__allowed_at", "runs", "person__level")
        .first()
    )
    if space is None:
        return None
    allowed_at, is_running, level = space
    facts = [(_("Aujourd’hui"), _("autorisé") if allowed_at else _("interdit"))]
    buttons = []
    if is_running:
        facts.append((_("En ce moment"), _("un professionnel a un accès d’urgence à votre espace")))
        buttons.append(link(_("Le contester"), "emergency.contest"))
    if allowed_at:
        buttons.append(link(_("Interdire"), "emergency.forbid", about=_("l’accès en cas d’urgence")))
    elif level >= IdentityLevel.CONFIRMED:
        buttons.append(link(_("Autoriser"), "emergency.allow", about=_("l’accès en cas d’urgence")))
    else:
        facts.append(
            (_("Pour l’autoriser"), _("votre identité doit d’abord être vérifiée, à un guichet ou par un code"))
        )
    intro = _("Si votre vie est en danger, et seulement si vous l’avez autorisé d’avance.")
    return Panel(_("L’accès en cas d’urgence"), [Row("", facts, buttons)], intro=intro)
