"""A forgotten password: a link sent by e-mail, good for one hour and one use.

Every address gets the same answer in the same time: the worker is asked whether or not there is an account.
"""

from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.http import base36_to_int
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.user import User

LASTS = 3600  # seconds


class ResetToken(PasswordResetTokenGenerator):
    """Changes with the password and with each sign-in, so that a link serves once."""

    key_salt = "portal.accounts.reset"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{user.pk}{user.password}{user.last_login}{timestamp}{user.is_active}"


token = ResetToken()


def user_of(user_id: UUID, given: str) -> User | None:
    """The account of a link that is still good, or None."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not token.check_token(user, given):
        return None
    return user if _age(given) <= LASTS else None


def _age(given: str) -> int:
    return token._num_seconds(token._now()) - base36_to_int(given.split("-")[0])


@shared_task
def send_link(user_id: str, language: str) -> None:
    """Send the link to this account, if there is one."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    path = reverse("account_reset_password_key", args=[user.pk, token.make_token(user)])
    with override(language):
        send_mail(
            _("Plein gré : choisir un nouveau mot de passe"),
            _(
                "Bonjour,\n\nQuelqu’un a demandé un nouveau mot de passe pour votre compte. Si c’est vous, suivez ce "
                "lien dans l’heure :\n%s\n\nSi ce n’est pas vous, ne faites rien : votre mot de passe ne change pas.\n\n"
                "Plein gré"
            )
            % f"{settings.SITE_URL}{path}",
            None,
            [user.email],
        )
