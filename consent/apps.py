"""Who a person is, what they agreed to, who may do what, and the trace of it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Registers the acts and the doors of consent."""

    name = "consent"

    def ready(self) -> None:
        from consent import (  # noqa: F401
            erasure,
            own_cases,
            readers,
            representing_ends,
            retention_rules,
        )
        from consent.acts.registry import discover
        from consent.doors import online, represented  # noqa: F401

        discover("consent.acts")
