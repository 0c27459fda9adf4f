"""Where a receipt or a blank form is printed: the app that prints says so here, so that consent never imports it."""

from collections.abc import Callable
from uuid import UUID

# The name of the door, the row that its addresses name if any, the receipt.
PrintUrl = Callable[[str, UUID | None, UUID], str]
_printers: list[PrintUrl] = []


def print_receipts(where: PrintUrl) -> PrintUrl:
    """Decorator: this function says where a receipt is printed, by its door and its id."""
    _printers.append(where)
    return where


FormUrl = Callable[[str], str]
_form_printers: list[FormUrl] = []


def print_forms(where: FormUrl) -> FormUrl:
    """Decorator: this function says where the blank form of an act is printed, by its code."""
    _form_printers.append(where)
    return where


def form_url(code: str) -> str:
    """The address of the blank form of an act; empty where nothing prints."""
    return next((url for where in _form_printers if (url := where(code))), "")


def print_url(door: str, right_id: UUID | None, receipt_id: UUID) -> str:
    """The address of the receipt as PDF; empty where nothing prints."""
    return next((url for where in _printers if (url := where(door, right_id, receipt_id))), "")


HistoryUrl = Callable[[str, UUID | None], str]
_history_printers: list[HistoryUrl] = []


def print_history(where: HistoryUrl) -> HistoryUrl:
    """Decorator: this function says where the person's history is had as PDF; the page adds its filters."""
    _history_printers.append(where)
    return where


def history_url(door: str, right_id: UUID | None) -> str:
    """The address of a person's history as PDF, through this door; empty where nothing prints."""
    return next((url for where in _history_printers if (url := where(door, right_id))), "")
