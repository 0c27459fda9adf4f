"""Log lines without personal data: what may name a person, or let somebody in, is replaced before it is written."""

import logging
import re
from types import TracebackType

from django.conf import settings

HIDDEN = "[…]"
# What must not be read in a log, wherever it comes from. Addresses of pages carry references only, which stay.
_SECRETS = [
    re.compile(r"(?<=/invitation/)[^/\s\"']+"),
    re.compile(r"(?<=/password/reset/)[0-9a-f-]{36}/[^/\s\"']+"),
    re.compile(r"(?<=\?)[^\s\"'<>)\]]+=[^\s\"'<>)\]]*"),  # query strings
    re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"),  # e-mail addresses
    re.compile(r"\b[1-478]\d{4}(\d\d|2[ABab])\d{6}(\d\d)?\b"),  # social security numbers
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),  # user and password of a server
    re.compile(r"(?=[\w-]*[A-Z])(?=[\w-]*\d)(?<![\w-])[\w-]{40,}(?![\w-])"),  # random tokens
    re.compile(r"(?<=DETAIL:).*"),  # PostgreSQL repeats the row
    re.compile(r"(?<=CONTEXT:).*"),
]


def without_secrets(text: str) -> str:
    """The text, with each secret or personal thing that has a known form replaced."""
    for pattern in _SECRETS:
        text = pattern.sub(HIDDEN, text)
    return text


class LineFormatter(logging.Formatter):
    """One format for every process. An exception is told by its type and its place, not by its words.

    The words of an exception may repeat what somebody typed; they are kept only with DEBUG.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        # Celery puts the words of a task's exception among the arguments of its line.
        if isinstance(record.args, dict) and "exc" in record.args and not settings.DEBUG:
            kind = str(record.args["exc"]).partition("(")[0]
            hidden = {name: HIDDEN for name in ("args", "kwargs", "traceback") if name in record.args}
            record.args = {**record.args, **hidden, "exc": kind}
        # Text that another formatter has made already would bring the words back.
        record.exc_text = None
        return without_secrets(super().format(record))

    def formatException(self, ei: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
        if settings.DEBUG:
            return super().formatException(ei)
        lines, error = [], ei[1]
        while error is not None:
            lines.append(_place(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n  after ".join(lines)


def _place(error: BaseException) -> str:
    """The type of an exception and the functions that it went through, innermost last."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"    {code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    kind = type(error)
    return "\n".join([f"{kind.__module__}.{kind.__qualname__}", *frames])
