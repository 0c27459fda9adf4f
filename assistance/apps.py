"""How people without internet are served."""

from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    """How people without internet are served."""

    name = "assistance"
