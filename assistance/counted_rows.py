"""A list whose rows are counted once and fetched by the page: what Django's paginator asks for."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection

Row = TypeVar("Row")


class CountedRows(Generic[Row]):
    """`many` rows; `fetch` answers so many of them, from a place on."""

    def __init__(self, fetch: Callable[[int, int], list[Row]], many: int) -> None:
        self.fetch, self.many = fetch, many

    def count(self) -> int:
        """How many there are."""
        return self.many

    def __len__(self) -> int:
        return self.many

    def __getitem__(self, part: slice) -> list[Row]:
        return self.fetch(part.stop - part.start, part.start)


def rows_of(query: str, row: Callable[..., Row], parameters: Sequence[Any], many: int) -> CountedRows[Row]:
    """The rows of a query, each made by `row` of its columns; how many and from where are its last parameters."""

    def fetch(most: int, offset: int) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(query, [*parameters, most, offset])
            return [row(*columns) for columns in cursor.fetchall()]

    return CountedRows(fetch, many)
