"""How long accounts and sessions are kept."""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.retention import YEAR, Due, Rule, add_rule
from portal.accounts.user import User


def unused(at: datetime, most: int) -> Due:
    """Accounts without a person, a role or a right, that nobody has signed in to since then."""
    idle = Q(last_login__lte=at) | Q(last_login__isnull=True, created_at__lte=at)
    found = User.objects.filter(
        idle, person_id__isnull=True, professional__isnull=True, groups__isnull=True, is_superuser=False,
        counteruserobjectpermission__isnull=True, establishmentuserobjectpermission__isnull=True,
    ).exclude(email_sealed=b"")  # fmt: skip
    return [(pk, None) for pk in found.order_by("created_at").values_list("pk", flat=True)[:most]]


def forget_account(user_id: UUID) -> bool:
    """The account goes; of one that answered or attested for somebody, whatever says who holds it.

    What names it may lie behind the wall of anyone: the database alone can tell.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            gone = User.objects.filter(pk=user_id).delete()[0]
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            return bool(gone)
    except IntegrityError:
        user = User.objects.select_for_update().get(pk=user_id)
        Authenticator.objects.filter(user=user).delete()
        user.forget()
        user.save()
        return True


add_rule(
    Rule(
        "accounts",
        what=_("Comptes en ligne qui ne sont reliés à personne, et où personne ne vient"),
        kept=2 * YEAR,
        kept_words=_("2 ans après la dernière connexion"),
        source=_("RGPD, article 5.1.e, et la recommandation de la CNIL pour les comptes inactifs"),
        find=unused,
        remove=forget_account,
    )
)
add_rule(
    Rule(
        "sessions",
        what=_("Sessions des personnes connectées"),
        kept=timedelta(seconds=settings.SESSION_COOKIE_AGE),
        kept_words=_("30 minutes sans activité, 12 heures en tout"),
        source=_("Recommandation de l’ANSSI sur l’authentification ; elles s’éteignent d’elles-mêmes"),
    )
)
