"""The agent's desk: their counters, the visit that goes on, the papers to sign; and who did what, for managers."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from assistance import mandates, visits
from assistance.models import Counter
from assistance.roles import CounterRight, counter_for, counters_of
from consent.days import day_words, moment_words
from consent.models.journal_entry import Outcome
from consent.trace.history import what_words

SHOWN = 20
ACTIVITY_DAYS = 30
ACTIVITY_MOST = 1000


@dataclass(frozen=True)
class Paper:
    """A mandate that waits for its signature: its reference, when and by whom it was prepared."""

    reference: str
    drafted: str
    by: str
    mine: bool


@dataclass(frozen=True)
class Place:
    """One counter as its agent sees it. `more` papers wait, and `more_ending` mandates end, beyond those shown.

    `ending`: the references of the mandates that end soon, each with its day.
    """

    counter: Counter
    serves: bool
    manages: bool
    papers: list[Paper]
    more: int
    ending: list[tuple[str, str]]
    more_ending: int


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The counters of the agent, and what waits there."""
    visits.end_idle(of=request.user)
    places = places_of(request.user)
    if not places:
        raise PermissionDenied(_("Vous n’êtes agent d’aucun guichet. Demandez une invitation à son responsable."))
    return render(request, "assistance/desk/desk.html", {"places": places, "current": visits.current_of(request.user)})


def places_of(user: object) -> list[Place]:
    """The counters where this user serves or manages, with the papers that wait there."""
    serving = {counter.number: counter for counter in counters_of(user, CounterRight.ASSIST)}
    managed = {counter.number: counter for counter in counters_of(user, CounterRight.MANAGE)}
    waiting = mandates.to_sign(list(serving))
    ending = mandates.ending_soon(list(serving))
    names = names_of({paper.drafted_by for papers in waiting.values() for paper in papers[:SHOWN]})
    places = []
    for number, counter in {**managed, **serving}.items():
        found = waiting.get(number, [])
        papers = [
            Paper(
                one.reference,
                moment_words(one.drafted_at),
                names.get(one.drafted_by, ""),
                one.drafted_by == user.pk,
            )
            for one in found[:SHOWN]
        ]
        ends = [(ref, day_words(at)) for ref, at in ending.get(number, [])]
        more, more_ending = max(0, len(found) - SHOWN), max(0, len(ends) - SHOWN)
        place = Place(counter, number in serving, number in managed, papers, more, ends[:SHOWN], more_ending)
        places.append(place)
    return sorted(places, key=lambda place: place.counter.name)


def names_of(ids: set[UUID | None]) -> dict[UUID, str]:
    """The names of these users, in one query; an agent without name shows their address."""
    return {user.pk: user.name or user.email for user in get_user_model().objects.filter(pk__in=ids)}


HEADS = [gettext_lazy("Quand"), gettext_lazy("Quoi"), gettext_lazy("Qui"), gettext_lazy("Résultat")]


@require_safe
def activity(request: HttpRequest, number: int) -> HttpResponse:
    """Who did what at a counter during the last 30 days, for its manager."""
    counter = counter_for(request.user, CounterRight.MANAGE, number)
    page = Paginator(_steps(number), 50).get_page(request.GET.get("page"))
    names = names_of({actor_id for _at, _code, _outcome, actor_id in page})
    rows = [
        [
            moment_words(at),
            what_words(code),
            names.get(actor_id, _("compte supprimé")),
            Outcome(outcome).label,
        ]
        for at, code, outcome, actor_id in page
    ]
    context = {"counter": counter, "page": page, "rows": rows, "heads": HEADS, "days": ACTIVITY_DAYS}
    return render(request, "assistance/desk/activity.html", context)


def _steps(number: int) -> list[tuple[object, str, str, UUID | None]]:
    since = timezone.now() - timedelta(days=ACTIVITY_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, code, outcome, actor_id FROM acts_at_counter(%s, %s, %s)", [number, since, ACTIVITY_MOST]
        )
        return cursor.fetchall()
