"""What is kept for a person, and how it is read."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Registers the acts and the panels of records."""

    name = "records"

    def ready(self) -> None:
        from consent.acts.registry import discover
        from records import panels  # noqa: F401

        discover("records.acts")
