"""The number by which the auditor knows a person: « Mon numéro pour le délégué ». It says nothing to anyone else.

It stands for a name wherever the auditor looks; the person reads it on their own papers and tells it if they wish. It
is kept with the person's row and goes with it: after an erasure nothing leads from the number to the traces.
"""

from uuid import UUID

from consent.crypto import blind_index
from consent.references import long_reference, typed_long_reference

PREFIX = "NP"


def pseudonym_of(person_id: UUID) -> str:
    """The number of a person, such as "NP-7K2P-9QXA-3M4T": a digest under the key of indexes, the same for ever."""
    return long_reference(PREFIX, blind_index("pseudonym", str(person_id)))


def typed_pseudonym(typed: str) -> str | None:
    """The number that somebody typed, as it is kept; None when it does not look like one."""
    return typed_long_reference(PREFIX, typed)
