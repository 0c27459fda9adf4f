"""Erasing a person: their key is destroyed, and with it everything that was encrypted under it (design §5, §8).

What stays proves that acts took place without saying whose: the entries of the journal, which nobody can read any
more, their receipts, and a tombstone. Upper apps erase what they keep through `on_erase`, and say through
`keeps_identity` for what they still need someone's identity.
"""

import logging
from collections.abc import Callable
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from consent import journal, outbox
from consent.bases import Basis, Via
from consent.crypto import files
from consent.crypto.person_key import destroy_key
from consent.models import Case, LinkCode, OutboxItem, Person, Space, SpaceState, Tombstone
from consent.wall import opened

log = logging.getLogger(__name__)

Eraser = Callable[[UUID], list[str]]
Keeper = Callable[[UUID], bool]
_erasers: list[Eraser] = []
_keepers: list[Keeper] = []
_postponers: list[Keeper] = []


def on_erase(eraser: Eraser) -> Eraser:
    """Decorator: this function erases what its app keeps of a person, in the erasure's transaction, the wall open.

    It returns the names of the stored files that go once the transaction has committed.
    """
    _erasers.append(eraser)
    return eraser


def keeps_identity(keeper: Keeper) -> Keeper:
    """Decorator: this function says whether its app still needs a person's identity; the wall is open for them."""
    _keepers.append(keeper)
    return keeper


def postpones_erasure(busy: Keeper) -> Keeper:
    """Decorator: this function says that the person is being served right now; the next minute asks again."""
    _postponers.append(busy)
    return busy


def erase_due() -> int:
    """Erase those whose cooling-off is over; their number. One failure stops no other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM spaces_to_erase(%s)", [timezone.now()])
        due = [row[0] for row in cursor.fetchall()]
    erased = 0
    for person_id in due:
        try:
            erased += erase_space(person_id)
        except Exception as error:  # the next run tries again; the text of the error may name the person
            log.error("erasure of %s failed (%s)", person_id, type(error).__name__)
    return erased


def erase_space(person_id: UUID) -> bool:
    """Erase a person whose space is closed for erasing, once its date has passed.

    False when they changed their mind, and while they are being served.
    """
    with transaction.atomic(), opened(person_id):
        person = Person.objects.select_for_update().filter(pk=person_id).first()
        due = Space.objects.select_for_update().filter(
            pk=person_id, state=SpaceState.ERASING, erase_after__lte=timezone.now()
        )
        if person is None or not due.exists() or any(busy(person_id) for busy in _postponers):
            return False
        _erase(person, "space.erased")
        return True


@outbox.handles("erase-now")
def erase_now(item: OutboxItem) -> None:
    """The person wants it at once. What cannot be erased this minute is in the next (`erase_due`)."""
    erase_space(item.person_id)


@outbox.handles("unneeded")
def erase_unneeded(item: OutboxItem) -> None:
    """Erase someone who was kept for a draft that nobody signed, or a case now over, and for nothing else."""
    erase_if_unneeded(item.person_id)


def erase_if_unneeded(person_id: UUID) -> bool:
    """Erase someone of whom nothing needs the identity; False when something does. The wall is open for them."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or Space.objects.filter(pk=person.pk).exists() or Case.objects.filter(person=person).exists():
        return False
    if get_user_model().objects.filter(person_id=person.pk).exists() or any(keeps(person.pk) for keeps in _keepers):
        return False
    _erase(person, "person.erased")
    return True


def _erase(person: Person, code: str) -> None:
    """In the caller's transaction, the wall open and the person locked."""
    person_id = person.pk
    with override("fr"):
        facts = [(_("Ce qui reste"), _("des traces que plus personne ne peut lire"))]
    journal.write_event(Basis(Via.SELF, person_id, journal.machine()), code, facts, person_id=person_id)
    gone = [name for eraser in _erasers for name in eraser(person_id)]
    get_user_model().objects.filter(person_id=person_id).update(person_id=None)
    LinkCode.objects.filter(person_id=person_id).delete()
    OutboxItem.objects.filter(person_id=person_id).delete()
    person.delete()
    # Last: nothing of theirs is dated later. After a restore its tombstone is there, and takes the date of today.
    Tombstone.of(person_id, timezone.now()).save()
    destroy_key(person_id)
    transaction.on_commit(lambda: _delete_files(gone))


def _delete_files(names: list[str]) -> None:
    """What cannot be deleted now is unreadable already: its key was wrapped by the person's."""
    for name in names:
        try:
            files.delete(name)
        except OSError as error:
            log.error("erasure: a file is still there, unreadable (%s)", type(error).__name__)
