"""The words of the traces that assistance leaves, and the names of its counters, for the person's history."""

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from assistance.models import Counter
from consent.trace import history
from consent.trace.seen import keep_from_representatives

history.name_events(
    {
        "mandate.signed": _("Mandat signé"),
        "mandate.unsigned": _("Mandat non signé, effacé"),
        "visit.started": _("Visite commencée"),
        "visit.ended": _("Visite terminée"),
        "visit.file": _("Dossier ouvert au guichet"),
        "mail.identified": _("Courrier reconnu comme venant de vous"),
        "mail.rejected": _("Courrier que nous n’avons pas pu traiter"),
        "mail.read": _("Scan d’un de vos courriers regardé"),
        "letter.read": _("Courrier pour vous ouvert afin de l’imprimer"),
        "letter.printed": _("Courrier pour vous imprimé dans un lot, sans être lu"),
        "letter.returned": _("Courrier pour vous revenu : adresse à vérifier"),
        "letter.handed": _("Courrier remis au guichet"),
        "case.read": _("Une de vos demandes, lue par qui doit y répondre"),
        "case.extended": _("Délai d’une de vos demandes prolongé"),
        "case.answered": _("Réponse à une de vos demandes"),
        "audit.queue": _("Liste des accès d’urgence à contrôler, regardée"),
        "audit.signals": _("Liste de ce qui est inhabituel, regardée"),
        "audit.signal": _("Chose inhabituelle, regardée"),
        "audit.seen": _("Chose inhabituelle, notée comme vue"),
        "audit.asked": _("Explication demandée à un professionnel"),
        "audit.explained": _("Explication donnée par un professionnel au délégué"),
        "audit.fault": _("Défaut trouvé par la vérification du journal, répondu"),
        "audit.search": _("Traces cherchées par le délégué, sans leur contenu"),
        "case.late": _("Délai d’une de vos demandes passé sans réponse"),
    },
    kinds={
        "audit": _("Le contrôle par le délégué à la protection des données"),
        "visit": _("Mes visites au guichet"),
        "mail": _("Mes courriers reçus par le service"),
        "letter": _("Les courriers qui me sont adressés"),
    },
)

# Whether a letter went home or waited at a counter tells whether it is about what is hidden: a representative, who
# opens what comes home, learns nothing of either.
keep_from_representatives("letter.read", "letter.printed", "letter.handed")

_name = Counter.objects.filter(number=OuterRef("counter_number")).values(words=Concat(Value(Counter.CALLED), "name"))
history.name_counters(Subquery(_name))
