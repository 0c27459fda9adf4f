"""Who a person is, what they agreed to, who may do what, and the trace of it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Registers the acts and the doors of consent."""

    name = "consent"

    def ready(self) -> None:
        from consent import erasure, own_readers, readers  # noqa: F401
        from consent.acts import consent, contact, emergency, grant, share_code, space  # noqa: F401
        from consent.doors import online  # noqa: F401
