"""One example of each act: what is typed, and what has to have happened before.

Every trial that goes through the registry takes its answers here, whether it calls `perform` or drives a
door's pages. A new act adds one line to `EXAMPLES`; a test fails for an act without example.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.http import QueryDict
from django.utils import timezone

from consent import emergency
from consent.acts.base import Act
from consent.acts.registry import all_acts
from consent.acts.representation import represent
from consent.asking import ask
from consent.bases import Basis, Via
from consent.confirming import confirmation_code
from consent.forms.base import ActForm
from consent.journal import machine
from consent.models import Category, IdentityLevel, Person, Professional, Space
from consent.models.person import create_person, find_confirmed
from consent.models.representation import Kind
from consent.traits import Traits
from consent.wall import opened
from tests.cast import LUCIEN

Typed = dict[str, str | list[str]]

DOCTOR = "10100000008"
HOSPITAL = "230780041"
HERE = 137  # the counter where Odette is served
ELSEWHERE = 138  # another one

IDENTITY: Typed = {
    "birth_name": "Perrin", "first_names": "Lucien", "used_name": "", "birth_date": "02/07/1950",
    "sex": "M", "birth_place": "23176", "nir": "",
}  # fmt: skip
CONTACT: Typed = {
    "address": "12 route de Guéret", "postcode": "23600", "town": "Boussac", "phone": "05 55 11 11 11",
    "email": "", "channel": "post",
}  # fmt: skip


# Her niece, whose identity was checked; and a child of Odette's family, of whom nothing is known.
JEANNE: Typed = {
    "other_birth_name": "Garnier", "other_first_names": "Jeanne", "other_birth_date": "05/05/1975",
    "other_sex": "F", "other_birth_place": "23031",
}  # fmt: skip
MILO: Typed = {
    "other_birth_name": "Garnier", "other_first_names": "Milo", "other_birth_date": "29/02/2016", "other_sex": "M",
    "other_birth_place": "23031",
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One act: the answers as typed in its form, and the acts that come first (by the person themselves).

    `arranged` does what comes before and is nobody's act of this person: what a professional did, say. `meets` is for an
    act that is about someone whom no basis names yet: it makes them, and answers what they type beside their traits.
    """

    typed: Typed = field(default_factory=dict)
    before: tuple[str, ...] = ()
    arranged: Callable[[UUID], None] | None = None
    meets: Callable[[Traits], Typed] | None = None


def asked_by_the_doctor(person_id: UUID) -> None:
    """The doctor asked this person for an access to their reports."""
    doctor = Professional.objects.get(rpps=DOCTOR)
    basis = Basis(Via.SERVICE, person_id, machine())
    with opened(person_id):
        assert ask(basis, doctor, categories=[Category.REPORTS], reason="Je suis votre nouveau médecin.")


def opened_in_an_emergency(person_id: UUID) -> None:
    """The doctor opened an emergency access to this person, who had allowed it."""
    doctor = Professional.objects.get(rpps=DOCTOR)
    accounts = get_user_model().objects
    user = accounts.filter(professional=doctor).first()
    user = user or accounts.create(username=doctor.rpps, professional=doctor)
    with opened(person_id):
        traits = Person.objects.get(pk=person_id).traits
    assert emergency.open_access(user, traits, "Elle est tombée et ne répond plus.")


def under_guardianship(person_id: UUID) -> None:
    """A judgment made Jeanne this person's guardian, for a year."""
    jeanne = find_confirmed(Traits("Garnier", "Jeanne", date(1975, 5, 5), "F", "23031"))
    people = {}
    for pk in (person_id, jeanne):
        with opened(pk):
            people[pk] = Person.objects.get(pk=pk)
    ends_at = timezone.now() + timedelta(days=365)
    represent(people[person_id], people[jeanne], Kind.TUTELLE, ["history.read"], ends_at=ends_at)


def opened_online(traits: Traits) -> Typed:
    """Someone opened a space online with these traits, and reads their code there."""
    person = create_person(traits, level=IdentityLevel.DECLARED, contact={"channel": "counter"})
    with opened(person.pk):
        Space.objects.create(person=person)
    return {"code": confirmation_code(person.pk)}


EXAMPLES: dict[str, Example] = {
    "identity.confirm": Example({"document": "passport"}, meets=opened_online),
    "space.open": Example(
        {"reminders": "yes", "statistics": "no", "research": "no", "notice_read": "on", "wish": "on"}
    ),
    "space.refuse": Example({"wish": "on"}),
    "space.lift-refusal": Example({"wish": "on"}, before=("space.refuse",)),
    "space.close": Example({"way": "erase"}, before=("space.open", "grant.give")),
    "space.reopen": Example({"notice_read": "on", "wish": "on"}, before=("space.open", "space.close")),
    "consent.give": Example({"purpose": "research"}, before=("space.open",)),
    "consent.withdraw": Example({"purpose": "reminders"}, before=("space.open",)),
    "grant.give": Example(
        {
            "reader_number": DOCTOR, "rights": ["read"], "extent": "some",
            "categories": ["prescriptions", "reports"], "duration": "6m",
        },
        before=("space.open",),
    ),
    "grant.change": Example(
        {"rights": ["read", "deposit"], "extent": "all", "duration": "1m"}, before=("space.open", "grant.give")
    ),
    "grant.revoke": Example(before=("space.open", "grant.give")),
    "grant.revoke-others": Example(before=("space.open", "grant.give")),
    "block.add": Example({"reader": HOSPITAL, "emergency_too": "yes"}, before=("space.open",)),
    "block.remove": Example(before=("space.open", "block.add")),
    "care-team.compose": Example({"name": "Mon suivi", "members": DOCTOR}, before=("space.open",)),
    "care-team.change": Example({"members": DOCTOR}, before=("space.open", "care-team.compose")),
    "care-team.end": Example(before=("space.open", "care-team.compose")),
    "request.accept": Example(
        {"rights": ["read"], "extent": "some", "categories": ["reports"], "duration": "1m"},
        before=("space.open",), arranged=asked_by_the_doctor,
    ),
    "request.decline": Example(before=("space.open",), arranged=asked_by_the_doctor),
    "emergency.allow": Example({"wish": "on"}, before=("space.open",)),
    "emergency.forbid": Example(before=("space.open", "emergency.allow")),
    "emergency.contest": Example(
        {"words": "Je n’étais pas en danger."}, before=("space.open", "emergency.allow"),
        arranged=opened_in_an_emergency,
    ),
    "emergency.write": Example(
        {"allergies": "Pénicilline", "treatments": "", "wishes": "", "to_call": "Ma fille, 05 55 00 00 01"},
        before=("space.open",),
    ),
    "emergency.erase": Example(before=("space.open", "emergency.write")),
    "share-code.create": Example(
        {"extent": "some", "categories": ["treatments", "wishes"], "duration": "1w", "reader_number": DOCTOR},
        before=("space.open",),
    ),
    "share-code.cancel": Example(before=("space.open", "share-code.create")),
    "contact.change": Example({**CONTACT, "address": "1 place de la Mairie"}),
    "mandate.give": Example(
        {
            "counter_number": str(ELSEWHERE), "scopes": ["grant.give", "space.open"], "duration": "year",
            "signer": "person",
        }
    ),
    "mandate.revoke": Example(before=("mandate.give",)),
    "rights.copy": Example({"extent": "some", "which": "Tout ce qui porte mon adresse."}),
    "rights.rectification": Example({"wrong": "Ma commune de naissance.", "right": "Bourganeuf, 23030."}),
    "rights.limitation": Example({"ground": "accuracy", "which": "Mon adresse, que je conteste."}),
    "rights.objection": Example({"what": "Les rappels.", "reasons": "Je n’en veux plus."}),
    "rights.heirs": Example(
        {
            "deceased": "Garnier Lucette", "born": "03/02/1931", "tie": "heir", "end": "causes",
            "why": "Savoir de quoi ma mère est morte.",
        }
    ),
    "rights.complaint": Example({"what": "On m’a mal reçue.", "wish": "Une excuse."}),
    "space.suspend": Example(before=("space.open", "grant.give")),
    "space.resume": Example(before=("space.open", "grant.give", "space.suspend")),
    "space.erase": Example({"no_way_back": "on", "wish": "on"}, before=("space.open", "space.close")),
    "entry.contest": Example({"why": "Ce n’était pas moi."}, before=("telling.change",)),
    "telling.change": Example({"reads": "weekly", "quarterly": "yes"}),
    "statement.ask": Example({"period": "last-quarter"}),
    "representation.name": Example(
        {**JEANNE, "kind": "relative", "scopes": ["grant.revoke", "history.read"], "duration": "6m"}
    ),
    "representation.end": Example(before=("representation.name",)),
    "representation.open": Example(
        {
            **MILO, "kind": "parent", "proof": "birth-certificate", "judgment_date": "", "ends_on": "", "scopes": [],
            "court_limits": "",
        }
    ),
    "representation.lift": Example({"document": "mainlevée du 12/05/2026, Guéret"}, arranged=under_guardianship),
    "representation.doubt": Example(
        {"alone": "on", "answered": "unsure", "words": "Se tait devant sa nièce."}, before=("representation.name",)
    ),
    "representation.clear-doubt": Example(
        {"alone": "on", "words": "C’est elle que je veux."}, before=("representation.name", "representation.doubt")
    ),
    "representation.hide": Example({"categories": ["wishes"]}, before=("space.open",)),
    "representation.show": Example({"categories": ["wishes"]}, before=("space.open", "representation.hide")),
    "space.freeze": Example({"died_on": "01/11/2026", "document": "acte de décès, Boussac, 2 novembre 2026"}),
    "space.unfreeze": Example({"alive": "on"}, before=("space.freeze",)),
}  # fmt: skip

# Acts that ask for a row of the person through this door, although other doors can make one.
ASKS_A_ROW = {("mandate.give", Via.SELF): "online, one opens a space first: an account alone proves nothing"}

# Acts that one of the three doors cannot serve, and why. Empty is the aim.
NOT_EVERY_DOOR: dict[tuple[str, str], str] = {
    ("identity.confirm", "online"): "the identity document must be seen: « Mon espace » gives the code to show with it",
    ("representation.open", "online"): "the proof must be seen: « Mon espace » leads to the form to print",
    ("representation.lift", "online"): "the judgment must be seen, by a counter or the mail service",
    ("representation.doubt", "online"): "it is what a counter or the mail service noticed, the person alone",
    ("representation.clear-doubt", "online"): "it takes the person seen alone again",
    ("space.freeze", "online"): "it takes a death certificate, and whoever sends it is not the person",
    ("space.freeze", "counter"): "a visit is with the person: the certificate goes to the mail service",
    ("space.unfreeze", "online"): "the account is closed: the person comes, or writes",
}

# Acts that nobody does for someone else by a representation, and why (docs/decisions/0018-representation.md).
ALONE: dict[str, str] = {
    **dict.fromkeys(
        ["representation.name", "representation.hide", "representation.show", "mandate.give", "mandate.revoke"],
        "who acts for the person is theirs to choose, and to be safe from",
    ),
    **dict.fromkeys(
        ["telling.change", "statement.ask", "rights.copy"],
        "what is told or sent of everything names what the person hides from their representatives",
    ),
    **dict.fromkeys(
        ["space.suspend", "space.resume"], "it closes the space to representatives: the person closes it, and opens it"
    ),
    "space.erase": "nothing brings it back: whoever is represented keeps the 30 days of `space.close`",
    "rights.heirs": "a representative asks it for themselves: the right is of whoever was close to the dead",
    **dict.fromkeys(
        ["representation.open", "representation.lift", "space.freeze", "space.unfreeze", "identity.confirm"],
        "a document is seen, or the person: the account of a representative shows neither",
    ),
    **dict.fromkeys(
        ["representation.doubt", "representation.clear-doubt"], "the person is seen without their representative"
    ),
}


def answers_for(code: str, via: Via, *, known: bool = True, traits: Traits | None = None) -> Typed:
    """What is typed for this act through this kind of basis; `known`: the person has a row already.

    `traits`: who the person without a row says to be, Lucien Perrin if nothing is said.
    """
    typed = dict(EXAMPLES[code].typed)
    if not known:
        typed = {**CONTACT, **IDENTITY, **(_typed_traits(traits) if traits else {}), **typed}
        if meets := EXAMPLES[code].meets:
            typed |= meets(traits or LUCIEN)
    return typed


@dataclass(frozen=True)
class Case:
    """One act through one kind of basis, for a person with a row or without."""

    act: Act
    via: Via
    known: bool

    def __str__(self) -> str:
        return f"{self.act.code} by {self.via}{'' if self.known else ', unknown person'}"


def cases() -> Iterator[Case]:
    """Every act × every basis that it accepts × the persons that this basis can be about."""
    for act in all_acts():
        for via in sorted(act.bases):
            if via is not Via.PUBLIC and not EXAMPLES[act.code].meets:
                yield Case(act, via, known=True)
            if (
                act.creates_person
                and via not in (Via.MANDATE, Via.REPRESENTATION)
                and (act.code, via) not in ASKS_A_ROW
            ):
                yield Case(act, via, known=False)


def form_of(act: Act, basis: Basis, typed: Typed, target_id: UUID | None = None) -> ActForm:
    """The act's form, filled in as a browser would send it."""
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return act.form_class(data, basis=basis, target_id=target_id)


def cleaned(act: Act, basis: Basis, typed: Typed, target_id: UUID | None = None) -> dict[str, Any]:
    """The answers as `perform` takes them. Fails when the form finds a fault in the example."""
    form = form_of(act, basis, typed, target_id)
    assert form.is_valid(), f"the example of {act.code} is not valid: {form.errors.as_json()}"
    return form.cleaned_data


def _typed_traits(traits: Traits) -> Typed:
    return {
        "birth_name": traits.birth_name, "first_names": traits.first_names,
        "birth_date": traits.birth_date.strftime("%d/%m/%Y"), "sex": traits.sex,
        "birth_place": traits.birth_place, "nir": traits.nir,
    }  # fmt: skip
