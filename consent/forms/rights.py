"""Forms of the rights over one's data (GDPR, articles 15 to 21): one each, in plain words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm, in_words
from consent.forms.fields import BirthDateField, NameField, OneBoxField
from consent.forms.identity import CONTACT, IDENTITY, ContactFields, IdentityForm

LONGEST = 4000


def words_field(label: Any, help_text: Any = "", *, required: bool = True, rows: int = 6) -> forms.CharField:
    """A question answered in the person's own words."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=LONGEST, widget=forms.Textarea({"rows": rows})
    )


class Asked(ActForm):
    """A form whose own questions, `asked`, make a case."""

    asked: list[str] = []

    @classmethod
    def words(cls, answers: dict[str, Any]) -> list[list[str]]:
        """What the person wrote: [[question, answer], …], without the questions left open."""
        fields = {name: cls.base_fields[name] for name in cls.asked}
        said = [[str(field.label), in_words(field, answers.get(name))] for name, field in fields.items()]
        return [[label, words] for label, words in said if words]


class RightsForm(Asked, ContactFields, IdentityForm):
    """One right: who asks, where the person is not known yet, and what they ask."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.sections = [
            (_("La personne"), "", IDENTITY),
            (_("Pour vous répondre"), "", CONTACT),
            (_("Votre demande"), _("Une réponse vous est due dans un délai d’un mois."), cls.asked),
        ]


class CopyForm(RightsForm):
    """Article 15: what is kept, and a copy of it."""

    asked = ["extent", "which"]
    extent = OneBoxField(
        label=_("Que voulez-vous recevoir ?"),
        choices=[
            ("all", _("Une copie de tout ce que le service garde sur moi")),
            ("some", _("Seulement ce que je décris")),
        ],
    )
    which = words_field(
        _("Que cherchez-vous ?"), _("À remplir si vous avez choisi « seulement ce que je décris »."), required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("extent") == "some" and not data.get("which") and "which" not in self.errors:
            self.add_error("which", _("Décrivez ce que vous voulez recevoir."))
        return data


class RectificationForm(RightsForm):
    """Article 16: what is wrong, and what is right."""

    asked = ["wrong", "right"]
    wrong = words_field(_("Qu’est-ce qui est faux ou incomplet ?"), rows=4)
    right = words_field(_("Que faut-il écrire à la place ?"), rows=4)


class LimitationForm(RightsForm):
    """Article 18: the data is kept, and used no more."""

    asked = ["ground", "which"]
    ground = OneBoxField(
        label=_("Pour quelle raison ?"),
        choices=[
            ("accuracy", _("Je pense que ces données sont fausses : ne les utilisez plus avant de l’avoir vérifié")),
            ("unlawful", _("Leur usage n’est pas permis, mais je ne veux pas qu’elles soient effacées")),
            ("claim", _("Vous n’en avez plus besoin, mais il me les faut pour défendre mes droits")),
            ("objection", _("Je me suis opposé à leur usage, et j’attends la réponse")),
        ],
    )
    which = words_field(_("De quelles données s’agit-il ?"), rows=4)


class ObjectionForm(RightsForm):
    """Article 21: an end to a use, for reasons of one's own."""

    asked = ["what", "reasons"]
    what = words_field(_("À quel usage de vos données vous opposez-vous ?"), rows=4)
    reasons = words_field(_("Pour quelles raisons, dans votre situation ?"), rows=4)


class HeirsForm(RightsForm):
    """Article L1110-4 of the public health code, V: who was close to someone who died may be told what serves one of
    three ends, unless that person had said no."""

    asked = ["deceased", "born", "tie", "end", "why"]
    deceased = NameField(label=_("Nom de naissance et prénoms de la personne décédée"), max_length=160)
    born = BirthDateField(label=_("Sa date de naissance"))
    tie = OneBoxField(
        label=_("Vous êtes"),
        choices=[
            ("heir", _("Son héritier ou son héritière")),
            ("partner", _("Son concubin, sa concubine ou son partenaire de PACS")),
            ("parent", _("Titulaire de l’autorité parentale sur cet enfant")),
        ],
        help_text=_("Joignez ce qui le prouve, et l’acte de décès. Sur écran, le service vous dira où les envoyer."),
    )
    end = OneBoxField(
        label=_("À quoi cela doit-il vous servir ?"),
        choices=[
            ("causes", _("Connaître les causes de la mort")),
            ("memory", _("Défendre sa mémoire")),
            ("rights", _("Faire valoir mes droits")),
        ],
    )
    why = words_field(_("Que cherchez-vous, et pourquoi ?"), rows=4)


class ComplaintForm(RightsForm):
    """Article 77 names the authority; complaining here first is the person's choice, and costs nothing."""

    asked = ["what", "wish"]
    what = words_field(_("Que s’est-il passé ?"), _("Quand, où, et avec qui, si vous le savez."))
    wish = words_field(_("Qu’attendez-vous de nous ?"), required=False, rows=4)
