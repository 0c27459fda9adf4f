"""How long consent keeps what it keeps. Spaces, accesses, consents and the journal go with the person, by their act."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from consent import outbox
from consent.erasure import erase_if_unneeded
from consent.models import Case, EmergencyAccess, LinkCode, OutboxItem, Person, ShareCode
from consent.models.link_code import LASTS
from consent.retention import YEAR, Rule, add_rule, deleted, found_by


def forget_case(case_id: UUID) -> bool:
    """An old answer goes; whoever was kept for it alone goes too."""
    case = Case.objects.select_for_update().filter(pk=case_id, answered_at__isnull=False).first()
    if case is None:
        return False
    case.delete()
    outbox.put("unneeded", case.person_id, case.person_id)
    return True


add_rule(
    Rule(
        "cases",
        what=_("Demandes qui ont reçu leur réponse"),
        kept=5 * YEAR,
        kept_words=_("5 ans après la réponse"),
        source=_("Code civil, article 2224 : le temps pendant lequel cette réponse peut être discutée en justice"),
        find=found_by("cases_answered_before"),
        remove=forget_case,
    )
)


def forget_represented(_representation_id: UUID) -> bool:
    """Whoever was kept for a representation alone, on either side. The wall is open for them, and nobody else."""
    (person_id,) = Person.objects.values_list("pk", flat=True) or (None,)
    return person_id is not None and erase_if_unneeded(person_id)


add_rule(
    Rule(
        "represented",
        what=_("Identité de qui n’a été gardé que pour une représentation, ou pour représenter"),
        # The letters that tell of the end go first: erasing takes what was not sent.
        kept=timedelta(days=31),
        kept_words=_("31 jours après la fin de la représentation"),
        source=_("RGPD, article 5.1.e : plus longtemps qu’ils ne servent, ils n’ont pas d’usage"),
        find=found_by("representations_over"),
        remove=forget_represented,
        # An erasure leaves its own trace.
        told=False,
    )
)
add_rule(
    Rule(
        "link-codes",
        what=_("Codes pour relier un compte, utilisés, passés ou sans destinataire"),
        kept=LASTS + timedelta(days=1),
        kept_words=_("31 jours : un code sert pendant 30 jours"),
        source=_("RGPD, article 5.1.e : plus longtemps qu’ils ne servent, ils n’ont pas d’usage"),
        find=found_by("link_codes_before"),
        remove=deleted(LinkCode),
        told=False,
    )
)
add_rule(
    Rule(
        "share-codes",
        what=_("Codes de partage terminés"),
        kept=timedelta(days=31),
        kept_words=_("31 jours après leur fin, ou tant que la personne cache un accès à qui la représente"),
        source=_("RGPD, article 5.1.e : plus longtemps qu’ils ne servent, ils n’ont pas d’usage"),
        find=found_by("share_codes_before"),
        remove=deleted(ShareCode),
    )
)
add_rule(
    Rule(
        "emergencies",
        what=_("Accès d’urgence contrôlés, avec leur raison"),
        kept=5 * YEAR,
        kept_words=_("5 ans après leur contrôle, ou tant que la personne cache un accès à qui la représente"),
        source=_("Code civil, article 2224 : le temps pendant lequel cet accès peut être discuté en justice"),
        find=found_by("emergencies_before"),
        remove=deleted(EmergencyAccess),
    )
)
add_rule(
    Rule(
        "outbox",
        what=_("Numéros de ce qui a été transmis"),
        kept=timedelta(days=30),
        kept_words=_("30 jours"),
        source=_("RGPD, article 5.1.e : ce qui est transmis est gardé ailleurs, ou remis"),
        find=found_by("outbox_delivered_before"),
        remove=deleted(OutboxItem),
        told=False,
    )
)
