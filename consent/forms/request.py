"""Forms of the answers to a request for access."""

from consent.forms.base import ActForm
from consent.forms.grant import ScopeFields


class AcceptRequestForm(ScopeFields):
    """What is opened is chosen anew: nothing of what was asked is ticked beforehand."""


class DeclineRequestForm(ActForm):
    """The request is the act's target: nothing else is asked."""
