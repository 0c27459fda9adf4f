"""From an upload to what is known of it, and to the encrypted file store."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from assistance.paper.codes import Code, ForeignCode, read_code
from assistance.scans.check import Recognised, type_of
from assistance.scans.sandbox import examine
from consent.crypto import files


def recognise(upload: UploadedFile) -> Recognised:
    """What the scan is and which of our codes are on it. Raises `ScanRefused`.

    A code of ours counts only when its keyed check is right; every other QR is counted as foreign.
    """
    content_type = type_of(upload)
    pages, texts = examine(upload, content_type)
    codes: dict[Code, None] = {}
    foreign = 0
    for text in texts:
        try:
            codes[read_code(text)] = None
        except ForeignCode:
            foreign += 1
    return Recognised(content_type, pages, tuple(codes), foreign)


def store_scan(upload: UploadedFile, *, person_id: UUID | None, folder: str) -> str:
    """Keep a scan that was recognised, encrypted; its name in the file store. The wall is open for the person."""
    upload.seek(0)
    return files.store(upload.chunks(), person_id=person_id, folder=folder)
