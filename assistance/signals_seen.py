"""Looking at signals, and marking one as seen: each leaves its entry, about nobody."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from assistance.audit import look
from assistance.models import SeenSignal
from assistance.patterns import Pattern, Signal
from consent import journal
from consent.acts.base import BusinessError, Fact
from consent.bases import Actor, Basis, Via, lock_basis
from consent.models.journal_entry import ActorKind
from consent.wall import opened

T = TypeVar("T")
SEEN = "audit.seen"


def look_at_list(user: AbstractBaseUser, pattern: Pattern, fetch: Callable[[], T]) -> T:
    """The signals of one rule, once the look is in the journal. Raises `BasisRefused`."""
    return look(user, "audit.signals", [(_("Règle"), _french(pattern))], fetch)


def look_at(user: AbstractBaseUser, pattern: Pattern, signal: Signal) -> SeenSignal | None:
    """That this signal was seen, if it was, once the look is in the journal. Raises `BasisRefused`."""
    return look(user, "audit.signal", _facts(pattern, signal), lambda: seen_of(pattern, signal))


def seen_of(pattern: Pattern, signal: Signal) -> SeenSignal | None:
    """That this signal was seen, and by whom."""
    seen = SeenSignal.objects.select_related("seen_by").filter(
        rule=pattern.code, actor_id=signal.actor_id, day=signal.day
    )
    return seen.first()


@transaction.atomic
def mark(user: AbstractBaseUser, pattern: Pattern, signal: Signal, words: str) -> None:
    """Mark a signal as seen, once; the same words sent twice by the same auditor are one mark.

    Raises `BusinessError` when it was seen already, and `BasisRefused`.
    """
    basis = Basis(Via.SERVICE, None, Actor(ActorKind.AUDITOR, user.pk))
    with opened(None):
        lock_basis(basis, SEEN)
        seen, new = SeenSignal.objects.get_or_create(
            rule=pattern.code, actor_id=signal.actor_id, day=signal.day, defaults={"words": words, "seen_by": user}
        )
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
