"""Acts that close the space to everyone but its person, at once, and open it again as it was."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.registry import register
from consent.acts.space import ABOUT
from consent.bases import Basis, Via
from consent.forms.base import ActForm
from consent.forms.suspend import ResumeSpaceForm, SuspendSpaceForm
from consent.models import Space, SpaceState
from consent.open_rights import rights_seen


@register
class SuspendSpace(Act):
    """Nobody else reads or does anything until the person resumes. What they gave stays given, without effect.

    A person who is there with their identity document needs no mandate: this opens nothing to anybody.
    """

    code = "space.suspend"
    about = ABOUT
    label = gettext_lazy("Suspendre mon espace")
    sentence = gettext_lazy("suspendre mon espace : tout est fermé à tous, sauf à moi")
    form_class = SuspendSpaceForm
    bases = frozenset({Via.SELF, Via.MANDATE, Via.PRESENCE, Via.PAPER})
    needs_space = True

    def offered(self, state: SpaceState | None) -> bool:
        return state == SpaceState.OPEN

    def summary(self, basis: Basis, form: ActForm) -> list[Fact]:
        return _suspended(basis)

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        space = _locked(basis)
        if space.state == SpaceState.SUSPENDED:
            raise BusinessError(gettext_lazy("L’espace est déjà suspendu."))
        _turn(space, state=SpaceState.SUSPENDED, suspended_at=timezone.now())
        return Effect(facts=_suspended(basis))


@register
class ResumeSpace(Act):
    """Everything that the person had given, and that has not ended meanwhile, stands again."""

    code = "space.resume"
    about = ABOUT
    label = gettext_lazy("Reprendre mon espace suspendu")
    button = gettext_lazy("Reprendre mon espace")
    sentence = gettext_lazy("reprendre mon espace suspendu : les accès que j’avais donnés courent de nouveau")
    form_class = ResumeSpaceForm
    bases = frozenset({Via.SELF, Via.MANDATE, Via.PAPER})
    needs_space = True

    def offered(self, state: SpaceState | None) -> bool:
        return state == SpaceState.SUSPENDED

    def summary(self, basis: Basis, form: ActForm) -> list[Fact]:
        return _resumed(basis)

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        space = _locked(basis)
        if space.state != SpaceState.SUSPENDED:
            raise BusinessError(gettext_lazy("L’espace n’est pas suspendu : il n’y a rien à reprendre."))
        _turn(space, state=SpaceState.OPEN, suspended_at=None)
        return Effect(facts=_resumed(basis))


def _locked(basis: Basis) -> Space:
    # For update: whoever reads on a basis shares this row (consent/bases.py), so no read comes after this act.
    return Space.objects.select_for_update().get(pk=basis.person_id)


def _turn(space: Space, **values: Any) -> None:
    for name, value in values.items():
        setattr(space, name, value)
    space.save(update_fields=list(values))


def _suspended(basis: Basis) -> list[Fact]:
    return [
        (_("Espace"), _("suspendu")),
        (_("Ce qui est fermé"), _("tout, à tout le monde sauf vous, tout de suite")),
        *((_("Accès gardé, sans effet d’ici là"), words) for words in _standing(basis)),
        (_("Jusqu’à quand"), _("jusqu’à ce que vous le repreniez")),
    ]


def _resumed(basis: Basis) -> list[Fact]:
    return [(_("Espace"), _("repris")), *((_("Accès qui court de nouveau"), words) for words in _standing(basis))]


def _standing(basis: Basis) -> list[str]:
    """Whose access stands: to the person alone. Who reads in a space is not for an agent or a clerk to read with it."""
    return [right.words for right in rights_seen(basis)] if basis.via is Via.SELF else []
