"""Form of the act that erases at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm


class EraseSpaceForm(ActForm):
    """Two boxes, for there is no way back."""

    no_way_back = forms.BooleanField(
        label=_("Je sais que plus personne ne pourra rien retrouver, même pas moi"),
        error_messages={"required": _("Cochez la case : l’effacement est définitif.")},
    )
    wish = forms.BooleanField(
        label=_("Je veux que tout soit effacé tout de suite"),
        error_messages={"required": _("Cochez la case si vous voulez tout effacer.")},
    )
