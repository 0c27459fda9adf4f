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
            endings,
            erasing,
            explanations,
            journal_faults,
            letters,
            mailing,
            mailroom,
            nearness,
            panels,
            printing,
            retention_rules,
            summary,
            told,
            trace,
        )
        from assistance.doors import counter, paper  # noqa: F401
        from assistance.pages import own_receipt, own_trace  # noqa: F401
        from consent.acts.registry import discover

        discover("assistance.acts")
