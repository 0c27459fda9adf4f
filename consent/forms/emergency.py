"""Forms of the acts on emergency access."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm


class AllowEmergencyForm(ActForm):
    """An explicit wish: nothing is ticked beforehand."""

    wish = forms.BooleanField(
        label=_("Je veux qu’un professionnel de santé puisse ouvrir mon espace si ma vie est en danger"),
        help_text=_(
            "Il écrit pourquoi, et l’accès dure 24 heures. Je suis prévenu tout de suite, et je peux le contester."
        ),
    )


class ForbidEmergencyForm(ActForm):
    """Nothing is asked: forbidding is as easy as can be."""


class ContestEmergencyForm(ActForm):
    """What the person has to say about one emergency access."""

    words = forms.CharField(
        label=_("Pourquoi contestez-vous cet accès ?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Par exemple : « Je n’étais pas en danger » ou « Je ne connais pas cette personne »."),
    )
