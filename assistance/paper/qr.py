"""QR symbols as inline SVG, with their text for those who do not see them."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str, alt: str) -> SafeString:
    """The QR of an alphanumeric text, quiet zone included; `alt` is its accessible name.

    Level M or better: the symbol stays coarse enough for a 100 dpi grey scan at 30 mm.
    """
    symbol = segno.make(text, error="m", mode="alphanumeric", micro=False)
    return mark_safe(symbol.svg_inline(border=4, omitsize=True, title=alt))  # noqa: S308 segno escapes the title
