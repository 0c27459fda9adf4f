"""An explanation that the auditor asks of a professional: asking, telling, answering.

The professional sees when what is asked about took place, the question and their own answer: neither the patient's
name nor anything that is kept of them. The answer is an event of the person's journal, or of nobody's for a signal.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from consent import journal, outbox
from consent.acts.base import BusinessError, Fact
from consent.bases import Basis, Via, lock_basis
from consent.days import day_words, moment_words
from consent.models import EmergencyAccess, Explanation
from consent.readers import reader
from consent.wall import opened

ASKED, EXPLAINED = "audit.asked", "audit.explained"
TOPIC = "explanation-asked"
MOST = 50  # open questions on the page of one professional


class Asked(NamedTuple):
    """A question that waits for its answer: numbers and dates. `started_at` is of an access, `day` of a signal."""

    explanation_id: UUID
    asked_at: datetime
    started_at: datetime | None
    day: date | None


@dataclass(frozen=True)
class Shown:
    """A question as its professional reads it. `started_at` is of an access, `day` of a signal."""

    asked_at: datetime
    started_at: datetime | None
    day: date | None
    question: str
    answer: str
    answered_at: datetime | None


# -- The auditor ------------------------------------------------------------------------------------


def ask_of_access(basis: Basis, access: EmergencyAccess, question: str) -> None:
    """Ask the professional of an emergency access. In the review's transaction, the wall open for the person."""
    asked = Explanation.objects.create(
        person_id=access.person_id, access=access, professional_id=access.professional_id, question=question,
        asked_by=basis.actor.id,
    )  # fmt: skip
    outbox.put(TOPIC, asked.pk, access.person_id)


@transaction.atomic
def ask_of_signal(
    basis: Basis, professional_id: int, rule: str, actor_id: UUID, day: date, question: str, facts: list[Fact]
) -> None:
    """Ask the professional whose account gave a signal. The same question again while it waits is one question.

    Raises `BasisRefused`.
    """
    with opened(None):
        lock_basis(basis, ASKED)
        waiting = Explanation.objects.filter(rule=rule, actor_id=actor_id, day=day, answered_at=None)
        if any(one.question == question for one in waiting):
            return
        asked = Explanation.objects.create(
            professional_id=professional_id, rule=rule, actor_id=actor_id, day=day, question=question,
            asked_by=basis.actor.id,
        )  # fmt: skip
        journal.write_event(basis, ASKED, facts, person_id=None)
        outbox.put(TOPIC, asked.pk, None)


def of_access(access_id: UUID) -> list[Explanation]:
    """What was asked and answered about an access, the newest first. The wall is open for its person."""
    return _opened(Explanation.objects.filter(access_id=access_id).order_by("-asked_at"))


def of_signal(rule: str, actor_id: UUID, day: date) -> list[Explanation]:
    """What was asked and answered about a signal, the newest first."""
    return _opened(Explanation.objects.filter(person=None, rule=rule, actor_id=actor_id, day=day).order_by("-asked_at"))


def _opened(rows: object) -> list[Explanation]:
    found = list(rows)
    for one in found:
        # Opened here, while the key is at hand.
        _words = one.question, one.answer
    return found


# -- The professional -------------------------------------------------------------------------------


def asked_of(user: AbstractBaseUser) -> list[Asked]:
    """The questions that wait for this professional's answer, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM explanations_asked(%s, %s)", [user.professional_id, MOST])
        return [Asked(*row) for row in cursor.fetchall()]


def show(user: AbstractBaseUser, explanation_id: UUID) -> Shown:
    """One question to this professional. Raises `Explanation.DoesNotExist`, also for a question to somebody else."""
    with opened(_person_of(user, explanation_id)):
        one = Explanation.objects.select_related("access").get(pk=explanation_id)
        started_at = one.access.started_at if one.access else None
        return Shown(one.asked_at, started_at, one.day, one.question, one.answer or "", one.answered_at)


def answer(user: AbstractBaseUser, explanation_id: UUID, words: str) -> None:
    """Keep this professional's answer, once; the same words sent twice are one answer.

    Raises `Explanation.DoesNotExist`, `BusinessError` when another answer was given, and `BasisRefused`.
    """
    person_id = _person_of(user, explanation_id)
    basis = Basis(Via.SERVICE, person_id, reader(user), right_id=explanation_id)
    with opened(person_id), transaction.atomic():
        lock_basis(basis, EXPLAINED)
        one = Explanation.objects.select_for_update(of=("self",)).select_related("access").get(pk=explanation_id)
        if one.answered_at is not None:
            if one.answer == words:
                return
            raise BusinessError(_("Vous avez déjà répondu. Ce que vous avez écrit n’est pas parti."))
        one.answer, one.answered_at = words, timezone.now()
        one.save(update_fields=["answer", "answered_at"])
        journal.write_event(replace(basis, right_id=None), EXPLAINED, _facts(one), person_id=person_id)


def _person_of(user: AbstractBaseUser, explanation_id: UUID) -> UUID | None:
    """Of whom a question to this professional is. Raises `Explanation.DoesNotExist`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM explanation_of(%s, %s)", [explanation_id, user.professional_id])
        found = cursor.fetchone()
    if found is None:
        raise Explanation.DoesNotExist
    return found[0]


def _facts(one: Explanation) -> list[Fact]:
    with override("fr"):
        if one.access is None:
            return [(_("Lectures du"), day_words(one.day))]
        started = moment_words(one.access.started_at)
        return [(_("Accès d’urgence du"), started)]
