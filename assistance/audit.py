"""What the auditor looks at, and the trace that each of their looks leaves.

A look about a person is in that person's journal; one about none (a queue, the account of staff) is an entry about
nobody. Both are the auditor's own, on « Mes regards ». Persons are told by their number, never by name.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import emergency, explanations
from consent.acts.base import Fact
from consent.bases import VIA_WORDS, Actor, Basis, Via
from consent.models import EmergencyAccess, Explanation, JournalEntry
from consent.models.journal_entry import ActorKind, Outcome
from consent.pseudonyms import pseudonym_of
from consent.reading import read
from consent.trace import history

T = TypeVar("T")
# Whose name the auditor is shown: whoever works with other people's data.
STAFF = frozenset({ActorKind.PROFESSIONAL, ActorKind.AGENT, ActorKind.CLERK, ActorKind.AUDITOR})


# -- Looking --------------------------------------------------------------------------------------


def look(
    user: AbstractBaseUser, code: str, facts: list[Fact], fetch: Callable[[], T], *, person_id: UUID | None = None
) -> T:
    """What `fetch` returns, once this look is in the journal: of `person_id`, or of nobody.

    Coming back to the same within ten minutes is the same look. Raises `BasisRefused`.
    """
    basis = Basis(Via.SERVICE, person_id, Actor(ActorKind.AUDITOR, user.pk))
    return read(basis, code, facts, fetch, once=True)


# -- Entries, without their content -----------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What stands in the clear of one entry. `pseudonym` is empty for an entry about nobody, or someone erased."""

    entry_id: UUID
    person_id: UUID | None
    pseudonym: str | None
    at: datetime
    nature: str
    code: str
    outcome: str
    via: str
    actor_kind: str
    actor_id: UUID | None
    counter_number: int | None
    reference: str

    @property
    def what(self) -> str:
        """What was done, or tried."""
        return history.what_words(self.code)

    @property
    def refused(self) -> bool:
        """Whether it was refused."""
        return self.outcome == Outcome.REFUSED

    @property
    def how(self) -> str:
        """By what kind of basis, and the reference of its paper."""
        # The words of bases are said to the person; these are for somebody else.
        words = str(HOW.get(self.via) or VIA_WORDS.get(self.via, self.via))
        return f"{words} ({self.reference})" if self.reference else words

    @property
    def whom(self) -> str:
        """About whom, in words."""
        if self.pseudonym:
            return self.pseudonym
        return _("personne effacée") if self.person_id else _("aucune en particulier")


HOW: dict[str, Promise] = {
    Via.SERVICE: gettext_lazy("par le service"),
    Via.GRANT: gettext_lazy("par un accès que la personne a donné"),
}


def entries(function: str, wanted: UUID | str, most: int, past: int = 0) -> list[Found]:
    """What one of the functions `audit_…` of the database finds, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}(%s, %s, %s)", [wanted, most, past])  # noqa: S608 our own names
        return [Found(*row) for row in cursor.fetchall()]


def names_of(actors: Iterable[tuple[str, UUID | None]]) -> dict[UUID, str]:
    """The names of those of these actors (kind, account) who are staff, in one query."""
    wanted = {actor_id for kind, actor_id in actors if actor_id is not None and kind in STAFF}
    users = get_user_model().objects.select_related("professional").filter(pk__in=wanted) if wanted else []
    return {user.pk: str(user.professional) if user.professional else user.name for user in users}


def who_words(kind: str, actor_id: UUID | None, counter_number: int | None, names: dict[UUID, str]) -> str:
    """Who acted: their kind, with the name of staff and the counter of an agent."""
    words = str(history.ACTOR_WORDS.get(kind, kind))
    if counter_number is not None:
        words = _("%(who)s (guichet %(number)d)") % {"who": words, "number": counter_number}
    # By the kind, not by the account alone: staff are patients too, and their name beside their number would name it.
    name = names.get(actor_id) if actor_id and kind in STAFF else None
    return f"{name}, {words}" if name else words


def looks_of(user: AbstractBaseUser, most: int, past: int) -> list[tuple[Found, list[Fact]]]:
    """This auditor's own looks, the newest first, with what they say where they are about nobody."""
    found = entries("audit_looks", user.pk, most, past)
    about_nobody = JournalEntry.objects.in_bulk([entry.entry_id for entry in found if entry.person_id is None])
    return [
        (entry, [tuple(fact) for fact in about_nobody[entry.entry_id].details["facts"]])
        if entry.entry_id in about_nobody
        else (entry, [])
        for entry in found
    ]


# -- One emergency access ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownAccess:
    """One emergency access as it is reviewed: who, when, why, what was opened and when; nothing of what was read."""

    access: EmergencyAccess
    pseudonym: str
    reads: list[tuple[datetime, str]]
    explanations: list[Explanation]


MOST_READS = 100


def open_access(user: AbstractBaseUser, access_id: UUID) -> ShownAccess:
    """Read one emergency access: a look that its person sees, once in ten minutes.

    Raises `EmergencyAccess.DoesNotExist`, and `BasisRefused`, which is journaled.
    """
    basis = emergency.review_basis(access_id, user)

    @cache
    def access() -> EmergencyAccess:
        return EmergencyAccess.objects.select_related("professional").get(pk=access_id)

    def facts() -> list[Fact]:
        return [(gettext_lazy("Accès d’urgence"), lazy(lambda: access().words, str)())]

    def fetch() -> ShownAccess:
        # Opened here, while the key is at hand.
        _opened = access().reason, access().contest, access().review
        about = explanations.of_access(access_id)
        return ShownAccess(access(), pseudonym_of(access().person_id), _reads_during(access()), about)

    return read(basis, "emergency.looked", facts, fetch, once=True)


def _reads_during(access: EmergencyAccess) -> list[tuple[datetime, str]]:
    """When the space was read by this access, and what kind of thing: the facts of the entries stay closed."""
    rows = JournalEntry.objects.filter(
        person_id=access.person_id, via=Via.EMERGENCY, outcome=Outcome.DONE, at__gte=access.started_at,
        at__lte=access.ended_at or access.ends_at,
        actor_id__in=get_user_model().objects.filter(professional=access.professional_id).values("pk"),
    ).order_by("at", "id").values_list("at", "code")[:MOST_READS]  # fmt: skip
    return [(timezone.localtime(at), history.what_words(code)) for at, code in rows]
