"""A mandate that is about to end is told to its person (the desk of its counter shows it by reference)."""

from uuid import UUID

from django.utils.translation import gettext as _

from assistance.mandates import mandate_facts
from assistance.models import Mandate
from consent.endings import Ending, Ends, add_ending


def _mandate(mandate_id: UUID) -> Ends | None:
    mandate = Mandate.objects.in_force().select_related("counter").filter(pk=mandate_id).first()
    if mandate is None:
        return None
    return Ends(_("Mandat donné à %s") % mandate.counter, mandate_facts(mandate), "mandate.give")


add_ending(Ending("mandate-ends", "mandates_ending", _mandate))
