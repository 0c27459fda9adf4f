"""Whether an agent or a clerk who reads serves in the same team as the person whom they read."""

from django.contrib.auth import get_user_model
from django.db.models import Exists

from assistance.models import CounterGroupObjectPermission
from consent.bases import Basis
from consent.models.journal_entry import ActorKind
from consent.nearness import works_beside


@works_beside
def same_counter(basis: Basis) -> Exists | None:
    """At a counter of the reader, whatever the role there; or in the same team of the service."""
    colleagues = get_user_model().objects.filter(person_id=basis.person_id)
    if basis.actor.kind == ActorKind.AGENT:
        counters = CounterGroupObjectPermission.objects.filter(group__user=basis.actor.id).values("content_object")
        return Exists(colleagues.filter(groups__countergroupobjectpermission__content_object__in=counters))
    if basis.actor.kind == ActorKind.CLERK:
        return Exists(colleagues.filter(groups__user=basis.actor.id))
    return None
