"""The act that says how the person is told of what others read."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, Effect
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.forms.telling import ChangeTellingForm
from consent.models.telling import ReadsTold, Telling


@register
class ChangeTelling(Act):
    """Choose when one is told of reads by others, and whether a statement comes each quarter."""

    code = "telling.change"
    about = gettext_lazy("La façon de me prévenir")
    label = gettext_lazy("Choisir quand être prévenu")
    sentence = gettext_lazy("choisir quand je suis prévenu de ce que d’autres lisent dans mon espace")
    form_class = ChangeTellingForm
    bases = frozenset({Via.SELF, Via.MANDATE, Via.PAPER})

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        now, reads = timezone.now(), ReadsTold(answers["reads"])
        telling = Telling.objects.select_for_update().filter(pk=basis.person_id).first()
        telling = telling or Telling(person_id=basis.person_id)
        if telling.reads != reads:
            telling.reads, telling.reads_since = reads, now
        quarterly = answers["quarterly"] == "yes"
        telling.quarterly_since = (telling.quarterly_since or now) if quarterly else None
        telling.save()
        return Effect(facts=telling_facts(telling))


def telling_facts(telling: Telling | None) -> list[tuple[str, str]]:
    """How a person is told, in words; None: they chose nothing yet."""
    reads = str(ReadsTold(telling.reads).label) if telling else _("rien de choisi : aucun message")
    quarterly = telling is not None and telling.quarterly_since is not None
    return [
        (_("Quand quelqu’un d’autre lit"), reads),
        (_("Accès en urgence"), _("toujours prévenu")),
        (_("Relevé chaque trimestre"), _("oui") if quarterly else _("non")),
    ]
