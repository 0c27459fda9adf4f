"""Faults to plant in the service, each of which the plays of the whole model must find: by what each would ignore."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.utils import timezone

from consent import bases, readers, representing, sharing
from consent.acts import hiding as hiding_acts
from consent.acts import representation_on_proof
from consent.models import Category, Grant, access_request
from consent.models.grant import standing_grants
from consent.trace import seen


class Everything(frozenset[str]):
    """What contains whatever is asked."""

    def __contains__(self, _asked: object) -> bool:
        return True


NO_GRANT = SimpleNamespace(objects=SimpleNamespace(in_force=Grant.objects.none))
ALIVE_OR_NOT = "(SELECT s.state FROM consent_space s WHERE s.person_id = r.person_id)"
ACTING_OR_NOT = readers._REPRESENTS.replace("n.ended_at IS NULL", "false")


def _never_by_date(_starts_at: datetime, _ends_at: datetime | None, ended_at: datetime | None = None) -> bool:
    return ended_at is None


def _a_year_later(day: date) -> datetime:
    return timezone.now() + timedelta(days=365)


def _all_that_stands(basis: Any) -> Any:
    return standing_grants(basis.person_id)


def _in(path: str, *value: Any, **how: Any) -> Callable[[], Any]:
    return lambda: mock.patch(path, *value, **how)


def _of(where: Any, name: str, *value: Any, **how: Any) -> Callable[[], Any]:
    return lambda: mock.patch.object(where, name, *value, **how)


FAULTS: dict[str, Callable[[], Any]] = {
    # What professionals read.
    "a block": _of(readers.GrantProvider, "blocked", "false"),
    "a block that holds in an emergency too": _of(readers.EmergencyProvider, "blocked", "false"),
    "the end date of an access": _of(readers, "stands", return_value=True),
    "the end of a team": _in("consent.acts.care_team.Grant", NO_GRANT),
    "the ceiling of a profession": _of(readers, "ceiling", return_value=frozenset(Category)),
    "a death, when a professional reads": _of(readers, "_SPACE", ALIVE_OR_NOT),
    "that who acts for someone reads nothing else of theirs": _of(readers, "_REPRESENTS", ACTING_OR_NOT),
    "the sixth try at a code": _of(sharing, "TRIES", 50),
    "thirty days of silence": _of(access_request, "SILENCE", timedelta(days=3000)),
    "that nobody opens a space to themselves": _in("consent.acts.grant.oneself_among", return_value=None),
    # What others do, and read, for someone.
    "a death, when somebody acts": _of(bases, "refuse_if_frozen"),
    "a suspended space": _of(bases, "suspension_stops", return_value=False),
    "what a representative may do": _of(representing, "ALWAYS", Everything(representing.ALWAYS)),
    "the end date of a representation": _of(representing, "stands", _never_by_date),
    "the 18th birthday": _of(representation_on_proof, "MAJORITY", 19),
    "the end of a guardianship": _of(representation_on_proof, "_after", _a_year_later),
    "that a judgment is for the judge": _of(representation_on_proof, "_refuse_other_kinds"),
    "that the visit is with somebody else": _in("assistance.bases.lock_visit"),
    # What is kept from those who represent.
    "that a child of 15 may hide": _of(hiding_acts, "OWN_CARE", 18),
    "that a child of 14 may not": _of(hiding_acts, "_refuse_under_15"),
    "what is hidden of the sheet, from 15 to 18 too": _in(
        "records.pages.represented_sheet.categories_seen", return_value=frozenset(Category)
    ),
    "a hidden access, on a page": _in("consent.own.space.grants_seen", _all_that_stands),
    "a hidden access, in an act": _in("consent.acts.grant.grants_seen", _all_that_stands),
    "a hidden access, in the history": _of(seen.Kept, "_learn_accesses"),
}
