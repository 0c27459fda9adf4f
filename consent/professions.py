"""What each profession can at most be shown: a ceiling and a suggestion, never an opening (design §5)."""

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consent.models.grant import Category

TABLE = Path(__file__).parent / "data/professions.csv"


@dataclass(frozen=True)
class Profession:
    """One line of the table: its name, the words by which the directory names it, what it can at most be shown."""

    name: str
    english: str
    stems: frozenset[str]
    categories: tuple[Category, ...]

    @property
    def label(self) -> str:
        """Its name, in the language of the page."""
        return self.english if (get_language() or "fr").startswith("en") else self.name

    @property
    def content(self) -> str:
        """What it can at most be shown, in words."""
        return ", ".join(str(category.label) for category in self.categories)


@cache
def professions() -> tuple[Profession, ...]:
    """The whole table, read once a process."""
    with TABLE.open(encoding="utf-8") as file:
        return tuple(
            Profession(
                row["profession"],
                row["english"],
                frozenset(row["stems"].split()),
                tuple(Category(value) for value in row["categories"].split()),
            )
            for row in csv.DictReader(file)
        )


def profession_of(words: str) -> Profession | None:
    """The line of a profession as the directory writes it ("Médecin généraliste"); None when it has none."""
    plain = unicodedata.normalize("NFKD", words.casefold()).encode("ascii", "ignore").decode()
    first = plain.split()[0].strip(",;:") if plain.split() else ""
    return next((profession for profession in professions() if first in profession.stems), None)


def ceiling(words: str) -> frozenset[Category]:
    """What a member of this profession can at most be shown; nothing for a profession that the table does not know."""
    found = profession_of(words)
    return frozenset(found.categories) if found else frozenset()


def at_most(words: str, *, everything: bool) -> list[tuple[str, str]]:
    """The ceiling of a profession in words, where an access to everything opens less than everything."""
    found = profession_of(words)
    if not everything or found is None or len(found.categories) == len(Category):
        return []
    return [(_("Au plus, pour sa profession"), found.content)]
