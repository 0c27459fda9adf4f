"""Where what a person is told goes: to their screen, to their home, or to the counter, where it waits."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model

from assistance.models import Letter, LetterState
from consent.models import Channel, Person
from consent.trace.seen import teller_of_hidden, tells_what_is_hidden


def reads_on_screen(person: Person) -> bool:
    """Whether an e-mail leads them to what there is to read: whoever has no account would find nothing there."""
    wanted = person.channel == Channel.SCREEN and person.email
    return bool(wanted) and get_user_model().objects.filter(person_id=person.pk, is_active=True).exists()


def address_of(person: Person) -> list[str]:
    """Where a letter of theirs goes."""
    return [person.addressee, *person.address_lines]


def stays(person: Person, content: Any) -> bool:
    """Whether this letter waits at the counter: nothing may be sent home, or not this, which whoever represents the
    person could open there. The wall is open for the person.

    Asked when it is written, and again when it is printed: what a person asks for holds for what waits.
    """
    if person.never_write_home or person.channel == Channel.COUNTER or not person.address or person.frozen_at:
        return True
    return tells_what_is_hidden(person.pk, _texts(content))


def settle(letter: Letter) -> bool:
    """Whether a letter that is about to be printed still goes home, to where the person is written to today; else it
    waits at the counter from now on. The row is locked, the wall open for its person.
    """
    person = Person.objects.filter(pk=letter.person_id).first()
    if person is None or not letter.content:
        return True
    if stays(person, letter.content):
        letter.advance(LetterState.HELD)
        return False
    letter.content["address"] = address_of(person)
    letter.save(update_fields=["content"])
    return True


def fit_for_signer(person_id: UUID, letters: list[Letter]) -> list[Letter]:
    """Of the letters that wait, those that may be given to who signed the person's mandate for them: none that tells of
    what is hidden from who represents them. The wall is open for the person.
    """
    tells = teller_of_hidden(person_id)
    return [letter for letter in letters if not tells(_texts(letter.content))]


def _texts(content: Any) -> Iterator[str]:
    """Every piece of text of a letter."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list | tuple):
        for part in content.values() if isinstance(content, dict) else content:
            yield from _texts(part)
