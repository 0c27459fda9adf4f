"""A professional types a share code. What does not open says the same thing, whatever the cause."""

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from consent import journal
from consent.bases import Basis, BasisRefused, Via, lock_basis
from consent.hiding import codes_made
from consent.models import ShareCode
from consent.models.share_code import HALF, TRIES, normalise_code
from consent.readers import SHEET, lock_space, opening_facts, opening_of, reader
from consent.same_time import same_time
from consent.wall import opened

USE = "share-code.used"


def use_code(user: AbstractBaseUser, typed: str) -> UUID | None:
    """The id of the code when it opens to this professional, who becomes its only reader; None otherwise.

    A wrong secret counts, and the person sees the try; after `TRIES` the code is refused for good.
    """
    with same_time():
        plain = normalise_code(typed)
        found = _found(plain[:HALF]) if len(plain) == 2 * HALF else None
        if found is None:
            return None
        code_id, person_id = found
        basis = Basis(Via.SHARE, person_id, reader(user), right_id=code_id, scopes=frozenset({SHEET}))
        try:
            with opened(person_id):
                refused = _use(user, basis, plain)
        except BasisRefused as over:
            refused = over
        if refused is None:
            return code_id
        journal.write_refused(basis, USE, refused)
        return None


def _found(handle: str) -> tuple[UUID, UUID] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code_id, person_id FROM share_code_of(%s)", [handle])
        return cursor.fetchone()


@transaction.atomic
def _use(user: AbstractBaseUser, basis: Basis, plain: str) -> BasisRefused | None:
    """Why a wrong try, now counted, was refused; None when the code opened. Raises `BasisRefused` when it cannot."""
    lock_space(basis.person_id)
    code = ShareCode.objects.select_for_update().get(pk=basis.right_id)
    if code.tries >= TRIES:
        raise BasisRefused(gettext_lazy("Trop d’essais : ce code ne sert plus."))
    if not code.opens_with(plain):
        return _counted(code, _("Un code presque pareil au vôtre a été tapé : il n’était pas juste."))
    if code.cancelled_at is not None or code.ends_at <= timezone.now():
        raise BasisRefused(gettext_lazy("Ce code de partage était annulé ou terminé."))
    if code.professional_id not in (None, user.professional_id):
        return _counted(code, _("Ce code de partage était pour un autre professionnel."))
    if code.pk in codes_made(basis):
        raise BasisRefused(gettext_lazy("Ce professionnel a fait lui-même ce code : personne ne s’ouvre un espace."))
    if code.used_by_id is None:
        code.used_by_id, code.used_at = user.professional_id, timezone.now()
        code.save(update_fields=["used_by", "used_at"])
        with override("fr"):
            facts = [(_("Code"), f"{code.handle[:4]}…"), *opening_facts(opening_of(basis))]
        journal.write_event(basis, USE, facts, person_id=basis.person_id)
    # Whatever else every reading asks (an account that is open, not one's own space) is asked here too.
    lock_basis(basis, SHEET)
    return None


def _counted(code: ShareCode, reason: str) -> BasisRefused:
    """The refusal of a try that counts, unless the code has its reader already."""
    if code.used_by_id is None:
        code.tries += 1
        code.save(update_fields=["tries"])
    return BasisRefused(reason)
