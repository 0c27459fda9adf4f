"""Whether a reader from the staff may be close to the person: the same family name, the same place of work.

It is asked when the read is written, for only then are both names readable. What it finds is told to the person, in
words, and to the auditor as one bare code: the database never says which of the two it was.

It cannot see a relative of another name, a name that the reader does not use at work, a colleague whose account is
not linked to their own space, nor anyone met outside.
"""

from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.db.models import Exists, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent.bases import Basis
from consent.models import EstablishmentUserObjectPermission, Person
from consent.models.journal_entry import ActorKind
from consent.traits import normalise_name

STAFF = frozenset({ActorKind.PROFESSIONAL, ActorKind.AGENT, ActorKind.CLERK})
SAME_NAME = _("il porte le même nom de famille que vous")
SAME_PLACE = _("il travaille au même endroit que vous")

Beside = Callable[[Basis], Exists | None]
_beside: list[Beside] = []


def works_beside(condition: Beside) -> Beside:
    """Decorator: this function gives the condition under which the reader of a basis works where its person does.

    None where it cannot be, for the kind of this reader. The person's account is the one that is linked to them.
    """
    _beside.append(condition)
    return condition


def ties_of(basis: Basis) -> list[Promise]:
    """How the reader of this basis may be close to its person; nothing for whoever is not of the staff.

    The wall is open for the person.
    """
    if basis.person_id is None or basis.actor.id is None or basis.actor.kind not in STAFF:
        return []
    beside = Q()
    for condition in _beside:
        if (found := condition(basis)) is not None:
            beside |= Q(found)
    account = get_user_model().objects.filter(pk=basis.actor.id).values("name_sealed")
    people = Person.objects.annotate(is_beside=beside or Q(pk=None), reader_sealed=Subquery(account))
    person = people.filter(pk=basis.person_id).first()
    if person is None:
        return []
    return [words for words, tied in ((SAME_NAME, _same_name(basis, person)), (SAME_PLACE, person.is_beside)) if tied]


def _same_name(basis: Basis, person: Person) -> bool:
    """The person's birth or used name is in the reader's, as whole words."""
    reader = f" {normalise_name(_name_of(basis, person.reader_sealed))} "
    return any(f" {normalise_name(name)} " in reader for name in (person.birth_name, person.used_name) if name)


def _name_of(basis: Basis, sealed: bytes | None) -> str:
    if basis.actor.words is not None:
        return basis.actor.words.name
    return get_user_model()(pk=basis.actor.id, name_sealed=sealed).name if sealed else ""


@works_beside
def same_establishment(basis: Basis) -> Exists | None:
    """In an establishment of the reader, who is a professional."""
    if basis.actor.kind != ActorKind.PROFESSIONAL:
        return None
    working = EstablishmentUserObjectPermission.objects
    places = working.filter(user=basis.actor.id).values("content_object")
    return Exists(working.filter(user__person_id=basis.person_id, content_object__in=places))
