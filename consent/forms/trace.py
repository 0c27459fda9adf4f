"""The filters of « Qui a fait quoi »."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consent.days import day_words
from consent.forms.fields import DayField
from consent.models.journal_entry import Outcome
from consent.telling import midnight
from consent.trace import history
from consent.trace.pages import older_than
from consent.trace.readers import READS_BY_OTHERS, key_condition


class TraceFilters(forms.Form):
    """Period, who, about what, reads by others or refused tries only; all left open shows everything."""

    since = DayField(label=_("Depuis le"), required=False, help_text="")
    until = DayField(label=_("Jusqu’au"), required=False, help_text="")
    who = forms.ChoiceField(label=_("Qui"), required=False)
    about = forms.ChoiceField(label=_("Sur quoi"), required=False)
    others = forms.BooleanField(label=_("Seulement les lectures par quelqu’un d’autre"), required=False)
    refused = forms.BooleanField(label=_("Seulement les essais refusés"), required=False)
    reader = forms.CharField(max_length=50, required=False, widget=forms.HiddenInput)
    before = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [("", _("Tout le monde")), *history.ACTOR_WORDS.items()]
        self.fields["about"].choices = [("", _("Tout")), *history.kinds().items()]
        for name in ("reader", "before"):
            if not self.data.get(name):
                del self.fields[name]

    def clean_reader(self) -> str:
        key = self.cleaned_data["reader"]
        if key and key_condition(key) is None:
            raise forms.ValidationError(_("Ce lecteur n’existe pas."))
        return key

    def clean_before(self) -> str:
        place = self.cleaned_data["before"]
        if place and older_than(place) is None:
            raise forms.ValidationError(_("Cet endroit de l’historique n’existe pas."))
        return place

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
            found &= Q(at__gte=midnight(data["since"]))
        if data["until"] and data["until"] < date.max:
            found &= Q(at__lt=midnight(data["until"] + timedelta(days=1)))
        if data["who"]:
            found &= Q(actor_kind=data["who"])
        if data["about"]:
            found &= Q(code__startswith=f"{data['about']}.")
        if data["others"]:
            found &= READS_BY_OTHERS
        if data["refused"]:
            found &= Q(outcome=Outcome.REFUSED)
        if data.get("reader"):
            found &= key_condition(data["reader"])
        if data.get("before"):
            found &= older_than(data["before"])
        return found

    def asked(self) -> dict[str, str]:
        """What was asked, as parameters of an address; what was left open is left out. The form must be valid."""
        return {name: _typed(value) for name, value in self.cleaned_data.items() if value}

    def period(self) -> str:
        """The period in words."""
        days = {
            "since": day_words(self.cleaned_data["since"] or date.min),
            "until": day_words(self.cleaned_data["until"] or date.min),
        }
        if self.cleaned_data["since"] and self.cleaned_data["until"]:
            return gettext("du %(since)s au %(until)s") % days
        if self.cleaned_data["since"]:
            return gettext("depuis le %(since)s") % days
        if self.cleaned_data["until"]:
            return gettext("jusqu’au %(until)s") % days
        return gettext("depuis le début")

    def narrowed(self) -> list[str]:
        """The other filters in words; empty when nothing is left out."""
        data = self.cleaned_data
        words = [str(dict(self.fields[name].choices)[data[name]]) for name in ("who", "about") if data[name]]
        words += [str(self.fields[name].label) for name in ("others", "refused") if data[name]]
        return [*words, gettext("Un seul lecteur")] if data.get("reader") else words


def _typed(value: Any) -> str:
    if value is True:
        return "on"
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)
