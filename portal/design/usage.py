"""What the pages really use of a stylesheet: their classes, elements, attributes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

APPS = ("portal", "assistance", "records", "consent")
# What Django's own widgets write, which no template of ours names.
OF_WIDGETS = frozenset({"input", "select", "textarea", "option", "optgroup"})
OF_THE_PAGE = frozenset({"html", "body"})
WIDGET_WORDS = frozenset({"type", "text", "radio", "checkbox", "file", "email", "tel", "password", "number"})

CLASS = re.compile(r"\b(?:fr|pg)-[\w-]+")
OPEN_CLASS = re.compile(r"\b((?:fr|pg)-[\w-]+-)\{[{%]")  # fr-alert--{{ kind }}: all that begin so
ELEMENT = re.compile(r"<([a-z][a-z0-9]*)\b")
WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Usage:
    """The names that pages use; a selector that needs any other name can never match."""

    classes: frozenset[str]
    prefixes: tuple[str, ...]
    elements: frozenset[str]
    words: frozenset[str]

    def has_class(self, name: str) -> bool:
        """Say whether some page may carry this class."""
        return name in self.classes or name.startswith(self.prefixes)

    def has_class_like(self, start: str) -> bool:
        """Say whether some page may carry a class that begins so."""
        return any(name.startswith(start) for name in (*self.classes, *self.prefixes))


def usage_of(markup: Iterable[str], code: Iterable[str] = ()) -> Usage:
    """Collect the names used in templates (`markup`) and in Python that names classes (`code`)."""
    pages = "\n".join(markup)
    named = pages + "\n".join(code)
    return Usage(
        classes=frozenset(CLASS.findall(named)),
        prefixes=tuple(sorted(set(OPEN_CLASS.findall(pages)))),
        elements=frozenset(ELEMENT.findall(pages)) | OF_WIDGETS | OF_THE_PAGE,
        words=frozenset(WORD.findall(pages)) | WIDGET_WORDS,
    )


def site_usage() -> Usage:
    """What this site's templates and code use. Sheets printed as PDF have styles of their own."""
    base = Path(settings.BASE_DIR)
    templates = (path for path in (base / "templates").rglob("*.html") if "paper" not in path.parts)
    modules = (path for app in APPS for path in (base / app).rglob("*.py") if "design" not in path.parts)
    return usage_of((path.read_text() for path in templates), (path.read_text() for path in modules))
