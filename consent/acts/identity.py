"""What acts that may meet a person for the first time share."""

from django.utils.translation import gettext_lazy as _

from consent.acts.base import Answers, BusinessError
from consent.acts.perform import advisory_lock
from consent.bases import Basis, Via
from consent.forms.identity import contact_of, traits_of
from consent.models import Channel, IdentityLevel, Person
from consent.models.person import create_person, find_confirmed
from consent.traits import Traits


def lock_identity(traits: Traits) -> None:
    """Hold the lock on these traits: opening, refusing and giving a mandate for one identity take turns."""
    advisory_lock("identity", traits.fingerprint().hex())


def identity_of(basis: Basis, answers: Answers) -> Traits:
    """The traits of the person the act is about: those on record, or those just given. Locks the identity."""
    known = basis.person_id is not None
    traits = Person.objects.get(pk=basis.person_id).traits if known else traits_of(answers)
    lock_identity(traits)
    return traits


def new_person(basis: Basis, traits: Traits, answers: Answers) -> Person:
    """The row of a person who has none. Raises `BusinessError` if a checked identity has these traits already.

    What is typed online by oneself is only declared: it neither takes nor reveals somebody's place.
    """
    level = IdentityLevel.DECLARED if basis.via is Via.SELF else IdentityLevel.CONFIRMED
    if level is IdentityLevel.CONFIRMED and find_confirmed(traits):
        raise BusinessError(
            _(
                "Une personne avec ces mêmes nom, prénoms, date et lieu de naissance est déjà enregistrée : cherchez-la d’abord."
            ),
            "birth_name",
        )
    contact = contact_of(answers)
    if not contact.get("channel"):
        contact["channel"] = Channel.COUNTER
    return create_person(traits, level=level, contact=contact, used_name=answers.get("used_name") or "")
