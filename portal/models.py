"""The models of the house."""

from portal.accounts.user import User

__all__ = ["User"]
