"""Visits: beginning one with the person present, keeping it alive, ending it (design §6)."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from assistance import visit_memory
from assistance.bases import OWN_AFFAIR, users_about
from assistance.mandates import end_with_visit
from assistance.models import Counter, Visit, VisitEnd
from assistance.models.visit import IDLE
from consent import journal, outbox
from consent.acts.base import BusinessError
from consent.bases import Actor, Basis, Via
from consent.forms.identity import TraitsForm
from consent.models import Person
from consent.models.journal_entry import ActorKind
from consent.models.person import find_confirmed
from consent.traits import Traits
from consent.wall import opened


def start(
    user: AbstractBaseUser, counter: Counter, traits: Traits, typed: dict[str, str], document: tuple[str, str]
) -> Visit:
    """Begin a visit with the person whose identity document (kind, last 3 characters) was seen.

    `typed` are the identity answers as text: they are kept sealed in the cache for the time of the visit,
    so that they need not be typed again. Raises `BusinessError` while another visit is open.
    """
    end_idle(of=user)
    if current_of(user):
        raise BusinessError(_("Vous avez déjà une visite en cours : terminez-la avant d’en commencer une autre."))
    if _is_self(user, traits):
        raise BusinessError(OWN_AFFAIR)
    person_id = find_confirmed(traits)
    try:
        with opened(person_id):
            if users_about(person_id).filter(pk=user.pk, own_affair=True).exists():
                raise BusinessError(OWN_AFFAIR)
            visit = Visit.objects.create(
                counter=counter, agent=user, person_id=person_id, document_kind=document[0], document_tail=document[1]
            )
            if person_id:
                _journal(visit, "visit.started", lambda: [(_("Pièce vue"), document_words(visit))])
    except IntegrityError as error:
        # Another tab was faster: the database keeps one open visit for an agent.
        raise BusinessError(_("Vous avez déjà une visite en cours : terminez-la d’abord.")) from error
    visit_memory.remember_typed(visit.pk, typed)
    return visit


def _is_self(user: AbstractBaseUser, traits: Traits) -> bool:
    """Whether the agent is this person: by their linked row, of whatever level."""
    if user.person_id is None:
        return False
    with opened(user.person_id):
        own = Person.objects.filter(pk=user.person_id).values_list("traits_index", flat=True).first()
    return own is not None and bytes(own) == traits.traits_index()


def document_words(visit: Visit) -> str:
    """The identity document that was seen, in words; empty once it was forgotten."""
    return f"{visit.get_document_kind_display()} …{visit.document_tail}" if visit.document_kind else ""


def typed_traits(visit_id: UUID) -> Traits | None:
    """The traits typed at the start, while the visit lasts; else None."""
    form = TraitsForm(visit_memory.typed_identity(visit_id))
    return form.traits if form.is_valid() else None


def person_of(visit_id: UUID, user: AbstractBaseUser) -> tuple[UUID | None] | None:
    """The person of this agent's visit, in a tuple of one; None when no such visit is theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM visit_of_agent(%s, %s)", [visit_id, user.pk])
        return cursor.fetchone()


def current_of(user: AbstractBaseUser) -> tuple[UUID, UUID | None] | None:
    """The id and the person of the visit that this agent has open, if any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT visit_id, person_id FROM open_visit_of(%s)", [user.pk])
        return cursor.fetchone()


def touch(visit: Visit) -> None:
    """The visit is still going on: the 10 minutes begin again."""
    visit.last_seen_at = timezone.now()
    with opened(visit.person_id):
        Visit.objects.filter(pk=visit.pk, ended_at__isnull=True).update(last_seen_at=visit.last_seen_at)
    visit_memory.keep_alive(visit.pk)


def end(visit_id: UUID, person_id: UUID | None, reason: VisitEnd) -> Visit | None:
    """End a visit, once, and the mandates that were given for it alone.

    Its acts are told in one letter, and of someone without a row nothing is kept. None when it had ended.
    """
    with transaction.atomic(), opened(person_id):
        # The lock order of acts: person, mandate, visit.
        Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
        found = Visit.objects.select_related("counter").filter(pk=visit_id, ended_at__isnull=True)
        ended = end_with_visit(person_id, found)
        visit = found.select_for_update(of=("self",)).first()
        if visit is None:
            return None
        visit.ended_at, visit.end_reason = timezone.now(), reason
        if visit.person_id is None:
            visit.document_kind = visit.document_tail = ""
        visit.save()
        if visit.person_id:
            by_clock = reason is VisitEnd.IDLE
            _journal(visit, "visit.ended", lambda: _end_facts(visit, ended), by_clock=by_clock)
            outbox.put("visit-told", visit.pk, visit.person_id)
    visit_memory.forget(visit_id)
    return visit


def end_idle(of: AbstractBaseUser | None = None) -> int:
    """End the visits without activity for 10 minutes (of one agent, or all); their number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT visit_id, person_id FROM visits_idle(%s)", [timezone.now() - IDLE])
        idle = cursor.fetchall()
    if of is not None:
        mine = current_of(of)
        idle = [row for row in idle if mine and row[0] == mine[0]]
    return sum(end(visit_id, person_id, VisitEnd.IDLE) is not None for visit_id, person_id in idle)


def presence(visit: Visit) -> Basis:
    """The basis of what is done in a visit without mandate: the person is there."""
    actor = Actor(ActorKind.AGENT, visit.agent_id, visit.counter.number)
    return Basis(Via.PRESENCE, visit.person_id, actor, right_id=visit.pk, visit_id=visit.pk)


def _end_facts(visit: Visit, ended: list[str]) -> list[tuple[str, str]]:
    return [(_("Fin"), str(visit.get_end_reason_display())), *((_("Mandat terminé"), ref) for ref in ended)]


def _journal(visit: Visit, code: str, facts: Callable[[], list[tuple[str, str]]], *, by_clock: bool = False) -> None:
    basis = presence(visit)
    if by_clock:
        basis = Basis(Via.PRESENCE, visit.person_id, journal.machine(), right_id=visit.pk, visit_id=visit.pk)
    with override("fr"):
        words = [(_("Guichet"), str(visit.counter)), *facts()]
    journal.write_event(basis, code, words, person_id=visit.person_id)
