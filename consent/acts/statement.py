"""The act that asks for a statement of who read what."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, Effect
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.days import day_words
from consent.forms.statement import AskStatementForm
from consent.models import Statement
from consent.statements import Period, days_of


@register
class AskStatement(Act):
    """Ask for the statement of a period, sent by the channel that the person chose. It is free, as often as asked."""

    code = "statement.ask"
    about = gettext_lazy("Mes relevés")
    label = gettext_lazy("Demander le relevé de qui a lu quoi")
    button = gettext_lazy("Demander ce relevé")
    sentence = gettext_lazy("demander pour moi le relevé de qui a lu quoi dans mon espace")
    form_class = AskStatementForm
    bases = frozenset({Via.SELF, Via.MANDATE, Via.PAPER})
    # The statement itself is the answer: a second letter would only say that it comes.
    notifies = False

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        since, until = days_of(Period(answers["period"]), timezone.localdate())
        statement = Statement.objects.create(
            person_id=basis.person_id, since=since, until=until, on_paper=basis.via is Via.PAPER
        )
        days = {"since": day_words(since), "until": day_words(until)}
        return Effect(
            facts=[(_("Relevé"), _("du %(since)s au %(until)s") % days)],
            subject_id=statement.pk,
            follow=[("statement", statement.pk)],
        )
