"""How people without internet are served."""

from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    """Registers the bases, the doors and the acts of assistance."""

    name = "assistance"

    def ready(self) -> None:
        from assistance import (  # noqa: F401
            bases,
            case_letters,
            emergency,
            erasing,
            letters,
            mailing,
            mailroom,
            panels,
            printing,
            trace,
        )
        from assistance import retention_rules  # noqa: F401  # isort: skip
        from assistance.doors import counter, paper  # noqa: F401
        from assistance.pages import own_receipt  # noqa: F401
        from consent.acts.registry import discover

        discover("assistance.acts")
