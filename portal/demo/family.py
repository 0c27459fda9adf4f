"""Camille and her child Lou: a parent who represents, by the acts that anybody does. All are invented."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.management.base import CommandError

from assistance.models import Mail
from assistance.paper.codes import new_reference
from consent.acts.base import Act
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Actor, Basis, ReaderWords, Via
from consent.models.journal_entry import ActorKind
from consent.representing import representations_of
from consent.wall import opened
from portal.accounts.user import User
from portal.demo import cast

NOBODY = {"nir": "", "used_name": "", "email": "", "phone": ""}


def load_family(camille: User, clerk: User) -> None:
    """Camille posts the form with her family book; a clerk keys it in; then she opens Lou's space online."""
    if camille.person_id is None:
        camille.person_id = _post_the_form(camille, clerk)
        camille.save(update_fields=["person_id"])
    _open_space_of_lou(camille)


def _post_the_form(camille: User, clerk: User) -> UUID:
    act = get_act("representation.open")
    with opened(None):
        mail = Mail.objects.create(reference=new_reference("ML"), act_code=act.code, taken_by=clerk)
    actor = Actor(ActorKind.CLERK, clerk.pk)
    basis = Basis(Via.PAPER, None, actor, right_id=mail.pk, reference=mail.reference)
    lou = {f"other_{name}": value for name, value in _typed(cast.LOU).items()}
    answers = {
        **NOBODY, **_typed(cast.CAMILLE), **cast.CAMILLE.contact, **lou, "kind": "parent", "proof": "family-book",
        "judgment_date": "", "ends_on": "", "scopes": [], "court_limits": "",
    }  # fmt: skip
    return _do(act, basis, answers, camille).person_id


def _open_space_of_lou(camille: User) -> None:
    held = next((each for each in representations_of(camille.person_id) if each.in_force), None)
    if held is None:
        return
    name = f"{cast.CAMILLE.traits.first_names} {cast.CAMILLE.traits.birth_name}"
    who = Actor(ActorKind.REPRESENTATIVE, camille.pk, words=ReaderWords(name, "parent", ""))
    basis = Basis(Via.REPRESENTATION, held.person_id, who, right_id=held.id)
    answers = {"reminders": "yes", "statistics": "no", "research": "no", "notice_read": "on", "wish": "on"}
    with opened(held.person_id):
        _do(get_act("space.open"), basis, answers, camille)


def _do(act: Act, basis: Basis, answers: dict[str, Any], by: User) -> Any:
    """The act, with its own form, once whatever the number of times."""
    form = act.form_class(answers, basis=basis)
    if not form.is_valid():
        raise CommandError(f"The form of {act.code} refuses the demonstration's answers: {dict(form.errors)}")
    return perform(act, basis, form.cleaned_data, uuid5(NAMESPACE_URL, f"demonstration:{by.pk}:{act.code}"))


def _typed(who: cast.Somebody) -> dict[str, str]:
    traits = who.traits
    return {
        "birth_name": traits.birth_name, "first_names": traits.first_names, "sex": traits.sex,
        "birth_date": traits.birth_date.strftime("%d/%m/%Y"), "birth_place": traits.birth_place,
    }  # fmt: skip
