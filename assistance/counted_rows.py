"""What stands in one state (letters, mails), as the pages of a list ask for it."""

from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection

Row = TypeVar("Row")


class StateRows(Generic[Row]):
    """Rows counted once and fetched by the page: what Django's paginator asks of a list.

    `query` takes the state, how many and from where; `row` makes one row of its columns.
    """

    def __init__(self, query: str, row: Callable[..., Row], state: str, many: int) -> None:
        self.query, self.row, self.state, self.many = query, row, state, many

    def count(self) -> int:
        """How many there are."""
        return self.many

    def __len__(self) -> int:
        return self.many

    def __getitem__(self, part: slice) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(self.query, [self.state, part.stop - part.start, part.start])
            return [self.row(*columns) for columns in cursor.fetchall()]
