"""`perform`: the only way an act happens (design §4).

One transaction holds the locks, the effect, the journal entry, the receipt and the outbox rows. The lock
order is the same everywhere: request, person, basis, identity, target (see docs/decisions/0006-locks.md).
"""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from consent import journal, outbox, turns
from consent.acts.base import Act, Answers, BusinessError, Effect
from consent.bases import Actor, Basis, BasisRefused, Via, lock_basis, use_basis
from consent.models import IdentityLevel, Person, Receipt
from consent.models.space import STANDING
from consent.wall import opened

# The moments of an act, in order; a trial may stop the process at each (see tests/trials).
POINTS = ("locked", "effect", "journal", "outbox", "committed")
on_point: Callable[[str], None] | None = None


def _reached(point: str) -> None:
    if on_point is not None:
        on_point(point)


def advisory_lock(kind: str, key: str) -> None:
    """Hold a lock of this name until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{kind}:{key}"])


def receipt_of(request_id: UUID) -> tuple[UUID, UUID | None] | None:
    """The receipt id and person id of an act already done under this request, or None."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT receipt_id, person_id FROM receipt_of_request(%s)", [request_id])
        return cursor.fetchone()


def perform(act: Act, basis: Basis, answers: Answers, request_id: UUID, target_id: UUID | None = None) -> Receipt:
    """Do the act once. The same `request_id` again gives the same receipt and does nothing.

    Raises `BasisRefused` (kept in the journal as a refused try) or `BusinessError` (nothing happened).
    """
    try:
        receipt = _perform(act, basis, answers, request_id, target_id)
    except BasisRefused as refused:
        journal.write_refused(basis, act.code, refused)
        raise
    _reached("committed")
    return receipt


@transaction.atomic
def _perform(act: Act, basis: Basis, answers: Answers, request_id: UUID, target_id: UUID | None) -> Receipt:
    advisory_lock("request", str(request_id))
    if done := receipt_of(request_id):
        with opened(done[1]):
            return Receipt.objects.select_related("entry").get(pk=done[0])
    with opened(basis.person_id):
        _check(act, basis)
        _reached("locked")
        # What is kept is in French whatever the page's language: one record for everyone.
        with override("fr"):
            effect = act.effect(basis, answers, target_id)
        _reached("effect")
    person_id = None if act.traceless else effect.person_id or basis.person_id
    with opened(person_id):
        return _record(act, basis, effect, person_id, request_id)


def _check(act: Act, basis: Basis) -> None:
    """Take the locks in order and check that this basis may do this act now."""
    if basis.via not in act.bases:
        raise BasisRefused(_("Cet acte ne peut pas être fait par cette voie."))
    if basis.person_id is not None and not turns.act_on(basis.person_id):
        raise BasisRefused(_("Cette personne n’existe plus dans le service."))
    lock_basis(basis, act.code)
    if reason := obstacle(act, basis):
        raise BusinessError(reason)


Standing = tuple[int | None, str | None]


def obstacle(act: Act, basis: Basis, standing: Standing | None = None) -> str | Promise:
    """Why this act is not possible for this person now, in words; empty when it is. The wall must be open for them.

    `standing`: their identity level and the state of their space, where a page has just read them.
    """
    if basis.person_id is None:
        return (
            "" if act.creates_person else _("Aucune personne n’est enregistrée : cet acte demande d’abord un espace.")
        )
    if not act.needs_space and act.level <= IdentityLevel.DECLARED:
        return ""
    if standing is None:
        standing = Person.objects.filter(pk=basis.person_id).values_list("level", "space__state").first()
    level, state = standing or (None, None)
    if level is not None and level < act.level:
        return _(
            "L’identité n’a pas encore été vérifiée. « Faire vérifier mon identité », dans « Mon espace », dit comment."
        )
    if act.needs_space and state not in STANDING:
        return _("Il n’y a pas d’espace ouvert : cet acte n’est possible que dans un espace ouvert.")
    return ""


def _record(act: Act, basis: Basis, effect: Effect, person_id: UUID | None, request_id: UUID) -> Receipt:
    shown = _nameless(basis) if act.traceless else basis
    entry = journal.write_act(shown, act.code, effect, person_id=person_id, request_id=request_id)
    _reached("journal")
    receipt = Receipt.objects.create(person_id=person_id, entry=entry)
    # What gave the right may be a row of the person (a mail), even when the trace is about nobody.
    with opened(basis.person_id or person_id):
        use_basis(basis, receipt, effect)
    # The acts of a visit are told together, when it ends.
    if act.notifies and person_id and basis.visit_id is None:
        outbox.put("told", entry.pk, person_id)
    for topic, subject_id in effect.follow:
        outbox.put(topic, subject_id, person_id)
    _reached("outbox")
    return receipt


def _nameless(basis: Basis) -> Basis:
    """The basis as a traceless act keeps it: nothing in it leads to the person (a mandate, a visit, an account)."""
    actor = Actor(basis.actor.kind) if basis.via in (Via.SELF, Via.REPRESENTATION) else basis.actor
    visit_id = None if basis.person_id else basis.visit_id
    return replace(basis, person_id=None, actor=actor, reference="", visit_id=visit_id)
