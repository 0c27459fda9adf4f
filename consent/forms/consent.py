"""Forms of the acts on optional uses."""

from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import OneBoxField
from consent.models.consent import OPTIONAL_PURPOSES

_CHOICES = [(purpose.value, purpose.label) for purpose in OPTIONAL_PURPOSES]


class GiveConsentForm(ActForm):
    """One use at a time."""

    purpose = OneBoxField(label=_("Quel usage acceptez-vous ?"), choices=_CHOICES)


class WithdrawConsentForm(ActForm):
    """One use at a time."""

    purpose = OneBoxField(label=_("Quel accord retirez-vous ?"), choices=_CHOICES)
