"""Texts of rows that belong to no person: sealed under the master keyset, each bound to its row and column."""

from django.db import models

from consent.crypto.master import service_open, service_seal


def sealed_text(column: str, doc: str) -> property:
    """A text kept sealed in this binary column of its row; empty where nothing is kept. `doc`: what it is."""

    def getter(row: models.Model) -> str:
        return open_text(row, column)

    def setter(row: models.Model, value: str) -> None:
        seal_text(row, column, value)

    return property(getter, setter, doc=doc)


def open_text(row: models.Model, column: str) -> str:
    """What is sealed in this column; empty where nothing is. Raises `tink.TinkError` if it was changed or moved."""
    sealed = bytes(getattr(row, column))
    return service_open(sealed, _context(row, column)).decode() if sealed else ""


def seal_text(row: models.Model, column: str, value: str) -> None:
    """Put this text in the column, without saving. Moved to another row or column it does not open."""
    setattr(row, column, service_seal(value.strip().encode(), _context(row, column)))


def _context(row: models.Model, column: str) -> bytes:
    return f"{row._meta.label}:{column}:{row.pk}".encode()
