"""Form of the act that asks for a statement."""

from django.utils.translation import gettext_lazy as _

from consent.forms.base import ActForm
from consent.forms.fields import OneBoxField
from consent.statements import Period


class AskStatementForm(ActForm):
    """Of which period."""

    period = OneBoxField(
        label=_("De quelle période ?"),
        choices=[
            (Period.THIS_QUARTER.value, _("Ce trimestre, jusqu’à aujourd’hui")),
            (Period.LAST_QUARTER.value, _("Le trimestre dernier")),
            (Period.YEAR.value, _("Les 12 derniers mois")),
        ],
    )
