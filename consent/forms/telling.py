"""Form of the act that says how the person is told of what others read."""

from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import OneBoxField, YesNoField
from consent.models.telling import ReadsTold


class ChangeTellingForm(ActForm):
    """Both choices whole, as they will be."""

    reads = OneBoxField(
        label=_("Quand quelqu’un d’autre lit mon espace, me prévenir"),
        choices=ReadsTold.choices,
        help_text=_("D’un accès en urgence, vous êtes toujours prévenu."),
    )
    quarterly = YesNoField(
        label=_("M’envoyer chaque trimestre le relevé de qui a lu quoi"),
        help_text=_("Il part même si personne n’a rien lu : il le dit."),
    )
