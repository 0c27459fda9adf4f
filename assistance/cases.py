"""Cases on the desks of those who answer them: the queues, reading one, extending it, answering it (GDPR, article 12).

The queues show ids, kinds and dates, across persons; what someone wrote is read one case at a time, and they see who
read it. Clerks answer requests; the auditor answers complaints and contests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from assistance.counted_rows import CountedRows, rows_of
from assistance.roles import Service
from consent import journal, outbox
from consent.acts.base import BusinessError, Fact
from consent.bases import Actor, Basis, BasisRefused, Via, lock_basis
from consent.days import day_words, moment_words
from consent.models import Case, CaseKind, CaseOutcome, CaseState, JournalEntry, Person
from consent.models.case import FOR_AUDITOR, FOR_CLERKS, WrongCaseStep
from consent.models.journal_entry import ActorKind
from consent.reading import read
from consent.trace import history
from consent.wall import opened

SOON = timedelta(days=7)
OPEN_STATES = [CaseState.OPEN, CaseState.EXTENDED]


@dataclass(frozen=True)
class Desk:
    """Those who answer cases of some kinds, and where."""

    service: Service
    kinds: frozenset[CaseKind]
    actor: ActorKind
    list_url: str
    case_url: str
    shows_identity: bool


CLERKS = Desk(Service.MAIL, FOR_CLERKS, ActorKind.CLERK, "assistance:cases", "assistance:case", shows_identity=True)
AUDIT = Desk(
    Service.AUDIT, FOR_AUDITOR, ActorKind.AUDITOR, "assistance:audit-cases", "assistance:audit-case",
    shows_identity=False,
)  # fmt: skip


# -- The queue ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How many cases a desk has: to answer, answered; of the first, within a week of their limit, and past it."""

    to_answer: int
    answered: int
    soon: int
    late: int


@dataclass(frozen=True)
class Row:
    """One case of the list: no name, no content. `due` is the last day on which an answer is in time."""

    id: UUID
    reference: str
    kind: str
    state: str
    opened_at: datetime
    due: date
    answered_at: datetime | None

    @property
    def kind_words(self) -> str:
        """What is asked."""
        return str(CaseKind(self.kind).label)


def cases_in(desk: Desk, states: list[CaseState], many: int) -> CountedRows[Row]:
    """The cases of a desk in these states, `many` of them."""
    query = "SELECT case_id, reference, kind, state, opened_at, due, answered_at FROM cases_in(%s, %s, %s, %s)"
    return rows_of(query, Row, [sorted(desk.kinds), states], many)


def counts(desk: Desk, today: date | None = None) -> Counts:
    """The figures of a desk, today if nothing is said."""
    today = today or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM case_counts(%s, %s, %s)", [sorted(desk.kinds), today, today + SOON])
        return Counts(*cursor.fetchone())


# -- One case -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """What a desk sees of one case. `line` is the contested line of the history, without its details."""

    case: Case
    identity: list[Fact]
    line: list[Fact]


def _basis_of(desk: Desk, case_id: UUID, user: AbstractBaseUser) -> Basis:
    """The basis of one case for this user. Raises `Case.DoesNotExist` for another desk's, and for none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, kind, reference FROM case_person(%s)", [case_id])
        found = cursor.fetchone()
    if found is None or found[1] not in desk.kinds:
        raise Case.DoesNotExist
    person_id, _kind, reference = found
    return Basis(Via.SERVICE, person_id, Actor(desk.actor, user.pk), right_id=case_id, reference=reference)


def open_case(desk: Desk, case_id: UUID, user: AbstractBaseUser) -> Shown:
    """Read one case: a read that its person sees, once in ten minutes.

    Raises `Case.DoesNotExist`, and `BasisRefused`, which is journaled.
    """
    basis = _basis_of(desk, case_id, user)

    def fetch() -> Shown:
        case = Case.objects.select_related("answered_by", "person").get(pk=case_id)
        # Opened here, while the key is at hand.
        _opened = case.words, case.answer, case.extension_reason
        return Shown(case, _identity(case) if desk.shows_identity else [], _line(case))

    facts: list[Fact] = [(gettext_lazy("Demande"), basis.reference)]
    return read(basis, "case.read", facts, fetch, once=True)


def _identity(case: Case) -> list[Fact]:
    person = case.person
    return [
        (_("Personne"), person.name),
        (_("Date de naissance"), day_words(person.birth_date)),
        (_("Identité"), str(person.get_level_display())),
    ]


def _line(case: Case) -> list[Fact]:
    if case.kind != CaseKind.CONTEST:
        return []
    entry = history.with_counters(JournalEntry.objects.filter(pk=case.subject_id)).first()
    if entry is None:
        return []
    line = [
        (_("Ligne"), str(entry.pk)),
        (_("Quand"), moment_words(entry.at)),
        (_("Quoi"), history.what_words(entry.code)),
    ]
    if entry.actor_kind == ActorKind.REPRESENTATIVE:
        # Their name is that of the person's family: the auditor knows nobody but staff by name.
        return [*line, (_("Fait par"), str(ActorKind.REPRESENTATIVE.label))]
    return [*line, *history.done_facts(entry), (_("Compte"), str(entry.actor_id or _("aucun")))]


@contextmanager
def _in_hand(desk: Desk, case_id: UUID, user: AbstractBaseUser, code: str) -> Iterator[tuple[Basis, Case]]:
    """The case locked, for whoever answers it; a refusal is journaled."""
    basis = _basis_of(desk, case_id, user)
    try:
        with transaction.atomic(), opened(basis.person_id):
            # The same order as everywhere: the person, what gives the right, then the case.
            Person.objects.select_for_update(no_key=True).get(pk=basis.person_id)
            lock_basis(basis, code)
            yield basis, Case.objects.select_for_update().get(pk=case_id)
    except BasisRefused as refused:
        journal.write_refused(basis, code, refused)
        raise


def answer(desk: Desk, case_id: UUID, user: AbstractBaseUser, outcome: CaseOutcome, words: str) -> None:
    """Answer a case, once; the person finds the answer in their space, and by their channel.

    The same answer sent twice is one answer. Raises `BusinessError`, `BasisRefused`, `Case.DoesNotExist`.
    """
    with _in_hand(desk, case_id, user, "case.answered") as (basis, case):
        if (case.answered_by_id, case.outcome, case.answer) == (user.pk, outcome, words):
            return
        _advance(case, CaseState.ANSWERED)
        case.answered_by_id, case.outcome, case.answer = user.pk, outcome, words
        case.save()
        with override("fr"):
            facts = [*_facts(case), (_("Réponse"), case.outcome_words)]
        journal.write_event(basis, "case.answered", facts, person_id=case.person_id)
        outbox.put("case-answered", case.pk, case.person_id)


def extend(desk: Desk, case_id: UUID, user: AbstractBaseUser, until: date, reason: str) -> None:
    """Give the case more time, once, before its month is over: the person is told until when, and why.

    Raises `BusinessError`, `BasisRefused`, `Case.DoesNotExist`.
    """
    with _in_hand(desk, case_id, user, "case.extended") as (basis, case):
        if (case.state, case.extended_until, case.extension_reason) == (CaseState.EXTENDED, until, reason):
            return
        if case.is_late(timezone.localdate()):
            raise BusinessError(_("Le mois est passé : il est trop tard pour prolonger. Répondez à la personne."))
        if not case.due_on < until <= case.last_extension:
            words = _("Choisissez un jour après le %(due)s, et au plus tard le %(last)s.")
            raise BusinessError(
                words % {"due": day_words(case.due_on), "last": day_words(case.last_extension)}, "until"
            )
        _advance(case, CaseState.EXTENDED)
        case.extended_until, case.extension_reason = until, reason
        case.save()
        with override("fr"):
            facts = [*_facts(case), (_("Prolongée jusqu’au"), day_words(until))]
        journal.write_event(basis, "case.extended", facts, person_id=case.person_id)
        outbox.put("case-extended", case.pk, case.person_id)


def _advance(case: Case, to: CaseState) -> None:
    try:
        case.advance(to)
    except WrongCaseStep:
        if case.state == CaseState.ANSWERED:
            raise BusinessError(_("Cette demande a déjà reçu sa réponse.")) from None
        raise BusinessError(_("Le délai de cette demande a déjà été prolongé.")) from None


def _facts(case: Case) -> list[Fact]:
    return [(_("Demande"), str(case.get_kind_display())), (_("Référence"), case.reference)]
