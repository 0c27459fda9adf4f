"""Who is named by a number: a professional (RPPS) or an establishment (FINESS)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.models.directory import Establishment, Professional, luhn_is_valid, rpps_is_valid

READER_HINT = _(
    "11 chiffres pour un professionnel, 9 caractères pour un établissement. Il est sur l’ordonnance ou le tampon."
)


def professional_of(number: str) -> Professional:
    """The professional of this RPPS number. Raises `ValidationError`, in words."""
    if not rpps_is_valid(number):
        raise forms.ValidationError(_("Ce numéro RPPS n’est pas juste. Recopiez les 11 chiffres."))
    found = Professional.objects.filter(rpps=number).first()
    if found is None:
        raise forms.ValidationError(_("Ce numéro RPPS n’est pas dans l’annuaire. Vérifiez-le auprès du professionnel."))
    return found


def establishment_of(number: str) -> Establishment:
    """The establishment of this FINESS number. Raises `ValidationError`, in words."""
    if number.isascii() and number.isdigit() and not luhn_is_valid(number):
        raise forms.ValidationError(_("Ce numéro FINESS n’est pas juste. Recopiez les 9 caractères."))
    found = Establishment.objects.filter(finess=number).first()
    if found is None:
        raise forms.ValidationError(
            _("Ce numéro FINESS n’est pas dans l’annuaire. Vérifiez-le auprès de l’établissement.")
        )
    return found


def number_typed(value: str) -> str:
    """A number without the spaces that people type."""
    return "".join(value.split()).upper()


def reader_of(number: str) -> Professional | Establishment:
    """Whom this number names. Raises `ValidationError`, in words."""
    if len(number) == 11:
        return professional_of(number)
    if len(number) == 9:
        return establishment_of(number)
    raise forms.ValidationError(_("Un numéro RPPS a 11 chiffres, un numéro FINESS 9 caractères."))


class ReaderField(forms.CharField):
    """A number, cleaned to the `Professional` or the `Establishment` that it names."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("label", _("Numéro du professionnel (RPPS) ou de l’établissement (FINESS)"))
        kwargs.setdefault("help_text", READER_HINT)
        super().__init__(max_length=14, **kwargs)

    def clean(self, value: object) -> Professional | Establishment | None:
        """Raises `ValidationError` when it is no number, or of nobody in the directory."""
        number = number_typed(super().clean(value))
        return reader_of(number) if number else None


class ReaderForm(ActForm):
    """One reader, named by number."""

    reader = ReaderField()

    def facts(self) -> list[tuple[str, str]]:
        """The reader is said as who, not as a number."""
        label = str(self.fields["reader"].label)
        return [(str(_("Qui")) if name == label else name, words) for name, words in super().facts()]


def reader_columns(reader: Professional | Establishment) -> dict[str, Professional | Establishment]:
    """The column of a row about this reader: {"professional": …} or {"establishment": …}."""
    return {"professional" if isinstance(reader, Professional) else "establishment": reader}
