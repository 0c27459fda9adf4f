"""Mandates that somebody signs for the person: a guardian, the parent of a minor (design §5, §6).

Whoever sits at the counter sees and has done by such a mandate what they may as who represents the person, no more.
"""

from uuid import UUID

from assistance.models import Signer
from consent.models.representation import BY_JUDGMENT, Kind, Representation
from consent.representing import ceiling

FOR_THE_PERSON = frozenset({Signer.GUARDIAN, Signer.PARENT})


def signed_ceiling(signer: Signer) -> frozenset[str]:
    """All that a mandate which somebody signs for the person can list."""
    return ceiling(Kind.PARENT if signer is Signer.PARENT else Kind.TUTELLE)


def may_sign_for(person_id: UUID, signer: Signer) -> frozenset[str]:
    """What a mandate that somebody signed for this person covers now: no more than each who represents them so may do.

    All that the law gives, where no representation was ever recorded: the paper that was seen is the proof. The wall is
    open for the person.
    """
    kinds = [Kind.PARENT] if signer is Signer.PARENT else sorted(BY_JUDGMENT)
    rows = Representation.objects.filter(person_id=person_id, kind__in=kinds)
    if not rows.exists():
        return signed_ceiling(signer)
    held = [frozenset(scopes) for scopes in rows.in_force().values_list("scopes", flat=True)]
    return frozenset.intersection(signed_ceiling(signer), *held) if held else frozenset()
