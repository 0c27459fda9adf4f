"""Everything that lets somebody else in now: accesses, share codes, emergency accesses; for acts on many at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from consent.bases import Basis
from consent.hiding import codes_seen, emergencies_seen, grants_seen
from consent.models import EmergencyAccess, Grant, ShareCode


@dataclass(frozen=True)
class OpenRight:
    """One of them, in words."""

    row: Grant | ShareCode | EmergencyAccess
    since: datetime
    words: str

    @property
    def key(self) -> str:
        """What names it in a form."""
        return str(self.row.pk)


def rights_seen(basis: Basis) -> list[OpenRight]:
    """Those that stand and that whoever stands on this basis may know of. The wall must be open for the person."""
    urgent = emergencies_seen(basis).in_force().select_related("professional").order_by("started_at")
    return [
        *(OpenRight(grant, grant.starts_at, grant.reader) for grant in grants_seen(basis)),
        *(OpenRight(code, code.made_at, _("Code de partage %s") % code.words) for code in codes_seen(basis)),
        *(OpenRight(access, access.started_at, _("Accès d’urgence : %s") % access.words) for access in urgent),
    ]


def end_rights(rights: Iterable[OpenRight]) -> None:
    """End these at once: no reading by one of them comes after."""
    rows, now = [right.row for right in rights], timezone.now()
    for model, column in ((Grant, "revoked_at"), (ShareCode, "cancelled_at"), (EmergencyAccess, "ended_at")):
        model.objects.filter(pk__in=[row.pk for row in rows if isinstance(row, model)]).update(**{column: now})
