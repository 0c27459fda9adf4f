"""The filters of « Qui a fait quoi »."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consent import history
from consent.forms.fields import DayField
from consent.models.journal_entry import Outcome


class TraceFilters(forms.Form):
    """Period, who, about what, refused tries only; all left open shows everything."""

    since = DayField(label=_("Depuis le"), required=False, help_text="")
    until = DayField(label=_("Jusqu’au"), required=False, help_text="")
    who = forms.ChoiceField(label=_("Qui"), required=False)
    about = forms.ChoiceField(label=_("Sur quoi"), required=False)
    refused = forms.BooleanField(label=_("Seulement les essais refusés"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [("", _("Tout le monde")), *history.ACTOR_WORDS.items()]
        self.fields["about"].choices = [("", _("Tout")), *history.kinds().items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("La fin de la période est avant son début."))
        return data

    def condition(self) -> Q:
        """What the traces must fulfil; the form must be valid."""
        data = self.cleaned_data
        found = Q()
        if data["since"]:
            found &= Q(at__date__gte=data["since"])
        if data["until"]:
            found &= Q(at__date__lte=data["until"])
        if data["who"]:
            found &= Q(actor_kind=data["who"])
        if data["about"]:
            found &= Q(code__startswith=f"{data['about']}.")
        if data["refused"]:
            found &= Q(outcome=Outcome.REFUSED)
        return found
