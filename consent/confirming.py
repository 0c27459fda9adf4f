"""How someone who opened a space online has their identity checked: a code of theirs, and their identity document.

Anybody can open a space in anybody's name. What makes it theirs is shown to whoever checks it: the document says who
they are, the code that this account is theirs (docs/decisions/0023-confirming.md).
"""

import hmac
from uuid import UUID

from django.db import connection

from consent.crypto import blind_index
from consent.references import long_reference, typed_long_reference
from consent.traits import Traits

PREFIX = "CV"


def confirmation_code(person_id: UUID) -> str:
    """The code that the person reads in their own space, such as "CV-7K2P-9QXA-3M4T". Kept nowhere."""
    return long_reference(PREFIX, blind_index("confirmation code", str(person_id)))


def find_declared(traits: Traits, typed: str) -> UUID | None:
    """The person of declared identity with exactly these five traits whose code was typed, or None."""
    code = typed_long_reference(PREFIX, typed) or ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT find_declared_persons(%s)", [traits.traits_index()])
        declared = [person_id for (person_id,) in cursor.fetchall()]
    right = [pk for pk in declared if hmac.compare_digest(confirmation_code(pk).encode(), code.encode())]
    return right[0] if right else None
