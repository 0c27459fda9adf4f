"""Forms of those who answer cases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.fields import DayField, OneBoxField
from consent.models import Case, CaseKind, CaseOutcome
from consent.models.case import CONTEST_WORDS


class AnswerForm(forms.Form):
    """The answer, once and for all."""

    outcome = OneBoxField(label=_("Que répondez-vous ?"), choices=CaseOutcome.choices)
    answer = forms.CharField(
        label=_("Réponse à la personne"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Elle la lira telle quelle. Dites ce qui a été fait, ou pourquoi cela ne l’a pas été."),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if case.kind == CaseKind.CONTEST:
            self.fields["outcome"].choices = list(CONTEST_WORDS.items())


class ExtendForm(forms.Form):
    """More time, and why: both are told to the person."""

    until = DayField(label=_("Prolonger jusqu’au"))
    reason = forms.CharField(
        label=_("Pour quelle raison ?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("La complexité ou le nombre des demandes. La personne lira cette raison."),
    )
    use_required_attribute = False
