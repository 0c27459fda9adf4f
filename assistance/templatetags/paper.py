"""Tags of the printed sheets: codes, boxes, grids."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assistance.paper import marks
from assistance.paper.qr import qr_svg

register = template.Library()


@register.simple_tag
def qr(text: str, alt: str) -> SafeString:
    """A QR symbol with its accessible name."""
    return qr_svg(text, alt)


@register.simple_tag
def box(state: str = "empty") -> SafeString:
    """A box: to tick, or ticked."""
    names = {"empty": _("Case à cocher"), "ticked": _("Coché : donné")}
    return marks.box(state, names[state])


@register.simple_tag
def grid(count: int) -> SafeString:
    """Boxes for letters."""
    return marks.grid(count, _("Une case par lettre : %d cases") % count)


@register.simple_tag
def date_boxes() -> SafeString:
    """Boxes for a date."""
    return marks.date_boxes(_("Cases pour une date : jour, mois, année"))


@register.simple_tag
def scissors() -> SafeString:
    """Where to cut."""
    return marks.scissors(_("À découper"))


@register.filter
def times(count: int) -> range:
    """As many turns of a loop: `{% for line in field.count|times %}`."""
    return range(count)
