"""Form of the act that contests a line of the history."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.days import day_words
from consent.forms.rights import Asked, words_field
from consent.models import Case, CaseKind


class ContestForm(Asked):
    """Why the line is not right. Blank paper asks of itself which line it is, and the clerk finds it by its day."""

    asked = ["why"]
    why = words_field(
        gettext_lazy("Qu’est-ce qui ne va pas ?"),
        gettext_lazy("Par exemple : je ne connais pas cette personne, ce n’était pas moi, je n’avais rien demandé."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.blank and (words := contested_already(self.basis.person_id, self.target_id)):
            raise forms.ValidationError(words)
        return data


def contested_already(person_id: Any, entry_id: Any) -> str:
    """That this line was contested before, in words; empty when it was not. The wall is open for the person."""
    case = Case.objects.filter(person_id=person_id, kind=CaseKind.CONTEST, subject_id=entry_id).first()
    if case is None:
        return ""
    return _("Cette ligne a déjà été contestée le %(day)s : c’est la demande %(reference)s.") % {
        "day": day_words(case.opened_at),
        "reference": case.reference,
    }
