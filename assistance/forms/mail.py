"""Forms of the mail room: scans that arrive, and what a clerk decides about one."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.models import SIGNED_MANDATE
from consent.acts.registry import all_acts
from consent.bases import Via
from consent.forms.fields import DayField, OneBoxField
from consent.forms.identity import TraitsForm

MOST_AT_ONCE = 20
OLDEST_DAYS = 365


class SeveralFiles(forms.ClearableFileInput):
    """A field for one file or more."""

    allow_multiple_selected = True


class ScansField(forms.FileField):
    """One scan or more, in the order in which they were chosen."""

    widget = SeveralFiles(attrs={"accept": "application/pdf,image/jpeg,image/png"})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > MOST_AT_ONCE:
            raise forms.ValidationError(_("%d fichiers au plus à la fois.") % MOST_AT_ONCE)
        # An empty file is refused with the others, by its content.
        return [super(ScansField, self).clean(file, initial) for file in files] if files else [super().clean(None)]


class ReceiveForm(forms.Form):
    """The scans of one day's post."""

    received_on = DayField(label=gettext_lazy("Reçus le"))
    scans = ScansField(
        label=gettext_lazy("Scans"),
        allow_empty_file=True,
        help_text=gettext_lazy(
            "PDF, JPEG ou PNG, 20 Mo au plus. Un formulaire par fichier ; plusieurs fichiers à la fois si vous voulez."
        ),
        error_messages={"required": gettext_lazy("Choisissez au moins un scan.")},
    )
    use_required_attribute = False

    def clean_received_on(self) -> Any:
        day, today = self.cleaned_data["received_on"], timezone.localdate()
        if day > today:
            raise forms.ValidationError(_("Le jour de réception est dans le futur. Vérifiez la date."))
        if (today - day).days > OLDEST_DAYS:
            raise forms.ValidationError(_("Ce jour de réception date de plus d’un an. Vérifiez l’année."))
        return day


class ChooseActForm(forms.Form):
    """Which act the paper asks for."""

    act = forms.ChoiceField(label=gettext_lazy("Acte demandé par le formulaire"))
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = [(act.code, act.label) for act in all_acts() if Via.PAPER in act.bases]
        self.fields["act"].choices = [("", _("Choisissez")), *sorted(acts, key=lambda one: str(one[1]))]


class IdentifyForm(TraitsForm):
    """The five traits on the paper, as they are written there."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("used_name", "nir"):
            self.fields.pop(name)


REASONS = [
    ("illegible", gettext_lazy("Illisible")),
    ("unsigned", gettext_lazy("Non signé")),
    ("foreign", gettext_lazy("Ce n’est pas un de nos formulaires")),
    ("used", gettext_lazy("Formulaire qui a déjà servi, ou qui n’a plus d’objet")),
    ("other", gettext_lazy("Autre raison")),
]
TOLD = {
    "illegible": gettext_lazy("Votre formulaire ne se lit pas bien, et nous ne voulons pas deviner."),
    "unsigned": gettext_lazy("Votre formulaire n’est pas signé. Sans signature, nous ne pouvons rien faire pour vous."),
    "foreign": gettext_lazy("Ce papier n’est pas un formulaire de Plein gré."),
    "used": gettext_lazy("Ce formulaire a déjà servi, ou ce qu’il demande est déjà fait."),
}


class RejectForm(forms.Form):
    """Why nothing can be done of a mail, and to whom that is written."""

    reason = OneBoxField(label=gettext_lazy("Pourquoi écarter ce courrier ?"), choices=REASONS)
    words = forms.CharField(
        label=gettext_lazy("Explication pour la personne"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Écrite dans la lettre. Obligatoire pour une autre raison."),
    )
    address = forms.CharField(
        label=gettext_lazy("Adresse pour la réponse"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Nom, rue, code postal et commune. Effacée dès que la lettre est postée."),
    )
    no_address = forms.BooleanField(
        label=gettext_lazy("Aucune adresse ne se lit sur ce courrier : personne ne recevra de réponse"), required=False
    )
    use_required_attribute = False

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            # The letter goes where the person wants it.
            del self.fields["address"], self.fields["no_address"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("reason") == "other" and not data.get("words"):
            self.add_error("words", _("Écrivez la raison, en mots simples : elle est dite dans la lettre."))
        if "address" in self.fields and not self.errors.get("address"):
            if not data.get("address") and not data.get("no_address"):
                self.add_error("address", _("Écrivez l’adresse, ou cochez qu’aucune ne se lit."))
            if data.get("address") and data.get("no_address"):
                self.add_error("no_address", _("Une adresse est écrite : décochez cette case, ou effacez l’adresse."))
        return data

    @property
    def told(self) -> str:
        """The reason as the letter says it; the form must be valid."""
        parts = [str(TOLD.get(self.cleaned_data["reason"], "")), self.cleaned_data["words"]]
        return " ".join(part for part in parts if part)

    @property
    def address_lines(self) -> list[str]:
        """The address, line by line; the form must be valid."""
        lines = (self.cleaned_data.get("address") or "").splitlines()
        return [line.strip() for line in lines if line.strip()]


def act_words(code: str) -> str:
    """The act of a mail, in words."""
    if code == SIGNED_MANDATE:
        return _("Mandat signé")
    return next((str(act.label) for act in all_acts() if act.code == code), "") or _("à reconnaître")
