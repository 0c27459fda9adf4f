"""The team of a counter: who is in it, who is invited, who leaves."""

from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from assistance.models.agent import CounterRole, Invitation, token_digest
from assistance.models.counter import Counter
from assistance.roles import Someone, group_name, join, leave, role_of

MOST_OPEN_INVITATIONS = 30
# A second click on "invite" is not a second invitation.
SAME_CLICK = timedelta(minutes=1)


class TeamRefusal(Exception):
    """What was asked of the team cannot be done; its text says why, to the person who asked."""


@dataclass(frozen=True)
class Member:
    """Someone of the team, as its manager sees them."""

    user: Someone
    name: str
    email: str
    role: CounterRole


def members(counter: Counter) -> list[Member]:
    """The team of the counter by name, in one query."""
    roles = {group_name(counter, role): role for role in CounterRole}
    users = (
        get_user_model()
        .objects.filter(groups__name__in=roles, is_active=True)
        .annotate(group_name=F("groups__name"))
        .order_by("pk")
    )
    found = [Member(user, user.name or user.email, user.email, roles[user.group_name]) for user in users]
    return sorted(found, key=lambda member: member.name.casefold())


def open_invitations(counter: Counter) -> list[Invitation]:
    """The invitations of the counter that can still be accepted, the latest first."""
    return list(counter.invitations.open())


@transaction.atomic
def invite(*, by: Someone, counter: Counter, email: str, name: str, role: CounterRole) -> Invitation:
    """Send a link that lets someone join the team; an older link to the same address stops working.

    Raises TeamRefusal if they are of the team already, if too many links wait, or if the e-mail could
    not be sent: then nothing is kept.
    """
    _lock(counter)
    forget_over()
    user = get_user_model().objects.by_email(email)
    if user is not None and role_of(user, counter):
        raise TeamRefusal(_("Cette personne fait déjà partie de l’équipe."))
    waiting = open_invitations(counter)
    for older in waiting:
        if older.email.casefold() == email.casefold():
            if older.role == role and timezone.now() - older.created_at < SAME_CLICK:
                return older
            _cancel(older)
    if len(waiting) >= MOST_OPEN_INVITATIONS:
        raise TeamRefusal(_("Trop d’invitations attendent une réponse. Annulez-en avant d’en envoyer une autre."))
    invitation = Invitation(counter=counter, role=role, invited_by=by)
    invitation.email, invitation.name = email, name
    token = invitation.draw_token()
    invitation.save(force_insert=True)
    _send(invitation, token)
    return invitation


def invitation_of(token: str) -> Invitation | None:
    """The invitation of a link, open or over, or None if no such link was ever sent."""
    return Invitation.objects.select_related("counter").filter(token_hash=token_digest(token)).first()


def account_of(invitation: Invitation) -> Someone | None:
    """The account that the invited address has already, if any."""
    return get_user_model().objects.by_email(invitation.email)


@transaction.atomic
def accept_with_new_account(invitation: Invitation, *, name: str, password: str) -> Someone:
    """Make the account, put it in the team, and end the invitation. Raises TeamRefusal if it is over."""
    invitation = _locked_open(invitation)
    if account_of(invitation) is not None:
        raise TeamRefusal(_("Un compte existe déjà avec cette adresse. Connectez-vous d’abord."))
    user = import_string(settings.ACCOUNT_MAKER)(email=invitation.email, password=password, name=name)
    _join(user, invitation)
    return user


@transaction.atomic
def accept(invitation: Invitation, user: Someone) -> None:
    """Put the account that was invited in the team. Raises TeamRefusal if it is over, or for someone else."""
    invitation = _locked_open(invitation)
    if account_of(invitation) != user:
        raise TeamRefusal(_("Cette invitation est pour une autre adresse."))
    _join(user, invitation)


@transaction.atomic
def cancel(counter: Counter, invitation_id: object) -> None:
    """Make the link of an open invitation of this counter useless. Doing it twice changes nothing."""
    for invitation in counter.invitations.open().select_for_update().filter(pk=invitation_id):
        _cancel(invitation)


@transaction.atomic
def remove(counter: Counter, user: Someone) -> None:
    """Take someone out of the team, at once. Raises TeamRefusal for the last manager."""
    _lock(counter)
    managers = [member.user for member in members(counter) if member.role == CounterRole.MANAGER]
    if managers == [user]:
        raise TeamRefusal(_("Une équipe garde au moins un responsable. Nommez-en un autre d’abord."))
    leave(user, counter)


def forget_over() -> int:
    """Empty the names and addresses of the invitations that are over; how many were."""
    over = Q(accepted_at__isnull=False) | Q(cancelled_at__isnull=False) | Q(expires_at__lte=timezone.now())
    left = Invitation.objects.filter(over).exclude(email_sealed=b"", name_sealed=b"")
    return left.update(email_sealed=b"", name_sealed=b"")


def _lock(counter: Counter) -> None:
    """Let one change of the team happen at a time."""
    Counter.objects.select_for_update().only("pk").get(pk=counter.pk)


def _locked_open(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("counter").get(pk=invitation.pk)
    if not locked.is_open:
        raise TeamRefusal(_("Ce lien a déjà servi, ou il est trop ancien."))
    return locked


def _join(user: Someone, invitation: Invitation) -> None:
    join(user, invitation.counter, CounterRole(invitation.role))
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.forget()
    invitation.save()


def _cancel(invitation: Invitation) -> None:
    invitation.cancelled_at = timezone.now()
    invitation.forget()
    invitation.save()


def _send(invitation: Invitation, token: str) -> None:
    link = settings.SITE_URL.rstrip("/") + reverse("assistance:invitation", args=[token])
    context = {"invitation": invitation, "link": link}
    try:
        send_mail(
            subject=_("Invitation à rejoindre l’équipe d’un guichet"),
            message=render_to_string("assistance/team/invitation.txt", context),
            from_email=None,
            recipient_list=[invitation.email],
        )
    except (OSError, SMTPException) as error:
        raise TeamRefusal(_("L’e-mail n’a pas pu partir. Rien n’est enregistré : essayez plus tard.")) from error
