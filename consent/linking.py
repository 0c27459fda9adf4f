"""Linking an online account to a person, by a code posted to the person's address (see docs/decisions/0010-linking.md).

Whether a person exists is never told: the same rows are written, the same words said, in the same time. When there
is nobody to write to, the code is a decoy: it belongs to a person who does not exist, and can never be right.
"""

import hmac
import time
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from consent import journal, outbox
from consent.acts.perform import advisory_lock
from consent.bases import Actor, Basis, Via
from consent.crypto import blind_index
from consent.models import LinkCode, Person
from consent.models.journal_entry import ActorKind
from consent.models.link_code import LASTS, TRIES
from consent.models.person import find_confirmed
from consent.references import MEANT
from consent.traits import Traits
from consent.wall import opened

ONE_A_DAY = timedelta(days=1)
SAME_TIME = 0.4  # seconds: longer than either way takes


class Linked(StrEnum):
    """What came of typing a code."""

    DONE = "done"
    ALREADY = "already"
    WRONG = "wrong"
    EXPIRED = "expired"
    USED_UP = "used-up"
    TAKEN = "taken"


@dataclass(frozen=True)
class Outcome:
    """What came of it, and how many tries are left."""

    linked: Linked
    left: int = 0


def asked_today(user_id: UUID) -> bool:
    """Whether this account asked for a code within a day, whoever it was for."""
    code = _code_of(user_id)
    if code is None:
        return False
    with opened(code[1]):
        return LinkCode.objects.filter(pk=code[0], asked_at__gt=timezone.now() - ONE_A_DAY).exists()


def ask_code(user_id: UUID, traits: Traits) -> None:
    """Have a code posted to the person with exactly these traits, if there is one; takes the same time if not.

    Nothing happens when the account asked today already.
    """
    started = time.monotonic()
    try:
        _ask(user_id, traits)
    finally:
        time.sleep(max(0.0, SAME_TIME - (time.monotonic() - started)))


@transaction.atomic
def _ask(user_id: UUID, traits: Traits) -> None:
    advisory_lock("link", str(user_id))
    if asked_today(user_id):
        return
    if (before := _code_of(user_id)) is not None:
        with opened(before[1]):
            LinkCode.objects.filter(pk=before[0]).update(cancelled_at=timezone.now())
    person_id = find_confirmed(traits)
    if person_id is not None:
        advisory_lock("link person", str(person_id))
        with opened(person_id):
            asked = LinkCode.objects.filter(person_id=person_id, asked_at__gt=timezone.now() - ONE_A_DAY)
            if asked.exists() or Person.objects.filter(pk=person_id, frozen_at__isnull=False).exists():
                person_id = None
    owner = person_id or uuid4()
    with opened(owner):
        code = LinkCode.objects.create(user_id=user_id, person_id=owner)
        if person_id is not None:
            # Who asks is not known to be the person: the trace does not say so.
            asker = Basis(Via.PUBLIC, person_id, Actor(ActorKind.PUBLIC, user_id))
            journal.write_event(asker, "account.code", [], person_id=person_id)
            outbox.put("link-code", code.pk, person_id)


def set_code(code_id: UUID, drawn: str) -> bool:
    """Keep the keyed digest of the code about to be printed; False when it was cancelled meanwhile."""
    code = LinkCode.objects.select_for_update().filter(pk=code_id, cancelled_at__isnull=True).first()
    if code is None or code.used_at is not None:
        return False
    code.digest = _digest(code_id, drawn)
    code.save(update_fields=["digest"])
    return True


@transaction.atomic
def try_code(user_id: UUID, typed: str) -> Outcome:
    """Link the account if the code is the one in the letter. Every wrong try counts."""
    user = get_user_model().objects.select_for_update().get(pk=user_id)
    if user.person_id is not None:
        return Outcome(Linked.ALREADY)
    found = _code_of(user_id)
    if found is None:
        return Outcome(Linked.WRONG)
    with opened(found[1]):
        person = Person.objects.select_for_update(no_key=True).filter(pk=found[1]).first()
        code = LinkCode.objects.select_for_update().get(pk=found[0])
        if code.asked_at <= timezone.now() - LASTS:
            return Outcome(Linked.EXPIRED)
        if code.tries >= TRIES:
            return Outcome(Linked.USED_UP)
        if not hmac.compare_digest(bytes(code.digest or b""), _digest(code.pk, typed)):
            code.tries += 1
            code.save(update_fields=["tries"])
            left = TRIES - code.tries
            return Outcome(Linked.WRONG if left else Linked.USED_UP, left)
        if person is None or person.frozen_at is not None:
            return Outcome(Linked.EXPIRED)
        if get_user_model().objects.filter(person_id=person.pk).exists():
            return Outcome(Linked.TAKEN)
        code.used_at = timezone.now()
        code.save(update_fields=["used_at"])
        user.person_id = person.pk
        user.save(update_fields=["person_id"])
        basis = Basis(Via.SELF, person.pk, Actor(ActorKind.PERSON, user.pk))
        journal.write_event(basis, "account.linked", [], person_id=person.pk)
        return Outcome(Linked.DONE)


def _code_of(user_id: UUID) -> tuple[UUID, UUID] | None:
    """The id of the code that this account asked last, and of its person; None without one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code_id, person_id FROM link_code_of(%s)", [user_id])
        return cursor.fetchone()


def _digest(code_id: UUID, code: str) -> bytes:
    plain = "".join(char for char in code.upper() if char.isalnum()).translate(MEANT)
    return blind_index("link code", f"{code_id}|{plain}")
