"""The auditor's search: by a person's number, a receipt or an entry, a reference, an account. Never by a name."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.audit import STAFF, Found, entries, look
from assistance.paper.codes import ForeignCode, normalise_reference
from consent.pseudonyms import typed_pseudonym


class By(Enum):
    """By what is searched, and the function of the database that finds it."""

    PSEUDONYM = "audit_of_pseudonym"
    NUMBER = "audit_of_number"
    ACTOR = "audit_of_actor"
    REFERENCE = "audit_of_reference"


BY_WORDS: dict[By, Promise] = {
    By.PSEUDONYM: _("le numéro d’une personne"),
    By.NUMBER: _("le numéro d’un reçu ou d’une ligne"),
    By.ACTOR: _("un compte"),
    By.REFERENCE: _("la référence d’un papier"),
}


@dataclass(frozen=True)
class Result:
    """What was found on one page of a search; `more` tells whether there is a next one."""

    by: By
    found: list[Found]
    more: bool


def understood(typed: str) -> list[tuple[By, UUID | str]]:
    """What may have been meant, in the order in which it is tried; nothing when it is none of these."""
    if pseudonym := typed_pseudonym(typed):
        return [(By.PSEUDONYM, pseudonym)]
    try:
        number = UUID(typed.strip())
        return [(By.NUMBER, number), (By.ACTOR, number)]
    except ValueError:
        pass
    try:
        return [(By.REFERENCE, normalise_reference(typed))]
    except ForeignCode:
        return []


def search(user: AbstractBaseUser, typed: str, most: int, past: int) -> Result:
    """The entries found, and the look in the journal: of each person whom it is about, else of nobody.

    Each of those persons has a journal and a key of their own: a page costs some statements for each of them.

    `typed` must be understood. Raises `BasisRefused`, which is journaled.
    """
    for by, wanted in understood(typed):
        found = entries(by.value, wanted, most + 1, past)
        if found:
            break
    result = Result(by, found[:most], len(found) > most)
    facts = [(_("Cherché par"), BY_WORDS[by]), (_("Cherché"), str(wanted))]
    # What is refused, a look at oneself, is refused before any look is noted.
    for person_id in sorted(_about(result), key=lambda person_id: person_id != user.person_id) or [None]:
        look(user, "audit.search", facts, lambda: result, person_id=person_id)
    return result


def _about(result: Result) -> list[UUID]:
    """The persons whom this look is about: not those whom an account that is searched met at work."""
    found = [entry for entry in result.found if result.by is not By.ACTOR or entry.actor_kind not in STAFF]
    # Someone erased has no journal that could be written to.
    return list(dict.fromkeys(entry.person_id for entry in found if entry.person_id and entry.pseudonym))
