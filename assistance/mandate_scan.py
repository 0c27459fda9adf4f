"""Whether a scan is that of the mandate expected: by the QR on its pages, and nothing else."""

from typing import Protocol

from django.utils.translation import gettext as _

from assistance.paper.codes import Code, Kind
from consent.acts.base import BusinessError

MOST_PAGES = 8


class Read(Protocol):
    """What was read on a scan: see `assistance/scans`."""

    pages: int
    codes: tuple[Code, ...]
    foreign: int


def check_scan(read: Read, reference: str) -> None:
    """Accept the scan of the mandate of this reference. Raises `BusinessError` that says what else it is."""
    if read.pages > MOST_PAGES:
        raise BusinessError(
            _("Ce fichier a %(pages)d pages : un mandat en a %(most)d au plus. Numérisez le mandat seul.")
            % {"pages": read.pages, "most": MOST_PAGES}
        )
    # The slip to cut off is printed on the mandate itself: it says nothing more.
    others = {code.reference for code in read.codes if code.kind in (Kind.MANDATE, Kind.SLIP)} - {reference}
    if others:
        raise BusinessError(
            _("C’est le mandat %(other)s qui est numérisé, et non %(expected)s. Numérisez le bon mandat, seul.")
            % {"other": ", ".join(sorted(others)), "expected": reference}
        )
    if any(code.kind is Kind.MANDATE for code in read.codes):
        return
    if read.codes:
        raise BusinessError(_("Ce papier est un formulaire ou un coupon, pas le mandat %s signé.") % reference)
    if read.foreign:
        raise BusinessError(
            _("Le code QR de ce papier n’est pas un code de Plein gré : ce n’est pas le mandat %s.") % reference
        )
    raise BusinessError(
        _(
            "Aucun code QR lisible sur ce papier. Numérisez-le à plat, entier, en 200 points par pouce au moins. "
            "Sans scanner qui convienne, un collègue peut attester l’original."
        )
    )
