"""Who a person is, what they agreed to, who may do what, and the trace of it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Registers the acts and the doors of consent."""

    name = "consent"

    def ready(self) -> None:
        from consent import erasure, representing_ends  # noqa: F401
        from consent.acts import consent, contact, freeze, grant, hiding, representation, representation_on_proof, space  # noqa: F401  # noqa: F401
        from consent.doors import online, represented  # noqa: F401
