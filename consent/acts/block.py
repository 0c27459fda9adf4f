"""Acts on blocks: close the space to one reader for good, and lift that."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from consent import journal
from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.registry import register
from consent.bases import Basis, Via
from consent.days import moment_words
from consent.forms.block import AddBlockForm, RemoveBlockForm
from consent.forms.reader import reader_columns
from consent.hiding import blocks_seen, emergencies_seen, grants_seen, requests_seen
from consent.models import (
    AccessRequest,
    Block,
    EmergencyAccess,
    EstablishmentUserObjectPermission,
    Grant,
    ShareCode,
)
from consent.models.access_request import Answer
from consent.open_rights import rights_seen
from consent.readers import end_of_one, hold_readers

UNSEEN = "block.ended"
ABOUT = gettext_lazy("Ceux que je bloque")


@register
class AddBlock(Act):
    """Close the space to one professional or one establishment, stronger than any access; theirs end at once.

    It needs no checked identity: closing is never harder than opening.
    """

    code = "block.add"
    about = ABOUT
    label = gettext_lazy("Bloquer un professionnel ou un établissement")
    button = gettext_lazy("Bloquer")
    sentence = gettext_lazy("bloquer un professionnel ou un établissement que je nomme")
    form_class = AddBlockForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    needs_space = True
    undo = "block.remove"

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        hold_readers(basis.person_id)
        reader = reader_columns(answers["reader"])
        if blocks_seen(basis).filter(**reader).exists():
            raise BusinessError(
                format_lazy(gettext_lazy("{reader} est déjà bloqué."), reader=answers["reader"]), "reader"
            )
        block = _blocked(basis.person_id, reader, emergency_too=answers["emergency_too"] == "yes")
        ends = [_ends(block, right.row) for right in rights_seen(basis)]
        grants = Grant.objects.in_force().filter(person_id=basis.person_id, **reader)
        _tell_unseen(basis, grants)
        grants.update(revoked_at=timezone.now())
        if block.professional:
            end_of_one(block.person_id, block.professional, emergencies=block.emergency_too)
        facts = [*block_facts(block), (_("Accès retirés"), str(sum(ends))), *_declined(basis, block)]
        if not block.emergency_too:
            facts += _goes_on(basis, block)
        return Effect(facts, subject_id=block.pk)


def _ends(block: Block, right: Grant | ShareCode | EmergencyAccess) -> bool:
    """Whether this block ends this right, which is one of its reader's own."""
    who = block.professional_id
    if isinstance(right, Grant):
        return (right.professional_id, right.establishment_id) == (who, block.establishment_id)
    if isinstance(right, ShareCode):
        return who is not None and who in (right.professional_id, right.used_by_id)
    return block.emergency_too and who is not None and right.professional_id == who


def _tell_unseen(basis: Basis, ending: QuerySet[Grant]) -> None:
    """What is hidden from whoever blocks ends too: their own line must not say so, the person's history does."""
    for grant in ending.exclude(pk__in=grants_seen(basis)):
        with override("fr"):
            facts = [(_("Accès retiré à"), grant.reader)]
        journal.write_event(
            Basis(Via.SERVICE, basis.person_id, journal.machine()), UNSEEN, facts, person_id=basis.person_id
        )


def _goes_on(basis: Basis, block: Block) -> list[Fact]:
    """An emergency access that goes on, for the person left emergencies out of the block."""
    running = emergencies_seen(basis).in_force().filter(professional=block.professional_id)
    return [(_("Son accès d’urgence continue"), _("jusqu’au %s") % moment_words(one.ends_at)) for one in running]


def _blocked(person_id: UUID | None, reader: dict[str, Any], *, emergency_too: bool) -> Block:
    """The block of this reader: a new one, or the one that is hidden from who acts, which must not tell of itself."""
    hidden = Block.objects.standing().select_for_update().filter(person_id=person_id, **reader).first()
    if hidden is None:
        return Block.objects.create(person_id=person_id, emergency_too=emergency_too, **reader)
    if emergency_too and not hidden.emergency_too:
        hidden.emergency_too = True
        hidden.save(update_fields=["emergency_too"])
    # In words it is theirs.
    hidden.emergency_too = emergency_too
    return hidden


def _declined(basis: Basis, block: Block) -> list[Fact]:
    """A block is a no to what its reader, or someone who works there, asks; how many, as far as who acts may know."""
    working = EstablishmentUserObjectPermission.objects.filter(content_object=block.establishment_id).values("user")
    theirs = Q(professional=block.professional_id) | Q(professional__account__in=working)
    many = requests_seen(basis).filter(theirs).count()
    waiting = AccessRequest.objects.waiting().filter(theirs, person_id=basis.person_id)
    waiting.update(answer=Answer.DECLINED, answered_at=timezone.now())
    return [(_("Demandes refusées"), str(many))] if many else []


@register
class RemoveBlock(Act):
    """Lift a block. It opens nothing: an access must be given again."""

    code = "block.remove"
    about = ABOUT
    label = gettext_lazy("Lever un blocage")
    button = gettext_lazy("Lever ce blocage")
    sentence = gettext_lazy("lever un blocage, sans rien ouvrir")
    form_class = RemoveBlockForm
    bases = frozenset({Via.SELF, Via.REPRESENTATION, Via.MANDATE, Via.PAPER})
    needs_space = True
    target = "block"

    def targets(self, basis: Basis) -> list[tuple[UUID, str]]:
        return [(b.pk, b.reader) for b in blocks_seen(basis).select_related("professional", "establishment")]

    def target_facts(self, basis: Basis, target_id: UUID | None) -> list[Fact]:
        block = blocks_seen(basis).filter(pk=target_id).first()
        return _lifted(block) if block else []

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        block = blocks_seen(basis).select_for_update(of=("self",)).filter(pk=target_id).first()
        if block is None:
            raise BusinessError(gettext_lazy("Ce blocage est déjà levé."))
        block.ended_at = timezone.now()
        block.save(update_fields=["ended_at"])
        return Effect(_lifted(block), subject_id=block.pk)


def _lifted(block: Block) -> list[Fact]:
    """Whom the end of a block is about, and what it gives back."""
    if block.establishment:
        back = _(
            "aucun n’est rendu à ce lieu : il faut en donner un pour cela. Ce que vous avez ouvert à ceux qui y "
            "travaillent, en leur nom ou dans une équipe, vaut de nouveau pour eux."
        )
    else:
        back = _(
            "aucun ne lui est rendu : il faut en donner un pour cela. Ce que vous avez ouvert à une équipe ou à un "
            "établissement vaut de nouveau pour lui, s’il en est."
        )
    return [(_("N’est plus bloqué"), block.reader), (_("Accès"), back)]


def block_facts(block: Block) -> list[Fact]:
    """A block in words."""
    return [(_("Bloqué"), block.reader), emergency_fact(emergency_too=block.emergency_too)]


def emergency_fact(*, emergency_too: bool) -> Fact:
    """Whether a block stands in an emergency too, in words."""
    return (_("Même en urgence"), _("oui, aussi") if emergency_too else _("non"))
