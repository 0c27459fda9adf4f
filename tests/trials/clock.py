"""A clock that a trial moves: what the service takes for now, and nothing else of it, is replaced.

The service asks one function of Django's for the hour, and its rights are never compared with the database's clock. A
birthday is a date under the person's key: it cannot be brought nearer by moving rows back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from unittest import mock

TICK = timedelta(microseconds=1)


class _IsDatetime(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


class Clock:
    """`at` is now; each look moves it by a microsecond, so that what comes later is later."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self, tz: tzinfo | None = None) -> datetime:
        self.at += TICK
        return self.at.astimezone(tz or UTC)

    @contextmanager
    def running(self) -> Iterator[None]:
        """The service's hour is this one until the end of the block."""
        stand_in = _IsDatetime("datetime", (), {"now": self.now})
        with mock.patch("django.utils.timezone.datetime", stand_in):
            yield
