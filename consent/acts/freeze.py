"""A death freezes the space: nobody enters any more, nobody acts; heirs write to the service (CSP, L1110-4)."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect
from consent.acts.registry import register
from consent.acts.space import ABOUT
from consent.bases import Basis, Via
from consent.days import day_words
from consent.forms.freeze import FreezeForm, UnfreezeForm
from consent.models import Person
from consent.models.representation import EndReason
from consent.models.space import SpaceState
from consent.readers import hold_readers
from consent.representing_ends import end_all


@register
class FreezeSpace(Act):
    """Report a death, on a death certificate that a clerk sees. The basis of everyone else ends with it.

    The linked account is closed: nobody signs in any more as who has died.
    """

    code = "space.freeze"
    about = ABOUT
    label = gettext_lazy("Signaler un décès")
    button = gettext_lazy("Geler l’espace")
    sentence = gettext_lazy("(seul le service courrier gèle un espace, sur un acte de décès)")
    form_class = FreezeForm
    bases = frozenset({Via.PAPER})
    notifies = False

    def offered(self, state: SpaceState | None) -> bool:
        return False

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        person = Person.objects.get(pk=basis.person_id)
        if person.frozen_at:
            raise BusinessError(gettext_lazy("Ce décès est déjà noté : l’espace est gelé."))
        if answers["died_on"] < person.birth_date:
            raise BusinessError(gettext_lazy("Le décès serait avant la naissance. Vérifiez la date."), "died_on")
        hold_readers(person.pk)
        person.died_on, person.frozen_at = answers["died_on"], timezone.now()
        person.save(update_fields=["died_on", "frozen_at"])
        get_user_model().objects.filter(person_id=person.pk).update(is_active=False)
        ended = end_all(person.pk, EndReason.DEATH, basis)
        return Effect(
            facts=[
                (_("Espace"), _("gelé : personne n’y entre plus")),
                (_("Date du décès"), day_words(answers["died_on"])),
                (_("Document vu"), answers["document"]),
                (_("Représentations terminées"), str(ended)),
                (_("Les héritiers"), _("écrivent au service courrier, en disant pourquoi (article L1110-4)")),
            ]
        )


@register
class UnfreezeSpace(Act):
    """Take back a death that was reported by mistake. The representations that ended with it do not come back."""

    code = "space.unfreeze"
    about = ABOUT
    label = gettext_lazy("Signaler que je suis en vie")
    button = gettext_lazy("Rendre l’espace à la personne")
    sentence = gettext_lazy("(la personne vient elle-même, ou écrit)")
    form_class = UnfreezeForm
    bases = frozenset({Via.PRESENCE, Via.PAPER})

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        person = Person.objects.get(pk=basis.person_id)
        if not person.frozen_at:
            raise BusinessError(gettext_lazy("Aucun décès n’est noté pour cette personne."))
        person.died_on, person.frozen_at = None, None
        person.save(update_fields=["died_on", "frozen_at"])
        get_user_model().objects.filter(person_id=person.pk).update(is_active=True)
        return Effect(
            facts=[
                (_("Espace"), _("rendu à la personne")),
                (_("Représentations"), _("celles qui ont pris fin le restent")),
            ]
        )
