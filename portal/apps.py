"""The house: settings, addresses, accounts, public pages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Makes the Celery application known to every process, and checks that no demonstration is left open."""

    name = "portal"

    def ready(self) -> None:
        # The web process must know the broker too: without the application, `delay` would look for another one.
        # The middleware notes the hour of each sign-in, from the first one on.
        from portal import celery, middleware  # noqa: F401
        from portal.accounts import mfa, retention_rules  # noqa: F401
        from portal.demo import checks  # noqa: F401
