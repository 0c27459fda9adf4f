"""Looking at signals, asking about one, marking one as seen: each leaves its entry, about nobody."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from assistance.audit import look
from assistance.models import SeenSignal
from assistance.patterns import Pattern, Signal
from consent import explanations, journal
from consent.acts.base import BusinessError, Fact
from consent.bases import Actor, Basis, Via, lock_basis
from consent.models import Explanation
from consent.models.journal_entry import ActorKind
from consent.wall import opened

T = TypeVar("T")
SEEN = "audit.seen"


def look_at_list(user: AbstractBaseUser, pattern: Pattern, fetch: Callable[[], T]) -> T:
    """The signals of one rule, once the look is in the journal. Raises `BasisRefused`."""
    return look(user, "audit.signals", [(_("Règle"), _french(pattern))], fetch)


def look_at(user: AbstractBaseUser, pattern: Pattern, signal: Signal) -> tuple[list[SeenSignal], list[Explanation]]:
    """Each time that this signal was seen, and what was explained of it, once the look is in the journal.

    Raises `BasisRefused`.
    """
    facts = _facts(pattern, signal)

    def fetch() -> tuple[list[SeenSignal], list[Explanation]]:
        return list(_marks(pattern, signal)), explanations.of_signal(pattern.code, signal.actor_id, signal.day)

    return look(user, "audit.signal", facts, fetch)


def ask(user: AbstractBaseUser, pattern: Pattern, signal: Signal, question: str) -> bool:
    """Ask the professional whose account gave this signal; False when it is no professional's. Raises `BasisRefused`."""
    asked = get_user_model().objects.filter(pk=signal.actor_id, professional__isnull=False).first()
    if asked is None:
        return False
    basis = Basis(Via.SERVICE, None, Actor(ActorKind.AUDITOR, user.pk))
    facts = _facts(pattern, signal)
    explanations.ask_of_signal(basis, asked.professional_id, pattern.code, signal.actor_id, signal.day, question, facts)
    return True


def covering(marks: Iterable[SeenSignal], signal: Signal) -> SeenSignal | None:
    """The one of these marks after which the signal did not go on."""
    return next((mark for mark in marks if mark.until >= signal.last), None)


def _marks(pattern: Pattern, signal: Signal) -> QuerySet[SeenSignal]:
    """Each time that this signal was seen, and by whom, the last first."""
    seen = SeenSignal.objects.select_related("seen_by").order_by("-until")
    return seen.filter(rule=pattern.code, actor_id=signal.actor_id, day=signal.day)


@transaction.atomic
def mark(user: AbstractBaseUser, pattern: Pattern, signal: Signal, words: str) -> None:
    """Mark a signal as seen as it is now; the same words sent twice by the same auditor are one mark.

    Raises `BusinessError` when it was seen already, or is about the auditor themselves, and `BasisRefused`.
    """
    basis = Basis(Via.SERVICE, None, Actor(ActorKind.AUDITOR, user.pk))
    with opened(None):
        lock_basis(basis, SEEN)
        if signal.actor_id == user.pk:
            raise BusinessError(_("On ne contrôle pas ce qui nous concerne : un collègue le fera."))
        seen, new = covering(_marks(pattern, signal), signal), False
        if seen is None:
            seen, new = SeenSignal.objects.get_or_create(
                rule=pattern.code, actor_id=signal.actor_id, day=signal.day, until=signal.last,
                defaults={"words": words, "seen_by": user},
            )  # fmt: skip
        if not new:
            if (seen.words, seen.seen_by_id) == (words, user.pk):
                return
            raise BusinessError(_("Ce signal a déjà été vu. Ce que vous avez écrit n’est pas noté."))
        journal.write_event(basis, SEEN, _facts(pattern, signal), person_id=None)


def _facts(pattern: Pattern, signal: Signal) -> list[Fact]:
    what = f"{_french(pattern)}, {signal.day:%d/%m/%Y}, {signal.actor_id}"
    return [(_("Règle, jour et compte"), what)]


def _french(pattern: Pattern) -> str:
    """The rule's name as the journal keeps it, whatever the page's language."""
    with override("fr"):
        return str(pattern.name)
