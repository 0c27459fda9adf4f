"""Answers that take the same time whether or not somebody exists."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SAME_TIME = 0.4  # seconds: longer than either way takes


@contextmanager
def same_time() -> Iterator[None]:
    """The block takes `SAME_TIME` at least; use it around a search whose refusal must tell nothing."""
    started = time.monotonic()
    try:
        yield
    finally:
        time.sleep(max(0.0, SAME_TIME - (time.monotonic() - started)))
