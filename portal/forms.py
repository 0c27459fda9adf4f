"""How any Django form becomes a form of the design system, errors first.

Nothing is asked of the form: its kinds of fields decide. A form may say
`sections = [(title, hint, [field names]), …]` to be shown under headings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

# The widgets whose markup is ours; all others keep Django's, with a class.
WIDGET_TEMPLATES = {
    "django/forms/widgets/radio.html": "portal/form/choices.html",
    "django/forms/widgets/checkbox_select.html": "portal/form/choices.html",
    # A file once sent is shown by the page, never beside the field that asks for another.
    "django/forms/widgets/clearable_file_input.html": "django/forms/widgets/input.html",
}
UNDRESSED = {"hidden", "radio", "checkbox"}
GROUPS = {
    "text": ("fr-input-group", "fr-input-group--error"),
    "select": ("fr-select-group", "fr-select-group--error"),
    "upload": ("fr-upload-group", "fr-upload-group--error"),
}


@dataclass(frozen=True)
class Mistake:
    """One line of the summary of errors: what is wrong, and the id of the field that says so."""

    message: str
    target: str = ""
    label: str = ""


@dataclass(frozen=True)
class Section:
    """Fields shown under one heading; the heading is empty for fields that no section names."""

    title: str
    hint: str
    fields: list[BoundField]


class PageFormRenderer(TemplatesSetting):
    """Render forms, fields and widgets with the templates of `portal/form/`."""

    form_template_name = "portal/form/form.html"
    field_template_name = "portal/form/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        """Render one template of Django's forms, with what our markup needs added to its context."""
        if template_name == self.form_template_name:
            context = {**context, **form_context(context["form"])}
        elif template_name == self.field_template_name:
            context = {**context, **field_context(context["field"])}
        elif "widget" in context:
            context = {**context, "widget": dressed(context["widget"])}
            template_name = WIDGET_TEMPLATES.get(template_name, template_name)
        return cast(SafeString, super().render(template_name, context, request))


def form_context(form: forms.BaseForm) -> dict[str, Any]:
    """What `form.html` needs: the mistakes, the sections, and which fields may be left empty."""
    visible = form.visible_fields()
    optional = [bound for bound in visible if not bound.field.required]
    return {
        "mistakes": list(mistakes(form)),
        "sections": sections(form),
        "some_optional": bool(optional) and len(optional) < len(visible),
        "all_required": bool(visible) and not optional,
    }


def mistakes(form: forms.BaseForm) -> Iterator[Mistake]:
    """Every error of the form in the order of its fields, those of the whole form first."""
    for message in form.non_field_errors():
        yield Mistake(str(message))
    for bound in form:
        for message in bound.errors:
            if bound.is_hidden:
                yield Mistake(str(message))
            else:
                yield Mistake(str(message), first_id(bound), str(bound.label))


def sections(form: forms.BaseForm) -> list[Section]:
    """Group the visible fields as `form.sections` says; fields it leaves out come last, without a heading."""
    found = []
    left = {bound.name: bound for bound in form.visible_fields()}
    for title, hint, names in getattr(form, "sections", ()):
        fields = [left.pop(name) for name in names if name in left]
        if fields:
            found.append(Section(title, hint, fields))
    if left:
        found.append(Section("", "", list(left.values())))
    return found


def field_context(bound: BoundField) -> dict[str, Any]:
    """What `field.html` needs: which markup, and the control itself with its description linked."""
    kind = kind_of(bound)
    described = {} if kind == "choices" else {"aria-describedby": bound.aria_describedby or None}
    return {
        "kind": kind,
        "group": " ".join(GROUPS.get(kind, GROUPS["text"])[: 2 if bound.errors else 1]),
        "control": bound.as_widget(attrs={key: value for key, value in described.items() if value}),
        "hint": date_hint(bound),
        "radios": getattr(bound.field.widget, "input_type", "") == "radio",
    }


def kind_of(bound: BoundField) -> str:
    """Name the markup of a field: choices, checkbox, select, upload or text."""
    widget = bound.field.widget
    match widget:
        case forms.RadioSelect() | forms.CheckboxSelectMultiple():
            return "choices"
        case forms.CheckboxInput():
            return "checkbox"
        case forms.SelectDateWidget() | forms.MultiWidget():
            return "choices"
        case forms.Select():
            return "select"
        case forms.FileInput():
            return "upload"
        case _:
            return "text"


def date_hint(bound: BoundField) -> str:
    """How to type a date, for a field that does not say it itself."""
    is_date = isinstance(bound.field.widget, forms.DateInput)
    return _("au format jj/mm/aaaa") if is_date and not bound.help_text else ""


def first_id(bound: BoundField) -> str:
    """The id of the control to go to from the summary: for a group, its first box."""
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return bound.id_for_label


def dressed(widget: dict[str, Any]) -> dict[str, Any]:
    """Give a widget its class of the design system, and take out what ARIA does not allow it."""
    attrs = dict(widget["attrs"])
    kind = widget.get("type") or ("select" if "optgroups" in widget else "textarea")
    for _group, options, _index in widget.get("optgroups", ()):
        for option in options:
            if option.get("type") == "radio":
                # The group is what is wrong, not each of its boxes; it says so itself.
                option["attrs"].pop("aria-invalid", None)
    # Grey words inside a field go away as soon as one types: the label and the hint say it all.
    attrs.pop("placeholder", None)
    if kind not in UNDRESSED:
        name = {"select": "fr-select", "file": "fr-upload"}.get(kind, "fr-input")
        attrs["class"] = " ".join(filter(None, [name, attrs.get("class")]))
    return {**widget, "attrs": attrs}
