"""How long things are kept: rules as data, each with its source, applied by the clock (GDPR, article 5.1.e).

A rule says what, how long, why, how what is due is found across persons (by ids alone) and how one row goes. Upper apps
add theirs. The person whose row goes sees that in their history, except where it was only a copy.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from consent import journal
from consent.bases import Basis, Via
from consent.models import Person
from consent.wall import opened

log = logging.getLogger(__name__)

Words = str | Promise
Due = list[tuple[UUID, UUID | None]]  # the row, and the person it is about
MOST = 5000  # rows of one rule in one run: the next run takes the rest
YEAR = timedelta(days=365, hours=6)


@dataclass(frozen=True)
class Rule:
    """One rule. `find` takes the hour before which a row is due, and how many at most; it is None for what ends by itself.

    `remove` takes one row, the wall open for its person, in a transaction, and says whether it went. `told`: its
    person sees that in their history.
    """

    code: str
    what: Words
    kept: timedelta
    kept_words: Words
    source: Words
    find: Callable[[datetime, int], Due] | None = None
    remove: Callable[[UUID], bool] | None = None
    told: bool = True


@dataclass
class Result:
    """What one rule did, or would do: rows gone (or due), and persons whose rows could not go this time."""

    rule: Rule
    rows: int = 0
    failed: int = 0
    persons: set[UUID] = field(default_factory=set)


_rules: dict[str, Rule] = {}


def add_rule(rule: Rule) -> Rule:
    """Register a rule. Its code must be new."""
    if rule.code in _rules:
        raise ValueError(f"two rules are called {rule.code}")
    _rules[rule.code] = rule
    return rule


def all_rules() -> list[Rule]:
    """Every rule, in the order in which they were registered."""
    return list(_rules.values())


def found_by(function: str) -> Callable[[datetime, int], Due]:
    """A finder that asks this function of the database: `function(at, most)` answers rows and persons."""

    def find(at: datetime, most: int) -> Due:
        with connection.cursor() as cursor:
            cursor.callproc(function, [at, most])
            return cursor.fetchall()

    return find


def deleted(model: type[models.Model]) -> Callable[[UUID], bool]:
    """A remover for rows that go as they are."""
    return lambda row_id: bool(model._default_manager.filter(pk=row_id).delete()[0])


def run(*, dry: bool = False, now: datetime | None = None) -> list[Result]:
    """Apply every rule, or only count what is due. One failure stops no other."""
    return [apply(rule, dry=dry, now=now) for rule in all_rules()]


def apply(rule: Rule, *, dry: bool = False, now: datetime | None = None) -> Result:
    """Apply one rule, person by person, each in a transaction of its own; what is about nobody, row by row."""
    result = Result(rule)
    if rule.find is None:
        return result
    due = rule.find((now or timezone.now()) - rule.kept, MOST)
    if dry:
        result.rows = len(due)
        return result
    for person_id, rows in _by_person(due):
        try:
            gone = _remove(rule, person_id, rows)
        except Exception as error:  # the next run tries again; the text of the error may name the person
            log.error("retention: %s could not be applied (%s)", rule.code, type(error).__name__)
            result.failed += 1
            continue
        result.rows += gone
        if gone and person_id is not None:
            result.persons.add(person_id)
    return result


def _by_person(due: Due) -> Iterator[tuple[UUID | None, list[UUID]]]:
    found: dict[UUID | None, list[UUID]] = defaultdict(list)
    for row_id, person_id in due:
        if person_id is None:
            yield None, [row_id]
        else:
            found[person_id].append(row_id)
    yield from found.items()


def _remove(rule: Rule, person_id: UUID | None, rows: list[UUID]) -> int:
    assert rule.remove is not None
    with transaction.atomic(), opened(person_id):
        # A code that was a decoy belongs to a person who does not exist: there is nobody to tell.
        person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first() if person_id else None
        gone = sum(rule.remove(row_id) for row_id in rows)
        if gone and rule.told and person is not None:
            with override("fr"):
                facts = [(_("Quoi"), str(rule.what)), (_("Combien"), str(gone)), (_("Gardé"), str(rule.kept_words))]
            basis = Basis(Via.SERVICE, person_id, journal.machine())
            journal.write_event(basis, "retention.removed", facts, person_id=person_id)
        return gone
