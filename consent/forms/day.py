"""The form that narrows a long list to one day."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.fields import DayField


class DayForm(forms.Form):
    """One day."""

    day = DayField(label=_("Quel jour ?"))
    use_required_attribute = False
