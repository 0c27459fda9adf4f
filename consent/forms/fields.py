"""Fields that several forms use."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from consent.models.person import is_future
from consent.traits import nir_is_valid


class DayField(forms.DateField):
    """A day typed as on paper: 31/12/1944."""

    widget = forms.DateInput(attrs={"inputmode": "numeric"}, format="%d/%m/%Y")
    default_error_messages = {"invalid": _("Écrivez la date en chiffres : jour/mois/année, par exemple 31/12/1944.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Jour/mois/année, par exemple 31/12/1944."))
        super().__init__(input_formats=["%d/%m/%Y", "%d %m %Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"], **kwargs)


def check_judgment_date(form: forms.Form, birth: date | None) -> None:
    """Add to the form what is wrong with its `judgment_date`: a judge has spoken already, and of somebody born."""
    day = form.cleaned_data.get("judgment_date")
    if day and is_future(day):
        form.add_error("judgment_date", _("Cette date est dans le futur. Vérifiez l’année."))
    elif day and birth and day < birth:
        form.add_error("judgment_date", _("La personne n’était pas née à cette date. Vérifiez l’année."))


class BirthDateField(DayField):
    """A day of birth: not in the future, not before 1900."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and is_future(day):
            raise forms.ValidationError(_("La date de naissance est dans le futur. Vérifiez l’année."))
        if day and day.year < 1900:
            raise forms.ValidationError(_("La date de naissance est trop ancienne. Vérifiez l’année."))
        return day


class NirField(forms.CharField):
    """A social security number with its key; spaces are dropped."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=21, **kwargs)
        self.widget.attrs["autocomplete"] = "off"
        self.paper = "grid:15"

    def clean(self, value: Any) -> str:
        nir = "".join(str(super().clean(value) or "").upper().split())
        if nir and not nir_is_valid(nir):
            raise forms.ValidationError(
                _(
                    "Ce numéro de sécurité sociale n’est pas juste : il a 15 caractères, et les 2 derniers (la clé) "
                    "doivent correspondre aux autres. Recopiez-le depuis la carte Vitale, ou laissez vide."
                )
            )
        return nir


class NameField(forms.CharField):
    """A name as people write theirs: accents, apostrophes, particles, up to 80 characters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        super().__init__(**kwargs)
        self.paper = "lines:1"
        self.validators.append(
            RegexValidator(
                r"^[^\d<>{}\[\]@#$%^*=+|\\/]*$",
                _("Un nom s’écrit avec des lettres, des espaces, des tirets ou des apostrophes."),
            )
        )


class BoxesField(forms.MultipleChoiceField):
    """Boxes to tick, none ticked beforehand.

    `strict=False`: a box that is no more, for what it was about ended meanwhile, is let go instead of refused.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, strict: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.strict = strict

    def to_python(self, value: Any) -> list[str]:
        values = super().to_python(value)
        return values if self.strict else [value for value in values if self.valid_value(value)]


class OneBoxField(forms.ChoiceField):
    """One box to tick among several, none ticked beforehand."""

    widget = forms.RadioSelect


class YesNoField(OneBoxField):
    """A question that must be answered by yes or by no."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("yes", _("Oui")), ("no", _("Non"))], **kwargs)
