"""Objects sent between a batch and its workers: a length in 8 bytes, then the object pickled.

Both ends are our own processes; nothing from outside ever goes through here.
"""

import pickle
import struct
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">Q")


def send(stream: BinaryIO, thing: Any) -> None:
    """Write one object. Raises `OSError` when the other end is gone."""
    raw = pickle.dumps(thing)
    stream.write(_LENGTH.pack(len(raw)))
    stream.write(raw)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read one object. Raises `EOFError` when the other end is gone."""
    length = _LENGTH.unpack(_exactly(stream, _LENGTH.size))[0]
    return pickle.loads(_exactly(stream, length))  # noqa: S301 our own process wrote it


def _exactly(stream: BinaryIO, size: int) -> bytes:
    raw = stream.read(size)
    if len(raw) < size:
        raise EOFError
    return raw
