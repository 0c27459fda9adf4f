"""What « Mon espace » shows of how the person is told, with its change beside it."""

from django.utils.translation import gettext as _

from consent.acts.telling import telling_facts
from consent.models import Person
from consent.own.panels import Panel, Row
from consent.own.space import link


def telling_panel(person: Person) -> Panel:
    """When the person, read with their choice, is told of what others read."""
    telling = getattr(person, "telling", None)
    return Panel(
        _("Être prévenu"),
        [Row("", telling_facts(telling), [])],
        intro=_("Être prévenu est gratuit. L’historique de chaque accès est gardé au moins 3 ans."),
        buttons=[link(_("Choisir"), "telling.change"), link(_("Demander un relevé"), "statement.ask")],
    )
