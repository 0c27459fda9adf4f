"""Forms of the acts that suspend the space and resume it: there is nothing to ask."""

from consent.forms.base import ActForm


class SuspendSpaceForm(ActForm):
    """The space is the person's only one."""


class ResumeSpaceForm(ActForm):
    """The space is the person's only one."""
