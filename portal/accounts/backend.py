"""Signing in by e-mail address, found by its blind index."""

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from portal.accounts.user import User


class EmailBackend(ModelBackend):
    """Checks a password. An unknown account costs as much time as a known one, so it is not told apart."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The account of this hidden user name (see `username_of`) if the password is right and it is active."""
        if not username or password is None:
            return None
        user = User.objects.filter(username=username).first()
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def get_user(self, user_id: UUID) -> User | None:
        """The account of a session, and in the same statement whether it has a second factor: `has_totp`."""
        totp = Authenticator.objects.filter(user_id=OuterRef("pk"), type=Authenticator.Type.TOTP)
        user = User.objects.select_related("professional").annotate(has_totp=Exists(totp)).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
