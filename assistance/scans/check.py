"""What a scan may be: a PDF, a JPEG or a PNG by its content, of a reasonable size."""

from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.paper.codes import Code

MOST_PAGES = 20
# The first bytes of each type: nothing may stand before them, so that a file is of one type only.
BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}

REFUSALS: dict[str, Promise] = {
    "empty": _("Ce fichier est vide. Numérisez de nouveau le papier."),
    "large": _("Ce fichier est trop lourd : 20 Mo au plus. Numérisez en gris, à 200 points par pouce."),
    "type": _("Ce fichier n’est ni un PDF, ni une image JPEG ou PNG. Numérisez le papier dans un de ces formats."),
    "damaged": _("Ce fichier est abîmé ou incomplet : il ne peut pas être lu. Numérisez de nouveau le papier."),
    "locked": _("Ce PDF est protégé par un mot de passe. Numérisez de nouveau le papier, sans protection."),
    "pages": _("Ce PDF a trop de pages : 20 au plus. Envoyez seulement le papier signé."),
    "pixels": _("Cette image est trop grande. Numérisez le papier à 200 ou 300 points par pouce."),
    "active": _(
        "Ce PDF contient autre chose que des pages (programme ou fichier joint). Numérisez le papier lui-même."
    ),
    "heavy": _("Ce fichier demande trop de temps ou de mémoire pour être lu. Numérisez de nouveau le papier, en gris."),
}


class ScanRefused(Exception):
    """This file cannot serve as a scan. `message` says why and what to do; `status` is that of the answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = REFUSALS[reason]
        self.status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if reason == "large" else HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True)
class Recognised:
    """A scan that was read: its type, its pages, our codes on it (each once, in order), and how many of others."""

    content_type: str
    pages: int
    codes: tuple[Code, ...]
    foreign: int


def type_of(upload: UploadedFile) -> str:
    """The type of the file by its first bytes. Raises `ScanRefused` for what is empty, too large or of another type."""
    if not upload.size:
        raise ScanRefused("empty")
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise ScanRefused("large")
    upload.seek(0)
    beginning = upload.read(8)
    upload.seek(0)
    for mark, content_type in BEGINNINGS.items():
        if beginning.startswith(mark):
            return content_type
    raise ScanRefused("type")
