"""The summary of what is open, closed and refused, on one page: people forget what they once chose.

Each app adds what it keeps; a letter says it once a year, on the day the space was opened.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Fact
from consent.acts.grant import grant_facts
from consent.acts.representation import facts_of_representation
from consent.acts.share_code import code_facts
from consent.days import day_words
from consent.models import Block, Consent, EmergencyConsent, Grant, Purpose, ShareCode, Space, SpaceState
from consent.models.consent import OPTIONAL_PURPOSES
from consent.models.representation import Representation
from consent.telling import MOST, each_due, remind_of

# What ended longer ago is in the history alone.
RECENT = timedelta(days=365)
MOST_ROWS = 50


class Standing(StrEnum):
    """How something stands."""

    OPEN = "open"
    CLOSED = "closed"
    REFUSED = "refused"


TITLES: dict[Standing, Promise] = {
    Standing.OPEN: gettext_lazy("Ce qui est ouvert"),
    Standing.CLOSED: gettext_lazy("Ce qui a été fermé ou retiré depuis un an"),
    Standing.REFUSED: gettext_lazy("Ce qui est refusé"),
}


@dataclass(frozen=True)
class Item:
    """One line of the summary."""

    standing: Standing
    title: str
    facts: list[Fact] = field(default_factory=list)
    to_others: bool = False  # it lets somebody else in: not while the space is suspended
    suspends: bool = False  # it is that the space is


@dataclass(frozen=True)
class Part:
    """The items that stand in one way, under their title."""

    title: str
    items: list[Item]


Summariser = Callable[[UUID], list[Item]]
_summarisers: list[Summariser] = []


def summarises(summariser: Summariser) -> Summariser:
    """Decorator: this function says, in one query, how what its app keeps of a person stands. The wall is open."""
    _summarisers.append(summariser)
    return summariser


def summary_of(person_id: UUID) -> list[Part]:
    """Everything, by how it stands; a part may be empty. The wall is open for the person."""
    items = [item for summariser in _summarisers for item in summariser(person_id)]
    if any(item.suspends for item in items):
        items = [_without_effect(item) if item.to_others else item for item in items]
    return [
        Part(str(title), [item for item in items if item.standing is standing]) for standing, title in TITLES.items()
    ]


def _without_effect(item: Item) -> Item:
    kept = (_("Aujourd’hui"), _("sans effet, tant que l’espace est suspendu"))
    return replace(item, standing=Standing.CLOSED, facts=[kept, *item.facts])


def tell_year() -> int:
    """Send the summary to those whose space was opened on this day, once a year; their number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, day FROM anniversaries(%s, %s)", [timezone.now(), MOST])
        due = cursor.fetchall()
    return each_due(due, lambda person_id, day: remind_of(person_id, "year", person_id, day, "year-told"))


@summarises
def _space_and_emergency(person_id: UUID) -> list[Item]:
    """How the space stands, and whether an emergency access is allowed: forbidden is how everyone begins."""
    space = Space.objects.filter(pk=person_id).select_related("person__emergencyconsent").first()
    if space is None:
        return [_emergency(None)]
    return [_space(space), _emergency(getattr(space.person, "emergencyconsent", None))]


def _space(space: Space) -> Item:
    title = _("Mon espace de santé")
    if space.state == SpaceState.OPEN:
        return Item(Standing.OPEN, title, [(_("Depuis le"), day_words(space.opened_at))])
    if space.state == SpaceState.SUSPENDED:
        return Item(Standing.CLOSED, title, [(_("Suspendu le"), day_words(space.suspended_at))], suspends=True)
    return Item(Standing.CLOSED, title, [(_("Depuis le"), day_words(space.closed_at))])


def _emergency(allowed: EmergencyConsent | None) -> Item:
    title = _("Accès en cas d’urgence")
    if allowed:
        return Item(Standing.OPEN, title, [(_("Autorisé le"), day_words(allowed.allowed_at))], to_others=True)
    return Item(Standing.REFUSED, title, [(_("Aujourd’hui"), _("interdit"))])


@summarises
def _grants(person_id: UUID) -> list[Item]:
    """Those in force, and those that ended during the last year."""
    now = timezone.now()
    ended = Q(revoked_at__gt=now - RECENT) | Q(revoked_at__isnull=True, ends_at__gt=now - RECENT)
    standing = Q(revoked_at__isnull=True, ends_at__isnull=True)
    grants = Grant.objects.filter(standing | ended, person_id=person_id, starts_at__lte=now)
    items = []
    for grant in grants.select_related("professional", "establishment", "team").order_by("-starts_at")[:MOST_ROWS]:
        title = _("Accès de %s") % grant.reader
        if grant.revoked_at is None and (grant.ends_at is None or grant.ends_at > now):
            items.append(Item(Standing.OPEN, title, grant_facts(grant)[1:], to_others=True))
        elif grant.revoked_at:
            items.append(Item(Standing.CLOSED, title, [(_("Retiré le"), day_words(grant.revoked_at))]))
        else:
            items.append(Item(Standing.CLOSED, title, [(_("Terminé le"), day_words(grant.ends_at))]))
    return items


@summarises
def _share_codes(person_id: UUID) -> list[Item]:
    """Those that stand: the longest lasts a week, and what ended is in the history."""
    codes = ShareCode.objects.standing().filter(person_id=person_id).select_related("professional", "used_by")
    return [
        Item(Standing.OPEN, _("Code de partage"), code_facts(code), to_others=True)
        for code in codes.order_by("-made_at")[:MOST_ROWS]
    ]


@summarises
def _blocks(person_id: UUID) -> list[Item]:
    """Those to whom the space is closed, and those who were during the last year."""
    known = Q(ended_at__isnull=True) | Q(ended_at__gt=timezone.now() - RECENT)
    blocks = Block.objects.filter(known, person_id=person_id).select_related("professional", "establishment")
    return [
        Item(Standing.REFUSED, _("Bloqué : %s") % block.reader, [(_("Depuis le"), day_words(block.started_at))])
        if block.ended_at is None
        else Item(Standing.CLOSED, _("Blocage de %s") % block.reader, [(_("Levé le"), day_words(block.ended_at))])
        for block in blocks.order_by("-started_at")[:MOST_ROWS]
    ]


@summarises
def _representations(person_id: UUID) -> list[Item]:
    """Who represents the person, and who did during the last year."""
    now = timezone.now()
    known = Q(ended_at__gt=now - RECENT) | Q(ended_at__isnull=True) & (
        Q(ends_at__isnull=True) | Q(ends_at__gt=now - RECENT)
    )
    items = []
    for row in Representation.objects.filter(known, person_id=person_id).order_by("-starts_at")[:MOST_ROWS]:
        title = _("Représentation par %s") % row.name
        if row.ended_at is None and (row.ends_at is None or row.ends_at > now):
            items.append(Item(Standing.OPEN, title, facts_of_representation(row)[1:], to_others=True))
        else:
            items.append(Item(Standing.CLOSED, title, [(_("Terminé le"), day_words(row.ended_at or row.ends_at))]))
    return items


@summarises
def _consents(person_id: UUID) -> list[Item]:
    """The optional uses: accepted, withdrawn, or never accepted."""
    items, known = [], set()
    latest_first = Consent.objects.filter(person_id=person_id, purpose__in=OPTIONAL_PURPOSES).order_by(
        F("withdrawn_at").desc(nulls_first=True)
    )
    for consent in latest_first:
        if consent.purpose in known:
            continue
        known.add(consent.purpose)
        label = str(Purpose(consent.purpose).label)
        if consent.withdrawn_at is None:
            items.append(Item(Standing.OPEN, label, [(_("Accepté le"), day_words(consent.given_at))]))
        else:
            items.append(Item(Standing.REFUSED, label, [(_("Accord retiré le"), day_words(consent.withdrawn_at))]))
    never = [purpose for purpose in OPTIONAL_PURPOSES if purpose not in known]
    return [*items, *(Item(Standing.REFUSED, str(purpose.label), [(_("Aujourd’hui"), _("non"))]) for purpose in never)]
