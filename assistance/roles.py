"""Who may do what at a counter or in the service: the one place where staff rights are given and asked.

Rights are standing rights of staff, kept by guardian on the counter, through one group for each role
of each counter. Being a superuser gives none of them: keeping the machines is not serving people.
What dates and ends (mandates, grants) is never here.
"""

from enum import StrEnum

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Group, PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from guardian.shortcuts import assign_perm

from assistance.models.agent import CounterRole
from assistance.models.counter import Counter, CounterGroupObjectPermission, CounterUserObjectPermission
from consent.models.case import FOR_AUDITOR, CaseKind

Someone = AbstractBaseUser | PermissionsMixin | AnonymousUser


class CounterRight(StrEnum):
    """What staff can be allowed to do at one counter; each is a permission of `Counter`."""

    ASSIST = "assist"
    MANAGE = "manage"
    SCAN = "scan"
    PRINT = "print"


class Service(StrEnum):
    """The teams that work for the whole service; each is the name of a group."""

    MAIL = "service:courrier"
    AUDIT = "service:audit"


RIGHTS: dict[CounterRole, frozenset[CounterRight]] = {
    CounterRole.AGENT: frozenset({CounterRight.ASSIST, CounterRight.SCAN, CounterRight.PRINT}),
    CounterRole.MANAGER: frozenset(CounterRight),
}


def group_name(counter: Counter, role: CounterRole) -> str:
    """The name of the group of a role at a counter: "guichet:137:agents"."""
    return f"guichet:{counter.number}:{role}"


# -- Asking ---------------------------------------------------------------------------------------


def rights_on(user: Someone, counter: Counter) -> frozenset[CounterRight]:
    """Every right that the user holds on the counter, in one query; none for a closed account."""
    if not user.is_active or user.pk is None:
        return frozenset()
    by_role = CounterGroupObjectPermission.objects.filter(content_object=counter, group__user=user.pk)
    by_name = CounterUserObjectPermission.objects.filter(content_object=counter, user=user.pk)
    codes = by_role.values_list("permission__codename").union(by_name.values_list("permission__codename"))
    return frozenset(CounterRight(code) for (code,) in codes)


def has_right(user: Someone, right: CounterRight, counter: Counter) -> bool:
    """True if the user holds the right on the counter now. One query, never remembered: an end is an end."""
    return CounterRight(right) in rights_on(user, counter)


def require(user: Someone, right: CounterRight, counter: Counter) -> None:
    """Raise Http404 if the user has no right at all on the counter, PermissionDenied if not this one."""
    held = rights_on(user, counter)
    if not held:
        raise Http404
    if CounterRight(right) not in held:
        raise PermissionDenied


def counter_for(user: Someone, right: CounterRight, number: int) -> Counter:
    """The counter of that number, once the right is checked. Raises as `require`; 404 if there is none."""
    counter = Counter.objects.filter(number=number).first()
    if counter is None:
        raise Http404
    require(user, right, counter)
    return counter


def counters_of(user: Someone, right: CounterRight = CounterRight.ASSIST) -> QuerySet[Counter]:
    """The counters on which the user holds the right (to assist, if nothing is said)."""
    if not user.is_active or user.pk is None:
        return Counter.objects.none()
    code = CounterRight(right)
    by_role = CounterGroupObjectPermission.objects.filter(group__user=user.pk, permission__codename=code)
    by_name = CounterUserObjectPermission.objects.filter(user=user.pk, permission__codename=code)
    return Counter.objects.filter(
        Q(pk__in=by_role.values("content_object")) | Q(pk__in=by_name.values("content_object"))
    )


def in_service(user: Someone, service: Service) -> bool:
    """True if the user works in that team of the service."""
    return bool(user.is_active and user.pk and user.groups.filter(name=service).exists())


def is_clerk(user: Someone) -> bool:
    """True if the user keys in posted forms and sends letters."""
    return in_service(user, Service.MAIL)


def is_auditor(user: Someone) -> bool:
    """True if the user checks the journal and the seals."""
    return in_service(user, Service.AUDIT)


def answered_by(kind: CaseKind) -> Service:
    """The team that answers cases of this kind: clerks, or the auditor for what may be about clerks."""
    return Service.AUDIT if kind in FOR_AUDITOR else Service.MAIL


# -- Giving and taking back -----------------------------------------------------------------------


def group_of(counter: Counter, role: CounterRole) -> Group:
    """The group of a role at a counter, made with its rights the first time that it is needed."""
    group, created = Group.objects.get_or_create(name=group_name(counter, role))
    if created:
        for right in sorted(RIGHTS[role]):
            assign_perm(f"assistance.{right}", group, counter)
    return group


@transaction.atomic
def join(user: Someone, counter: Counter, role: CounterRole = CounterRole.AGENT) -> None:
    """Put the user in the team of the counter, in that role only. Doing it twice changes nothing."""
    leave(user, counter)
    user.groups.add(group_of(counter, role))


def leave(user: Someone, counter: Counter) -> None:
    """Take the user out of the team of the counter; their next request already lacks the rights."""
    user.groups.remove(*Group.objects.filter(name__in=[group_name(counter, role) for role in CounterRole]))


@transaction.atomic
def join_service(user: Someone, service: Service) -> None:
    """Put the user in a team of the service."""
    group, _created = Group.objects.get_or_create(name=service)
    user.groups.add(group)


def role_of(user: Someone, counter: Counter) -> CounterRole | None:
    """The role of the user at the counter, or None if they are not of its team."""
    names = set(user.groups.values_list("name", flat=True))
    for role in (CounterRole.MANAGER, CounterRole.AGENT):
        if group_name(counter, role) in names:
            return role
    return None
