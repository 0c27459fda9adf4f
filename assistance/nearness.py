"""Whether an agent who reads serves at the same counter as the person whom they read."""

from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.models import CounterGroupObjectPermission
from consent.bases import Basis
from consent.models.journal_entry import ActorKind
from consent.nearness import tells_tie


@tells_tie
def same_counter(basis: Basis) -> Promise | None:
    """The account that is linked to the person is in the team of a counter of the reader, or in the same service."""
    if basis.actor.kind == ActorKind.PROFESSIONAL:
        return None
    teams = CounterGroupObjectPermission.objects.filter(group__user=basis.actor.id).values("content_object")
    colleagues = get_user_model().objects.filter(person_id=basis.person_id)
    if basis.actor.kind == ActorKind.AGENT:
        near = colleagues.filter(groups__countergroupobjectpermission__content_object__in=teams)
    else:
        near = colleagues.filter(groups__user=basis.actor.id)
    return _("il travaille au même endroit que vous") if near.exists() else None
