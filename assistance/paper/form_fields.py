"""From a Django form to the questions of its paper form: the same labels and help, in the same order.

A field may say how it looks on paper: `field.paper = "grid:15"`, `"lines:3"`, `"half"` (half a line), `"boxes"`,
`"date"` or `"skip"`; by default its kind decides. Short ones stand two by two. Choices that depend on the person cannot print on a blank form:
`field.paper_prompt` is then the question to answer in words.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms

from assistance.paper.sheets import PaperField, Section, Text

LONGEST_GRID = 40
# Boxes that fit in half the width of a sheet, and the letters of a choice that does.
HALF_GRID, HALF_CHOICE = 10, 16
LONGEST_LINE = 70


def sections_of(form: forms.BaseForm) -> tuple[Section, ...]:
    """The form as titled sections: its own `sections` (title, hint, names) if it has some, then the rest."""
    questions = _questions(form)
    sections = []
    for title, hint, names in getattr(form, "sections", []):
        fields = tuple(questions.pop(name) for name in names if name in questions)
        if fields:
            sections.append(Section(title, hint, fields))
    if questions:
        sections.append(Section("", "", tuple(questions.values())))
    return tuple(sections)


def _questions(form: forms.BaseForm) -> dict[str, PaperField]:
    blank = getattr(form, "blank", True)
    return {
        name: question
        for name, field in form.fields.items()
        if (question := _question(form, name, field, blank)) is not None
    }


def _question(form: forms.BaseForm, name: str, field: forms.Field, blank: bool) -> PaperField | None:
    look, count = _look(field, blank)
    if look == "skip":
        return None
    label = form[name].label
    common = {"help": field.help_text, "required": field.required}
    if look == "boxes" and not hasattr(field, "choices"):
        return PaperField(kind="boxes", label="", choices=(label,), **common)
    if look == "boxes":
        choices = tuple(_labels(field.choices))
        half = len(choices) <= 2 and all(len(str(choice)) <= HALF_CHOICE for choice in choices)
        return PaperField(kind="boxes", label=label, choices=choices, one_only=_one_only(field), half=half, **common)
    if look == "words":
        return PaperField(kind="lines", label=label, count=2, help=field.paper_prompt, required=field.required)
    half = look in ("half", "date") or (look == "grid" and count <= HALF_GRID)
    return PaperField(kind="lines" if look == "half" else look, label=label, count=count, half=half, **common)


def _look(field: forms.Field, blank: bool) -> tuple[str, int]:
    """How a field looks, and how many boxes or lines it has."""
    if field.widget.is_hidden:
        return "skip", 0
    if blank and getattr(field, "paper_prompt", ""):
        return "words", 2
    if said := getattr(field, "paper", ""):
        look, _sep, count = said.partition(":")
        return look, int(count or 1)
    if hasattr(field, "choices") or isinstance(field, forms.BooleanField):
        return "boxes", 1
    if isinstance(field, forms.DateField):
        return "date", 8
    if isinstance(field.widget, forms.Textarea):
        return "lines", int(field.widget.attrs.get("rows", 3))
    return _look_of_text(field)


def _look_of_text(field: forms.Field) -> tuple[str, int]:
    longest = getattr(field, "max_length", None)
    if isinstance(field, forms.IntegerField) and field.max_value is not None:
        return "grid", len(str(field.max_value))
    if longest and longest <= LONGEST_GRID:
        return "grid", longest
    if longest and longest > LONGEST_LINE and not isinstance(field, forms.EmailField):
        return "lines", 2
    return "lines", 1


def _one_only(field: forms.Field) -> bool:
    return not isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)


def _labels(choices: Iterable[Any]) -> Iterator[Text]:
    """The labels of choices, groups opened, without the empty choice."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _labels(label)
        elif str(value):
            yield label
