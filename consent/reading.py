"""The order of a read that matters: lock the basis, journal, commit, and only then send (design §8).

An end of the basis takes the same row FOR UPDATE: so no read follows an acknowledged end.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy, override

from consent import journal
from consent.acts.base import Fact
from consent.bases import Basis, BasisRefused, lock_basis
from consent.crypto.person_key import KeyDestroyed
from consent.models import JournalEntry
from consent.models.journal_entry import Outcome
from consent.wall import opened

T = TypeVar("T")
# Coming back to a page within this time is the same look.
ONE_LOOK = timedelta(minutes=10)


def read(
    basis: Basis,
    code: str,
    facts: list[Fact] | Callable[[], list[Fact]],
    fetch: Callable[[], T],
    *,
    once: bool = False,
    under: str = "",
) -> T:
    """What `fetch` returns, once the basis was checked and the read is in the journal for good.

    `facts` say what is read; a function is asked for them once the basis is locked. `fetch` runs inside the
    transaction and must return finished values (no lazy queryset, no stream that reads the database later).
    `once`: looking again within ten minutes, with the same facts, is the same look.
    `under`: the act whose page this is, where the basis is for that act and not for the reading.
    Raises `BasisRefused`, which is journaled too.
    """
    try:
        with opened(basis.person_id), transaction.atomic():
            lock_basis(basis, under or code)
            # One record for everyone, whatever the language of who reads.
            with override("fr"):
                said = facts() if callable(facts) else facts
            if not (once and looked(basis, code, said)):
                journal.write_read(basis, code, said)
            return fetch()
    except BasisRefused as refused:
        journal.write_refused(basis, code, refused)
        raise
    except KeyDestroyed as gone:
        raise BasisRefused(gettext_lazy("Il n’y a plus rien à lire : la personne a fait effacer son espace.")) from gone


def looked(basis: Basis, code: str, facts: list[Fact]) -> bool:
    """Whether the same staff read the same thing a moment ago; that read is in the journal already."""
    with opened(basis.person_id):
        latest = JournalEntry.objects.filter(
            person_id=basis.person_id, code=code, outcome=Outcome.DONE, actor_id=basis.actor.id,
            via=basis.via, visit_id=basis.visit_id, at__gt=timezone.now() - ONE_LOOK,
        )  # fmt: skip
        kept = journal.kept_facts(facts)
        return any(entry.details["facts"] == kept for entry in latest)
