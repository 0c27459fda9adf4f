"""Pages of a journal that cost the same whatever its length: numbered up to a thousand lines, then from a place on."""

import re
from datetime import UTC, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Q

NUMBERED = 1000
PLACE = re.compile(r"(\d{1,17})-([0-9a-f-]{36})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class JournalPaginator(Paginator):
    """Pages of entries ordered by `-at, id`: at most a thousand lines are counted and numbered."""

    @cached_property
    def _found(self) -> int:
        return self.object_list[: NUMBERED + 1].count()

    @property
    def count(self) -> int:
        """How many are numbered."""
        return min(self._found, NUMBERED)

    @property
    def goes_on(self) -> bool:
        """Whether there are more than those."""
        return self._found > NUMBERED

    def older(self, page: Page) -> str:
        """The place from which one goes on after the last numbered page; empty elsewhere."""
        if page.has_next() or not self.goes_on:
            return ""
        last = list(page.object_list)[-1]
        return f"{(last.at - EPOCH) // timedelta(microseconds=1)}-{last.pk}"


def after(at: datetime, pk: UUID) -> Q:
    """The entries that come after this one in the order of the pages."""
    # The first condition is what the index goes by; the second says it exactly.
    return Q(at__lte=at) & (Q(at__lt=at) | Q(id__gt=pk))


def older_than(place: str) -> Q | None:
    """The entries after this place in the order of the pages; None when it is none."""
    found = PLACE.fullmatch(place)
    try:
        return after(EPOCH + timedelta(microseconds=int(found[1])), UUID(found[2]))
    except (TypeError, ValueError, OverflowError):
        return None
