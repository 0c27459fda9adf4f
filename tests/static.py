"""Styles under their own names, where no server hands out those that carry a hash."""

from typing import Any


def plain_static(settings: Any) -> None:
    """Pages name their styles as the files are named; `settings` is the fixture, which puts all back."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
