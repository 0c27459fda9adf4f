"""Mandates that somebody signs for the person: a guardian, the parent of a minor (design §5, §6).

Whoever sits at the counter sees and has done by such a mandate what they may as who represents the person, no more.
"""

from uuid import UUID

from assistance.models import Mandate, Signer
from consent.models.representation import BY_JUDGMENT, Kind, Representation
from consent.representing import ceiling
from consent.traits import normalise_name

FOR_THE_PERSON = frozenset({Signer.GUARDIAN, Signer.PARENT})


def signed_ceiling(signer: Signer) -> frozenset[str]:
    """All that a mandate which somebody signs for the person can list."""
    return ceiling(Kind.PARENT if signer is Signer.PARENT else Kind.TUTELLE)


def may_sign_for(person_id: UUID, signer: Signer, name: str) -> frozenset[str]:
    """What a mandate that somebody of this name signed for this person covers now: no more than they may do themselves.

    Each parent holds rights of their own: what a judge took from one is not taken from the other. Of someone whose name
    is none of those on record, no more than each of these may do: a name that is misspelt widens nothing. All that the
    law gives, where no representation was ever recorded: the paper that was seen is the proof. The wall is open for the
    person.
    """
    kinds = [Kind.PARENT] if signer is Signer.PARENT else sorted(BY_JUDGMENT)
    rows = list(Representation.objects.filter(person_id=person_id, kind__in=kinds))
    if not rows:
        return signed_ceiling(signer)
    typed = _words(name)
    # Of whoever was erased no name is left.
    theirs = {row.pk for row in rows if (words := _words(row.name)) and words <= typed} or {row.pk for row in rows}
    held = Representation.objects.in_force().filter(pk__in=theirs).values_list("scopes", flat=True)
    return frozenset.intersection(signed_ceiling(signer), *map(frozenset, held)) if held else frozenset()


def may_by(mandate: Mandate) -> frozenset[str]:
    """What whoever signed this mandate for the person may do for them now. The wall is open for the person."""
    return may_sign_for(mandate.person_id, Signer(mandate.signer), (mandate.signing or {}).get("guardian", ""))


def _words(name: str) -> frozenset[str]:
    """The words of a name, in whatever order and writing."""
    return frozenset(normalise_name(name).split())
