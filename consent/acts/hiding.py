"""Acts by which a person keeps an access, or a kind of content, from those who represent them."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.acts.base import Act, Answers, BusinessError, Effect, Fact
from consent.acts.registry import register
from consent.acts.representation import ABOUT
from consent.ages import OWN_CARE, reaches
from consent.bases import Basis, Via
from consent.forms.hiding import HideForm, ShowForm
from consent.models import Category, Grant, Hidden, Person
from consent.models.representation import Kind, Representation
from consent.readers import hold_readers


class _Private(Act):
    """Nobody who represents the person sees that this took place, and no letter tells it at home."""

    bases = frozenset({Via.SELF, Via.MANDATE, Via.PAPER})
    needs_space = True
    private = True
    notifies = False


@register
class Hide(_Private):
    """Hide an access or a kind of content. A child may from 15 on (code de la santé publique, L1111-5-1)."""

    code = "representation.hide"
    about = ABOUT
    label = gettext_lazy("Cacher quelque chose à ceux qui me représentent")
    button = gettext_lazy("Cacher")
    sentence = gettext_lazy("cacher à ceux qui me représentent un accès ou un contenu")
    form_class = HideForm

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        _refuse_under_15(basis)
        hold_readers(basis.person_id)
        person_id = basis.person_id
        wanted = [Hidden(person_id=person_id, category=value) for value in answers.get("categories") or []]
        wanted += [Hidden(person_id=person_id, grant_id=UUID(pk)) for pk in answers.get("grants") or []]
        facts = _facts(answers)
        Hidden.objects.bulk_create(wanted, ignore_conflicts=True)
        return Effect(facts=[(_("Décision"), _("caché à mes représentants")), *facts])


@register
class Show(_Private):
    """Show again what was hidden."""

    code = "representation.show"
    about = ABOUT
    label = gettext_lazy("Montrer à nouveau à ceux qui me représentent")
    button = gettext_lazy("Montrer")
    sentence = gettext_lazy("montrer à nouveau à ceux qui me représentent ce que je leur cachais")
    form_class = ShowForm

    def effect(self, basis: Basis, answers: Answers, target_id: UUID | None) -> Effect:
        facts = _facts(answers)
        hidden = Hidden.objects.filter(person_id=basis.person_id)
        gone = hidden.filter(category__in=answers.get("categories") or []).exclude(category="").delete()[0]
        gone += hidden.filter(grant_id__in=answers.get("grants") or []).delete()[0]
        if not gone:
            raise BusinessError(gettext_lazy("Rien de cela n’était caché : il n’y a rien à montrer à nouveau."))
        return Effect(facts=[(_("Décision"), _("montré à nouveau à mes représentants")), *facts])


def _facts(answers: Answers) -> list[Fact]:
    grants = Grant.objects.filter(pk__in=answers.get("grants") or []).select_related(
        "professional", "establishment", "team"
    )
    facts = [(_("Accès"), grant.reader) for grant in grants]
    return facts + [(_("Contenu"), str(Category(value).label)) for value in answers.get("categories") or []]


def _refuse_under_15(basis: Basis) -> None:
    """Raises `BusinessError` for a child under 15 whom a parent represents."""
    by_parents = Representation.objects.in_force().filter(person_id=basis.person_id, kind=Kind.PARENT)
    if not by_parents.exists():
        return

    if timezone.now() < reaches(Person.objects.get(pk=basis.person_id).birth_date, OWN_CARE):
        raise BusinessError(gettext_lazy("À partir de 15 ans, on peut garder des choses pour soi. Pas encore avant."))
