"""What is kept for a person, and how it is read."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What is kept for a person, and how it is read."""

    name = "records"
