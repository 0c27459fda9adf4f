"""What the form of every act shares."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from consent.bases import Basis


class ActForm(forms.Form):
    """A plain Django form, made for a basis (or blank, for paper, when there is none).

    `sections` groups the fields under titles: (title, hint, names). Nothing is ever chosen beforehand.
    """

    sections: list[tuple[Any, Any, list[str]]] = []

    def __init__(self, *args: Any, basis: "Basis | None" = None, target_id: UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.basis = basis
        self.target_id = target_id

    @property
    def blank(self) -> bool:
        """True for the form that prints for anyone."""
        return self.basis is None

    def facts(self) -> list[tuple[str, str]]:
        """The valid answers in words, field by field, leaving out what was not answered."""
        return [
            (str(self[name].label), words)
            for name in self.fields
            if (words := in_words(self.fields[name], self.cleaned_data.get(name)))
        ]


def in_words(field: forms.Field, value: Any) -> str:
    """One answer in words; empty when there is none."""
    if value in (None, "", [], False):
        return ""
    if value is True:
        return _("oui")
    if hasattr(value, "strftime"):
        return value.strftime("%d/%m/%Y")
    if hasattr(field, "choices"):
        labels = {str(key): str(label) for key, label in _flat(field.choices)}
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(labels.get(str(item), str(item)) for item in values)
    return str(value)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
