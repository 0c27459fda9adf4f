"""Answers travelling in the page between form and check: signed, dated, bound to who answers and for whom.

Nothing stays in the HTTP session, so nothing stays on a shared computer and two tabs cannot mix.
"""

from typing import Any
from uuid import UUID

from django.core import signing
from django.http import QueryDict

from consent.acts.base import Act
from consent.bases import Basis

MAX_AGE = 3600  # seconds
_SALT = "plein-gre.answers"


class StaleAnswers(Exception):
    """The page is too old, was altered, or belongs to someone else.

    `typed` is what a page that is only too old held: to be shown again in the form, and confirmed anew.
    """

    def __init__(self, typed: QueryDict | None = None) -> None:
        super().__init__()
        self.typed = typed


def sign_request(request_id: UUID) -> str:
    """A request id, signed, for a form about to be shown."""
    return signing.dumps(str(request_id), salt=_SALT + ".request")


def request_id_of(signed: str) -> UUID:
    """The request id of a form that comes back. Raises `StaleAnswers`."""
    try:
        return UUID(signing.loads(signed, salt=_SALT + ".request", max_age=24 * MAX_AGE))
    except signing.BadSignature as error:
        raise StaleAnswers from error


def pack(act: Act, basis: Basis, target_id: UUID | None, request_id: UUID, data: QueryDict) -> str:
    """The answers as one signed text."""
    skip = {"csrfmiddlewaretoken", "step", "request", "answers"}
    answers = {name: values for name, values in data.lists() if name not in skip}
    return signing.dumps(
        {"b": _binding(act, basis, target_id), "r": str(request_id), "d": answers}, salt=_SALT, compress=True
    )


def unpack(act: Act, basis: Basis, target_id: UUID | None, text: str) -> tuple[UUID, QueryDict]:
    """The request id and the answers. Raises `StaleAnswers` when they were not made here, for this, by this actor."""
    packed, too_old = _opened(text)
    if packed["b"] != _binding(act, basis, target_id):
        raise StaleAnswers
    data = QueryDict(mutable=True)
    for name, values in packed["d"].items():
        data.setlist(name, values)
    if too_old:
        raise StaleAnswers(data)
    return UUID(packed["r"]), data


def _opened(text: str) -> tuple[dict[str, Any], bool]:
    """What was packed here, and whether that is too long ago. Raises `StaleAnswers` for anything else."""
    try:
        return signing.loads(text, salt=_SALT, max_age=MAX_AGE), False
    except signing.SignatureExpired:
        return signing.loads(text, salt=_SALT), True
    except signing.BadSignature as error:
        raise StaleAnswers from error


def request_answered(text: str) -> UUID | None:
    """The request that these answers belong to, whoever they are for; None when they were not made here."""
    try:
        return UUID(signing.loads(text, salt=_SALT, max_age=MAX_AGE)["r"])
    except signing.BadSignature:
        return None


def _binding(act: Act, basis: Basis, target_id: UUID | None) -> list[str]:
    # The person may come into being by this very act, so an absent person is no part of the binding's id.
    parts = (act.code, basis.via, basis.actor.id, basis.right_id, basis.visit_id, target_id)
    return [str(part) for part in parts]
