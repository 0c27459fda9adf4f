"""Who a person is, what they agreed to, who may do what, and the trace of it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Registers the acts and the doors of consent."""

    name = "consent"

    def ready(self) -> None:
        from consent import erasure, readers, representing_ends, retention_rules  # noqa: F401
        from consent.acts.registry import discover
        from consent.doors import online, represented  # noqa: F401
        from consent.own import cases  # noqa: F401

        discover("consent.acts")
