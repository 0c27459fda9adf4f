"""The notices as files: one folder a version, `notice.toml` and one text a language.

`{name}`, `{address}`, `{phone}` and `{dpo}` in a text stand for the operator's values in `notice.toml`.
They are filled in once, when the notice is loaded: what is stored, hashed and shown is the whole text.
"""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from consent.models.notice import NoticeLanguage

FOLDER = Path(__file__).resolve().parent / "notices"
OPERATOR = ("name", "address", "phone", "dpo")
_VERSION = re.compile(r"[A-Za-z0-9-]{1,20}")
_PLACE = re.compile(r"\{(\w*)\}")


class NoticeFileError(Exception):
    """A file of a notice is missing or cannot be used; the message names it."""


@dataclass(frozen=True)
class NoticeFile:
    """One version in one language, as its files say it."""

    version: str
    language: str
    title: str
    body: str
    published_on: date

    @property
    def sha256(self) -> bytes:
        """The hash (32 bytes) of the UTF-8 bytes of the body."""
        return hashlib.sha256(self.body.encode()).digest()


def read_notices(folder: Path = FOLDER) -> list[NoticeFile]:
    """Every version in every language, oldest folder first. Raises `NoticeFileError`."""
    return [notice for path in sorted(folder.iterdir()) if path.is_dir() for notice in read_version(path)]


def read_version(folder: Path) -> list[NoticeFile]:
    """One version in its three languages. Raises `NoticeFileError`."""
    if not _VERSION.fullmatch(folder.name):
        raise NoticeFileError(f"{folder.name}: a version is at most 20 letters, digits and hyphens")
    about = _about(folder / "notice.toml")
    if about["version"] != folder.name:
        raise NoticeFileError(f"{folder.name}: notice.toml says version {about['version']!r}")
    return [
        NoticeFile(
            version=folder.name,
            language=language,
            title=about["titles"][language],
            body=_body(folder / f"{language}.md", about["operator"]),
            published_on=about["published"],
        )
        for language in NoticeLanguage.values
    ]


def _about(path: Path) -> dict[str, Any]:
    try:
        about = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise NoticeFileError(f"{_short(path)}: {error}") from error
    texts = [about.get("version"), about.get("changes")]
    texts += [_inside(about, "titles", language) for language in NoticeLanguage.values]
    texts += [_inside(about, "operator", key) for key in OPERATOR]
    published = about.get("published")
    if not all(isinstance(text, str) and text for text in texts):
        raise NoticeFileError(f"{_short(path)}: version, changes, titles and {OPERATOR} must be texts")
    if not isinstance(published, date) or isinstance(published, datetime):
        raise NoticeFileError(f"{_short(path)}: published is a date, like 2026-11-02")
    return about


def _inside(about: dict[str, Any], table: str, key: str) -> object:
    values = about.get(table)
    return values.get(key) if isinstance(values, dict) else None


def _body(path: Path, operator: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in OPERATOR:
            raise NoticeFileError(f"{_short(path)}: {match[0]} is none of {OPERATOR}")
        return operator[match[1]]

    text = _PLACE.sub(value, _text(path))
    if not text.strip():
        raise NoticeFileError(f"{_short(path)}: empty")
    return text


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise NoticeFileError(f"{_short(path)}: {error}") from error
    if "\0" in text:
        raise NoticeFileError(f"{_short(path)}: a NUL byte cannot be stored")
    return text


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
