"""How long accounts and sessions are kept."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent.retention import YEAR, Due, Rule, add_rule, deleted
from portal.accounts.user import User


def unused(at: datetime, most: int) -> Due:
    """Accounts without a person, a role or a right, that nobody has signed in to since then."""
    idle = Q(last_login__lte=at) | Q(last_login__isnull=True, created_at__lte=at)
    found = User.objects.filter(idle, person_id__isnull=True, groups__isnull=True, is_superuser=False)
    return [(pk, None) for pk in found.order_by("created_at").values_list("pk", flat=True)[:most]]


add_rule(
    Rule(
        "accounts",
        what=_("Comptes en ligne qui ne sont reliés à personne, et où personne ne vient"),
        kept=2 * YEAR,
        kept_words=_("2 ans après la dernière connexion"),
        source=_("RGPD, article 5.1.e, et la recommandation de la CNIL pour les comptes inactifs"),
        find=unused,
        remove=deleted(User),
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
