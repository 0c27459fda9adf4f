"""An account. Nothing in its row can be read without the master keyset: not the e-mail, not the name."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from consent.crypto import blind_index
from consent.crypto.sealed import open_text, seal_text, sealed_text


class AccountExists(Exception):
    """There is an account with this e-mail address already."""


def username_of(email: str) -> str:
    """The hidden user name of an e-mail address: the hex of its blind index."""
    return blind_index("email", email.strip().lower()).hex()


class UserManager(BaseUserManager["User"]):
    """Makes accounts and finds them by e-mail address."""

    def by_email(self, email: str) -> "User | None":
        """The account with this e-mail address, or None."""
        return self.filter(username=username_of(email)).first()


class User(AbstractBaseUser, PermissionsMixin):
    """An account, found by the blind index of its e-mail address. `person_id` is the person it is linked to,
    `professional` the health professional whose account it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=64, unique=True)
    email_sealed = models.BinaryField(default=bytes)
    name_sealed = models.BinaryField(default=bytes)
    name = sealed_text("name_sealed", "The name shown to colleagues; may be empty.")
    person_id = models.UUIDField(null=True, unique=True)
    professional = models.OneToOneField(
        "consent.Professional", null=True, on_delete=models.PROTECT, related_name="account"
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email_sealed"

    @property
    def email(self) -> str:
        """The e-mail address, decrypted."""
        return open_text(self, "email_sealed")

    @email.setter
    def email(self, value: str) -> None:
        self.username = username_of(value)
        seal_text(self, "email_sealed", value)

    def forget(self) -> None:
        """Empty the account, without saving: nobody signs in to it, and nothing says whose it was."""
        self.username = self.pk.hex
        self.email_sealed = self.name_sealed = b""
        self.is_active = False
        self.set_unusable_password()

    @property
    def is_staff(self) -> bool:
        """Nobody: there is no administration site over persons' data."""
        return False

    def __str__(self) -> str:
        return str(self.pk)


def create_account(email: str, password: str, name: str = "", **fields: Any) -> User:
    """A new account. Raises `AccountExists` when the e-mail address has one already."""
    user = User(**fields)
    user.email = email
    user.name = name
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise AccountExists from error
    return user
