"""The order of a read that matters: lock the basis, journal, commit, and only then send (design §8).

An end of the basis takes the same row FOR UPDATE: so no read follows an acknowledged end.
"""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

from consent import journal
from consent.acts.base import Fact
from consent.bases import Basis, BasisRefused, lock_basis
from consent.wall import opened

T = TypeVar("T")


def read(basis: Basis, code: str, facts: list[Fact] | Callable[[], list[Fact]], fetch: Callable[[], T]) -> T:
    """What `fetch` returns, once the basis was checked and the read is in the journal for good.

    `facts` say what is read; a function is asked for them once the basis is locked. `fetch` runs inside the
    transaction and must return finished values (no lazy queryset, no stream that reads the database later).
    Raises `BasisRefused`, which is journaled too.
    """
    try:
        with opened(basis.person_id), transaction.atomic():
            lock_basis(basis, code)
            journal.write_read(basis, code, facts() if callable(facts) else facts)
            return fetch()
    except BasisRefused as refused:
        journal.write_refused(basis, code, refused)
        raise
