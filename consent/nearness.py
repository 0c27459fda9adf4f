"""Whether a reader from the staff may be close to the person: the same family name, the same place of work.

It is asked when the read is written, for only then are both names readable. What it finds is told to the person, in
words, and to the auditor as one bare code: the database never says which of the two it was.

It cannot see a relative of another name, a name that the reader does not use at work, a colleague whose account is
not linked to their own space, nor anyone met outside.
"""

from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.bases import Basis
from consent.models import EstablishmentUserObjectPermission, Person
from consent.models.journal_entry import ActorKind
from consent.traits import normalise_name

STAFF = frozenset({ActorKind.PROFESSIONAL, ActorKind.AGENT, ActorKind.CLERK})
Tie = Callable[[Basis], Promise | None]
_ties: list[Tie] = []


def tells_tie(tie: Tie) -> Tie:
    """Decorator: this function says, in words, how the reader of this basis may be close to its person, or None.

    The wall is open for the person; the reader is one of the staff and has an account.
    """
    _ties.append(tie)
    return tie


def ties_of(basis: Basis) -> list[Promise]:
    """How the reader of this basis may be close to its person; nothing for whoever is not of the staff."""
    if basis.person_id is None or basis.actor.id is None or basis.actor.kind not in STAFF:
        return []
    return [words for tie in _ties if (words := tie(basis)) is not None]


@tells_tie
def same_name(basis: Basis) -> Promise | None:
    """The person's birth or used name is in the reader's, as whole words."""
    person = Person.objects.filter(pk=basis.person_id).first()
    if person is None:
        return None
    reader = f" {normalise_name(_name_of(basis))} "
    names = [normalise_name(name) for name in (person.birth_name, person.used_name) if name]
    return _("il porte le même nom de famille que vous") if any(f" {name} " in reader for name in names) else None


def _name_of(basis: Basis) -> str:
    if basis.actor.words is not None:
        return basis.actor.words.name
    reader = get_user_model().objects.filter(pk=basis.actor.id).first()
    return reader.name if reader else ""


@tells_tie
def same_establishment(basis: Basis) -> Promise | None:
    """The account that is linked to the person works in an establishment of the reader."""
    if basis.actor.kind != ActorKind.PROFESSIONAL:
        return None
    working = EstablishmentUserObjectPermission.objects
    of_the_person = working.filter(user__person_id=basis.person_id).values("content_object")
    if working.filter(user=basis.actor.id, content_object__in=of_the_person).exists():
        return _("il travaille au même endroit que vous")
    return None
