"""allauth, made to hold no e-mail address of its own."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """No address rows, no messages that name the account, sign-up by our own page."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("L’adresse ou le mot de passe n’est pas juste."),
        "too_many_login_attempts": _("Trop d’essais. Attendez quelques minutes, puis recommencez."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """allauth's own sign-up stays closed: `portal.accounts.pages.sign_up` does it."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Everyone goes by the sorting page."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def add_message(self, *args: object, **kwargs: object) -> None:
        """allauth's messages repeat the user name: the pages themselves say what happened."""
