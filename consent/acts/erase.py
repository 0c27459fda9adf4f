"""The act that erases at once: it ends the 30 days early, or erases a space that was closed and kept."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import outbox
from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.registry import register
from consent.acts.space import ABOUT
from consent.bases import Basis, Via
from consent.forms.base import ActForm
from consent.forms.erase import EraseSpaceForm
from consent.models import Person, Space, SpaceState


@register
class EraseSpace(Act):
    """Erase everything now. The space must have been closed before: nobody erases an open one by one click too many.

    Traceless: a receipt under the key that is about to be destroyed would be a receipt of nothing. Erasing itself
    follows the act (`consent/erasure.py`): within the minute, or as the visit in which it was asked ends.
    """

    code = "space.erase"
    about = ABOUT
    label = gettext_lazy("Effacer mon espace tout de suite")
    button = gettext_lazy("Tout effacer")
    sentence = gettext_lazy("effacer tout de suite mon espace fermé, sans retour possible")
    form_class = EraseSpaceForm
    bases = frozenset({Via.SELF, Via.MANDATE, Via.PAPER})
    notifies = False
    traceless = True

    def offered(self, state: SpaceState | None) -> bool:
        return state in (SpaceState.KEPT, SpaceState.ERASING)

    def summary(self, basis: Basis, form: ActForm) -> list[Fact]:
        return [*_facts(), *form.facts()]

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        space = Space.objects.select_for_update().filter(pk=basis.person_id).first()
        if space is None:
            raise BusinessError(gettext_lazy("Il n’y a pas d’espace à effacer."))
        if space.state not in (SpaceState.KEPT, SpaceState.ERASING):
            raise BusinessError(gettext_lazy("Votre espace est encore ouvert : fermez-le d’abord."))
        space.state, space.erase_after = SpaceState.ERASING, timezone.now()
        space.save(update_fields=["state", "erase_after"])
        outbox.put("erase-now", space.pk, space.pk)
        return Effect(facts=_facts(), answer_to=_answer_to(basis))


def _facts() -> list[Fact]:
    return [
        (_("Décision"), _("tout effacer tout de suite")),
        (_("Quand"), _("dans la minute, ou dès la fin de la visite au guichet")),
        (_("Ce qui reste"), _("des traces que plus personne ne peut lire, et votre refus si vous en avez un")),
    ]


def _answer_to(basis: Basis) -> list[str]:
    """Where the receipt of a posted form goes: the address is read before it is erased."""
    person = Person.objects.get(pk=basis.person_id)
    if basis.via is not Via.PAPER or person.never_write_home or not person.address:
        return []
    return [person.addressee, *person.address_lines]
