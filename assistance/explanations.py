"""Telling a professional that the auditor asks them something: a mail that says where to read it, and of nobody."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from consent import outbox
from consent.explanations import TOPIC
from consent.models import Explanation, OutboxItem


@outbox.handles(TOPIC)
def tell(item: OutboxItem) -> None:
    """Write to the professional's account; nothing where there is none, or where the question was answered."""
    asked = Explanation.objects.filter(pk=item.subject_id, answered_at=None).first()
    if asked is None:
        return
    user = get_user_model().objects.filter(professional=asked.professional_id, is_active=True).first()
    if user is None or not user.email:
        return
    url = settings.SITE_URL + reverse("records:care-explanation", args=[asked.pk])
    with override("fr"):
        send_mail(
            _("Plein gré : le délégué à la protection des données vous demande une explication"),
            _("Bonjour,\n\nLe délégué à la protection des données vous pose une question. Connectez-vous pour la lire et y répondre :\n%s\n\nPlein gré")
            % url,
            None,
            [user.email],
        )  # fmt: skip
