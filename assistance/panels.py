"""What « Mon espace » shows of assistance: the mandates in force, each with its end beside it."""

from django.utils.translation import gettext as _

from assistance.mandates import scope_words
from assistance.models import Mandate
from consent.bases import Basis
from consent.days import day_words
from consent.own.panels import Panel, Row, add_panel
from consent.own.space import link


@add_panel
def mandates_panel(basis: Basis) -> Panel:
    """The counters that may act for the person now."""
    mandates = Mandate.objects.in_force().filter(person_id=basis.person_id).select_related("counter")
    rows = [
        Row(
            str(mandate.counter),
            [
                (_("Mandat"), mandate.reference),
                (_("Pour"), scope_words(mandate.scopes)),
                (_("Jusqu’au"), day_words(mandate.ends_at)),
            ],
            [link(_("Y mettre fin"), "mandate.revoke", mandate.pk, mandate.reference)],
        )
        for mandate in mandates.order_by("in_force_at")
    ]
    return Panel(
        _("Les guichets qui peuvent agir pour moi"), rows, _("Aucun guichet n’a de mandat de vous."),
        buttons=[link(_("Donner un mandat à un guichet"), "mandate.give")],
    )  # fmt: skip
