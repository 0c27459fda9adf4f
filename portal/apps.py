"""The house: settings, addresses, accounts, public pages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Makes the Celery application known to every process, so that the web asks the worker by the right broker."""

    name = "portal"

    def ready(self) -> None:
        from portal import celery  # noqa: F401
