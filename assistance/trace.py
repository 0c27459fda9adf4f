"""The words of the traces that assistance leaves, and the names of its counters, for the person's history."""

from django.utils.translation import gettext_lazy as _

from assistance.models import Counter
from consent import history

history.name_events(
    {
        "mandate.signed": _("Mandat signé"),
        "mandate.unsigned": _("Mandat non signé, effacé"),
        "visit.started": _("Visite commencée"),
        "visit.ended": _("Visite terminée"),
        "visit.file": _("Dossier ouvert au guichet"),
    },
    kinds={"mandate": _("Mes mandats"), "visit": _("Mes visites au guichet")},
)


def names_of(numbers: set[int]) -> dict[int, str]:
    """The names of these counters, by number."""
    return {counter.number: str(counter) for counter in Counter.objects.filter(number__in=numbers)}


history.name_counters(names_of)
