"""Files that lie encrypted in the file store, at any size in constant memory (design §8).

A file is `MAGIC ‖ length of the wrapped key (2 bytes, big-endian) ‖ wrapped key ‖ stream`. Its key is its own,
wrapped by the person's AEAD (by the master's when it is about nobody); the stream is Tink's
AES256-GCM-HKDF in segments of 1 MiB. Both are bound to the file's name and person: a file that was cut,
altered, renamed or given to someone else does not open. See docs/decisions/0004-files.md.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

import tink
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from tink import aead, proto_keyset_format, streaming_aead

from consent.crypto.master import master_aead
from consent.crypto.person_key import person_aead
from consent.wall import opened

MAGIC = b"PGFILE1\n"
CHUNK = 64 * 1024
WAITING = "waiting"
_FOLDER = re.compile(r"[a-z][a-z-]{0,30}")


class FileUnreadable(Exception):
    """The file is not there, or is not the one that was stored under this name for this person."""


def store(chunks: Iterable[bytes], *, person_id: UUID | None, folder: str) -> str:
    """Encrypt what `chunks` gives and keep it in `folder`; the name under which it can be read.

    The wall must be open for the person. The name is random; nothing is seen under it before the whole
    file is there. Raises what `chunks` raises, `OSError` when the store is full or away, and then leaves nothing.
    """
    if not _FOLDER.fullmatch(folder):
        raise ValueError(f"a folder is one lower-case word: {folder!r}")
    name = f"{folder}/{uuid4().hex}"
    wrapper, context = _wrapper(name, person_id)
    path = _waiting_file()
    try:
        _encrypt(chunks, path, wrapper, context)
        with path.open("rb") as ciphertext:
            if default_storage.save(name, _Ciphertext(ciphertext, path)) != name:
                raise FileExistsError(f"{name} is taken")
    finally:
        path.unlink(missing_ok=True)
    return name


def read(name: str, person_id: UUID | None) -> "Plaintext":
    """The file's content, as an iterator of chunks of at most 64 KiB that can outlive the wall.

    The key is read now, while the wall is open; the chunks need neither wall nor database. Raises
    `FileUnreadable` at once when the file is missing or is another's, and while reading when it was cut or
    altered further on; `KeyDestroyed` after an erasure.
    """
    wrapper, context = _wrapper(name, person_id)
    try:
        source = default_storage.open(name, "rb")
    except FileNotFoundError as error:
        raise FileUnreadable("the file is missing") from error
    try:
        return Plaintext(source, _key_of(source, wrapper, context), context)
    except BaseException:
        source.close()
        raise


def delete(name: str) -> None:
    """Remove the file. Doing it again, or for no name at all, does nothing."""
    if name:
        default_storage.delete(name)


def move(name: str, *, person_id: UUID | None, to: UUID) -> str:
    """Re-encrypt a file of `person_id` for the person `to`; its new name.

    The wall must be open for `person_id` if there is one; it is opened here for `to`. The old file goes when the
    transaction commits, so that a row that still names it never points at nothing.
    """
    with read(name, person_id) as plaintext, opened(to):
        moved = store(plaintext, person_id=to, folder=name.partition("/")[0])
    transaction.on_commit(lambda: delete(name))
    return moved


def delete_older(folder: str, age: timedelta) -> int:
    """Remove the files of `folder` that were stored longer than `age` ago; their number.

    For folders in which nothing lives longer: what is left there was cut off between the file and its row.
    """
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    gone = 0
    for name in names:
        with suppress(FileNotFoundError):
            if default_storage.get_modified_time(f"{folder}/{name}") < timezone.now() - age:
                delete(f"{folder}/{name}")
                gone += 1
    return gone


def check_writable() -> None:
    """Write, read back and remove a small file: for the service's own health. Raises what fails."""
    name = store([MAGIC], person_id=None, folder="health")
    try:
        if b"".join(read(name, None)) != MAGIC:
            raise FileUnreadable("the store gave back something else")
    finally:
        delete(name)


class Plaintext(Iterator[bytes]):
    """What a stored file says, chunk by chunk; closing it closes the store's file."""

    def __init__(self, source: BinaryIO, key: tink.KeysetHandle, context: bytes) -> None:
        self._source = source
        self._stream = key.primitive(streaming_aead.StreamingAead).new_decrypting_stream(source, context)

    def __next__(self) -> bytes:
        try:
            chunk = self._stream.read(CHUNK)
        except tink.TinkError as error:
            self.close()
            raise FileUnreadable("the file was cut or altered") from error
        if not chunk:
            self.close()
            raise StopIteration
        return chunk

    def close(self) -> None:
        """Close the file in the store."""
        self._stream.close()
        self._source.close()

    def __enter__(self) -> "Plaintext":
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()


class _Ciphertext(File):
    """A finished file beside the store's own: a store on disk renames it, any other one uploads it."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        super().__init__(file, name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


def _wrapper(name: str, person_id: UUID | None) -> tuple[aead.Aead, bytes]:
    """The AEAD that wraps the file's key, and what both are bound to."""
    wrapper = person_aead(person_id) if person_id else master_aead()
    return wrapper, f"file|{name}|{person_id}".encode()


def _encrypt(chunks: Iterable[bytes], path: Path, wrapper: aead.Aead, context: bytes) -> None:
    streaming_aead.register()
    key = tink.new_keyset_handle(streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB)
    wrapped = proto_keyset_format.serialize_encrypted(key, wrapper, context)
    with path.open("wb") as file:
        file.write(MAGIC + len(wrapped).to_bytes(2, "big") + wrapped)
        # Closing the stream writes its last segment, and closes what it writes to: hence a second handle.
        with os.fdopen(os.dup(file.fileno()), "wb") as target:
            file.flush()
            with key.primitive(streaming_aead.StreamingAead).new_encrypting_stream(target, context) as stream:
                for chunk in chunks:
                    stream.write(chunk)
        os.fsync(file.fileno())


def _key_of(source: BinaryIO, wrapper: aead.Aead, context: bytes) -> tink.KeysetHandle:
    streaming_aead.register()
    if source.read(len(MAGIC)) != MAGIC:
        raise FileUnreadable("this is not a stored file")
    wrapped = source.read(int.from_bytes(source.read(2), "big"))
    try:
        return proto_keyset_format.parse_encrypted(wrapped, wrapper, context)
    except (tink.TinkError, ValueError) as error:
        raise FileUnreadable("the file is another's, or was altered") from error


def _waiting_file() -> Path:
    """An empty file, where possible on the disk of the store: the last step is then one rename."""
    try:
        folder: str | None = default_storage.path(WAITING)
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except NotImplementedError:  # what a store that is no disk (S3) answers when asked for a path
        folder = None
    descriptor, path = tempfile.mkstemp(dir=folder)
    os.close(descriptor)
    return Path(path)
