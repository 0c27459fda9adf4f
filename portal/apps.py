"""The house: settings, addresses, accounts, public pages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The house: settings, addresses, accounts, public pages."""

    name = "portal"
