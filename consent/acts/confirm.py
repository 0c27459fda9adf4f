"""The act by which an identity that was only declared is checked."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect
from consent.acts.identity import lock_identity
from consent.acts.registry import register
from consent.acts.space import refuse_if_refused
from consent.bases import Basis, Via
from consent.confirming import find_declared
from consent.forms.confirm import ConfirmIdentityForm
from consent.forms.identity import traits_of
from consent.models import IdentityDocument, IdentityLevel, Person
from consent.models.person import find_confirmed
from consent.models.space import SpaceState
from consent.wall import opened

ALREADY = gettext_lazy(
    "Un dossier vérifié existe déjà pour cette identité, et deux dossiers ne se mélangent pas. La personne ferme et "
    "efface l’espace ouvert en ligne, puis relie son compte par un code reçu par courrier."
)


@register
class ConfirmIdentity(Act):
    """Have one's identity checked: what asks for a checked identity opens, in the space opened online."""

    code = "identity.confirm"
    about = gettext_lazy("Mon identité")
    label = gettext_lazy("Faire vérifier mon identité")
    button = gettext_lazy("L’identité est vérifiée")
    sentence = gettext_lazy("(un mandat ne suffit pas : la pièce d’identité doit être vue)")
    form_class = ConfirmIdentityForm
    bases = frozenset({Via.PRESENCE, Via.PAPER})
    creates_person = True

    def offered(self, state: SpaceState | None) -> bool:
        return state is None

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        # Whom a counter or the mail service knows by name has a checked identity already.
        if basis.person_id is not None:
            raise BusinessError(ALREADY)
        person_id = _declared(answers)
        with opened(person_id):
            person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
            lock_identity(person.traits)
            refuse_if_refused(person.traits)
            if find_confirmed(person.traits):
                raise BusinessError(ALREADY)
            person.level = IdentityLevel.CONFIRMED
            person.save(update_fields=["level"])
        document = IdentityDocument(answers["document"]).label
        return Effect(
            facts=[(_("Identité"), _("vérifiée")), (_("Pièce d’identité vue"), document)], person_id=person_id
        )


def _declared(answers: Answers) -> UUID:
    """The person whose space was opened online in this name, with this code. Raises `BusinessError` without one."""
    person_id = find_declared(traits_of(answers), answers["code"])
    if person_id is None:
        raise BusinessError(
            gettext_lazy(
                "Ce code n’est celui d’aucun espace ouvert en ligne avec cette identité. Relisez le code ; si l’identité "
                "donnée en ligne n’est pas exactement celle de la pièce, la personne ferme cet espace et en ouvre un autre."
            ),
            "code",
        )
    return person_id
