"""What is kept for a person, and how it is read."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Registers the acts and the panels of records."""

    name = "records"

    def ready(self) -> None:
        from consent.acts.registry import discover
        from consent.trace.seen import tells_of
        from records import panels  # noqa: F401
        from records.models.emergency_sheet import PARTS

        discover("records.acts")
        for part in PARTS:
            tells_of(part.category, part.title)
