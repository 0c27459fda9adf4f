"""Who a person is, what they agreed to, who may do what, and the trace of it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Registers the acts and the doors of consent."""

    name = "consent"

    def ready(self) -> None:
        from consent import erasure  # noqa: F401
        from consent.acts import consent, contact, grant, space  # noqa: F401
        from consent.acts import contest, rights  # noqa: F401  # isort: skip
        from consent.doors import online  # noqa: F401
