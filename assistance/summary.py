"""What the summary says of assistance: the mandates given, and those that ended."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.mandates import scope_words
from assistance.models import Mandate, MandateState
from consent.days import day_words
from consent.summary import MOST_ROWS, RECENT, Item, Standing, summarises


@summarises
def _mandates(person_id: UUID) -> list[Item]:
    """Those in force, and those that ended during the last year."""
    now = timezone.now()
    known = Q(state=MandateState.IN_FORCE, ends_at__gt=now - RECENT) | Q(ended_at__gt=now - RECENT)
    mandates = Mandate.objects.filter(known, person_id=person_id, in_force_at__isnull=False)
    items = []
    for mandate in mandates.select_related("counter").order_by("-in_force_at")[:MOST_ROWS]:
        title = _("Mandat donné à %s") % mandate.counter
        if mandate.state == MandateState.IN_FORCE and mandate.ends_at > now:
            facts = [(_("Pour"), scope_words(mandate.scopes)), (_("Jusqu’au"), day_words(mandate.ends_at))]
            items.append(Item(Standing.OPEN, title, facts))
        else:
            items.append(
                Item(Standing.CLOSED, title, [(_("Terminé le"), day_words(mandate.ended_at or mandate.ends_at))])
            )
    return items
