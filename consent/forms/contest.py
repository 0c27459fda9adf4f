"""Form of the act that contests a line of the history."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.forms.rights import Asked, words_field
from consent.models import Case, CaseKind


class ContestForm(Asked):
    """Why the line is not right. On blank paper the line itself is told in words, and the clerk finds it."""

    asked = ["why"]
    line = words_field(
        gettext_lazy("Quelle ligne de votre historique contestez-vous ?"),
        gettext_lazy("Le jour, et ce qui est écrit : qui, et quoi."),
        rows=3,
    )
    why = words_field(
        gettext_lazy("Qu’est-ce qui ne va pas ?"),
        gettext_lazy("Par exemple : je ne connais pas cette personne, ce n’était pas moi, je n’avais rien demandé."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.blank:
            self.fields.pop("line")

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
    return _("Vous avez déjà contesté cette ligne le %(day)s : c’est la demande %(reference)s.") % {
        "day": date_format(case.opened_at, "j F Y"),
        "reference": case.reference,
    }
