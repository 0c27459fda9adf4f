"""The house: settings, addresses, accounts, public pages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Makes the Celery application known to every process, and checks that no demonstration is left open."""

    name = "portal"

    def ready(self) -> None:
        # The web process must know the broker too: without the application, `delay` would look for another one.
        # The middleware listens to sign-ins: it must be there before the first one, whoever makes it.
        from portal import celery, middleware  # noqa: F401
        from portal.demo import checks  # noqa: F401
