"""Forms of the acts on blocks."""

from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import YesNoField
from consent.forms.reader import ReaderForm


class AddBlockForm(ReaderForm):
    """Whom, and whether an emergency makes a difference."""

    emergency_too = YesNoField(
        label=_("Le bloquer aussi en urgence ?"),
        help_text=_("Si vous répondez non, il pourra ouvrir votre fiche d’urgence, seulement si vous l’avez permis."),
    )


class RemoveBlockForm(ActForm):
    """The block to lift is the act's target: nothing else is asked."""
