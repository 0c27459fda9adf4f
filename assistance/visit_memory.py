"""What is remembered of a visit while it lasts, sealed in the cache and never in a table.

The identity that was typed at the start, so that it need not be typed again; and the receipts of acts that leave
no name (a refusal), whose traces lead neither to the person nor to the visit.
"""

import json
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q

from assistance.models import Visit
from assistance.models.visit import IDLE
from consent.crypto import service_open, service_seal
from consent.models import JournalEntry


def remember_typed(visit_id: UUID, typed: dict[str, str]) -> None:
    """Keep the identity answers, as text."""
    _put("typed", visit_id, typed)


def typed_identity(visit_id: UUID) -> dict[str, str]:
    """The identity answers typed at the start, while the visit lasts; else nothing."""
    return _get("typed", visit_id) or {}


def remember_nameless(visit_id: UUID, receipt_id: UUID) -> None:
    """Keep that this receipt belongs to this visit: its trace does not say so."""
    _put("nameless", visit_id, [*map(str, nameless_receipts(visit_id)), str(receipt_id)])


def nameless_receipts(visit_id: UUID) -> list[UUID]:
    """The receipts without name of this visit, while it lasts."""
    return [UUID(receipt_id) for receipt_id in _get("nameless", visit_id) or []]


def entries_of(visit: Visit) -> list[JournalEntry]:
    """The traces of a visit with their receipts, oldest first. The wall is open for its person."""
    mine = Q(visit_id=visit.pk)
    if nameless := nameless_receipts(visit.pk):
        mine |= Q(receipt__in=nameless)
    return list(JournalEntry.objects.filter(mine).select_related("receipt").order_by("at", "id"))


def keep_alive(visit_id: UUID) -> None:
    """The visit is still going on: remember for 10 minutes more."""
    for what in ("typed", "nameless"):
        cache.touch(_key(what, visit_id), IDLE.total_seconds())


def forget(visit_id: UUID) -> None:
    """The visit is over. Its sheet can be printed for 10 minutes more, with what was done without a name."""
    cache.delete(_key("typed", visit_id))
    cache.touch(_key("nameless", visit_id), IDLE.total_seconds())


def _put(what: str, visit_id: UUID, value: Any) -> None:
    cache.set(_key(what, visit_id), service_seal(json.dumps(value).encode(), visit_id.bytes), IDLE.total_seconds())


def _get(what: str, visit_id: UUID) -> Any:
    sealed = cache.get(_key(what, visit_id))
    return json.loads(service_open(sealed, visit_id.bytes)) if sealed else None


def _key(what: str, visit_id: UUID) -> str:
    return f"visit-{what}:{visit_id}"
