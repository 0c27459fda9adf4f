"""Forms of the acts on a space."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.bases import Via
from consent.forms.base import ActForm
from consent.forms.fields import OneBoxField, YesNoField
from consent.forms.identity import CONTACT, IDENTITY, ContactFields, IdentityForm, TraitsForm
from consent.models.consent import OPTIONAL_PURPOSES


class OpenSpaceForm(ContactFields, IdentityForm):
    """Opening: the notice was read, each optional use is answered by itself, and the wish is explicit."""

    reminders = YesNoField(label=_("Voulez-vous recevoir des rappels (vaccins, dépistages) ?"))
    statistics = YesNoField(label=_("Acceptez-vous de compter dans des statistiques publiques, sans votre nom ?"))
    research = YesNoField(label=_("Acceptez-vous d’être contacté pour une recherche publique en santé ?"))
    notice_read = forms.BooleanField(
        label=_("J’ai lu la notice d’information, ou quelqu’un me l’a lue"),
        error_messages={
            "required": _("La notice doit avoir été lue avant d’ouvrir un espace. Cochez la case quand c’est fait.")
        },
    )
    wish = forms.BooleanField(
        label=_("Je veux que mon espace de santé soit ouvert"),
        error_messages={
            "required": _("Sans cette case, aucun espace n’est ouvert. Cochez-la seulement si vous le voulez.")
        },
    )
    sections = [
        (_("La personne"), "", IDENTITY),
        (_("Pour vous écrire"), "", CONTACT),
        (_("Vos choix"), _("Chaque choix est libre, et ne change rien aux autres."), [*map(str, OPTIONAL_PURPOSES)]),
        (_("Votre décision"), "", ["notice_read", "wish"]),
    ]


class RefuseSpaceForm(TraitsForm):
    """Refusing: who refuses, so that it can be honoured; the traits are turned into a fingerprint and forgotten."""

    wish = forms.BooleanField(
        label=_("Je ne veux pas d’espace de santé"),
        error_messages={"required": _("Cochez la case si vous refusez.")},
    )
    answer_address = forms.CharField(
        label=_("Adresse pour la réponse"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Nom, rue, code postal et commune. Elle sert à poster votre reçu, puis elle est effacée. "
            "Sans adresse, aucun reçu n’est envoyé."
        ),
    )
    sections = [
        (
            _("La personne"),
            _("Ces renseignements ne sont pas gardés : il n’en reste qu’une empreinte et la date."),
            IDENTITY,
        ),
        (_("Votre décision"), "", ["wish"]),
        (_("Pour vous répondre"), "", ["answer_address"]),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("used_name")
        if self.basis is not None and self.basis.via is not Via.PAPER:
            # Whoever is there, at the counter or online, leaves with the receipt.
            self.fields.pop("answer_address")
        if self.basis is not None and self.basis.person_id is not None:
            for name in IDENTITY:
                self.fields.pop(name, None)
        self.sections = [
            (title, hint, kept)
            for title, hint, names in self.sections
            if (kept := [name for name in names if name in self.fields])
        ]


class LiftRefusalForm(RefuseSpaceForm):
    """Taking a refusal back: it opens nothing by itself."""

    wish = forms.BooleanField(
        label=_("Je retire mon refus"), error_messages={"required": _("Cochez la case si vous retirez votre refus.")}
    )


class CloseSpaceForm(ActForm):
    """Closing: two ways, in plain words."""

    way = OneBoxField(
        label=_("Comment voulez-vous fermer votre espace ?"),
        choices=[
            ("keep", _("Fermer et garder : plus personne n’y entre, vous pouvez demander à le lire ou le rouvrir")),
            ("erase", _("Fermer et effacer : tout est détruit après 30 jours, et vous pouvez changer d’avis avant")),
        ],
    )


class ReopenSpaceForm(ActForm):
    """Opening again a space that was closed and not erased: a new consent, under the notice in force."""

    notice_read = forms.BooleanField(
        label=_("J’ai lu la notice d’information, ou quelqu’un me l’a lue"),
        error_messages={
            "required": _("La notice doit avoir été lue avant de rouvrir l’espace. Cochez la case quand c’est fait.")
        },
    )
    wish = forms.BooleanField(
        label=_("Je veux rouvrir mon espace de santé"),
        error_messages={"required": _("Cochez la case si vous voulez rouvrir l’espace.")},
    )
