"""A small world of real rows: Odette, two counters and their agents, a clerk, a doctor, a notice.

Bases come from the doors themselves, as in the service: a mandate is given and signed, a visit opened, a
mail received. Accounts have no password: none is typed here, and hashing one takes a tenth of a second.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import RequestFactory
from django.utils import timezone

from assistance import mandates, roles, visits
from assistance.doors.counter import CounterDoor
from assistance.doors.paper import PaperDoor
from assistance.models import Counter, Mail, Mandate
from assistance.paper.codes import new_reference
from consent.acts.base import Act
from consent.acts.perform import perform
from consent.acts.registry import all_acts, get_act
from consent.acts.representation import represent
from consent.bases import Actor, Basis, Via
from consent.doors.online import OnlineDoor, PublicDoor
from consent.doors.represented import RepresentedDoor
from consent.models import Establishment, IdentityLevel, Notice, Person, Professional, Receipt
from consent.models.journal_entry import ActorKind
from consent.models.person import create_person
from consent.models.representation import Kind, Representation
from consent.representing import scopes_for
from consent.traits import Traits
from consent.wall import opened
from portal.accounts.user import User
from tests import examples
from tests.cast import JEANNE, LUCIEN, ODETTE, POSTAL
from tests.examples import Case, Typed, answers_for, cleaned

ALL_SCOPES = [act.code for act in all_acts() if Via.MANDATE in act.bases]
SEEN = ("card", "4F2")


@dataclass
class Ready:
    """An act about to be done: everything that `perform` takes."""

    act: Act
    basis: Basis
    answers: dict[str, Any]
    target_id: UUID | None = None

    def do(self, request_id: UUID | None = None) -> Receipt:
        """Do it, under this request or a fresh one."""
        return perform(self.act, self.basis, self.answers, request_id or uuid4(), self.target_id)


def account(email: str, **fields: Any) -> User:
    """An account that nobody can sign in to."""
    user = User(**fields)
    user.email, user.name = email, email.split("@")[0]
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def make_counter(number: int) -> Counter:
    """A counter with hardly more than its number."""
    return Counter.objects.create(
        number=number, name=f"Boussac {number}", postcode="23600", town="Boussac", insee="23031", department="23",
        town_key="BOUSSAC", search_text=" BOUSSAC ",
    )  # fmt: skip


class World:
    """Everything that a basis can stand on."""

    def __init__(self, *, traits: Traits = ODETTE, contact: dict[str, Any] | None = None) -> None:
        body = "## Notice d’essai\n\nRien n’existe sans vous."
        self.notice = Notice.objects.create(
            version="essai", language="fr", title="Notice d’essai", body=body,
            sha256=hashlib.sha256(body.encode()).digest(), published_on=date(2026, 1, 1),
        )  # fmt: skip
        self.doctor = Professional.objects.create(
            rpps=examples.DOCTOR, name="Dr Claire Lemoine", profession="Médecin généraliste", town="Boussac"
        )
        self.hospital = Establishment.objects.create(finess=examples.HOSPITAL, name="Hôpital", town="Guéret")
        self.here, self.elsewhere = make_counter(examples.HERE), make_counter(examples.ELSEWHERE)
        self.karim, self.nadia = account("karim@exemple.fr"), account("nadia@exemple.fr")
        roles.join(self.karim, self.here)
        roles.join(self.nadia, self.elsewhere)
        self.clerk = account("courrier@exemple.fr")
        roles.join_service(self.clerk, roles.Service.MAIL)
        self.odette = self.person(traits, "odette@exemple.fr", contact)
        self.jeanne = self.person(JEANNE, "jeanne@exemple.fr")

    def person(self, traits: Traits, email: str, contact: dict[str, Any] | None = None) -> Person:
        """A person of checked identity and the account that is linked to them."""
        person = create_person(traits, level=IdentityLevel.CONFIRMED, contact=contact or POSTAL)
        account(email, person_id=person.id)
        return person

    # -- Bases, as the doors make them ----------------------------------------------------------------

    def online(self, act: Act, person: Person | None) -> Basis:
        """The person signed in; someone signed in without a row when there is no person."""
        return OnlineDoor(_request(self.account_of(person))).basis(act)

    def account_of(self, person: Person | None) -> User:
        """The account linked to this person; a new one, linked to nobody, when there is none."""
        return User.objects.get(person_id=person.id) if person else account(f"{uuid4().hex}@exemple.fr")

    def visit(self, person: Person | None, *, agent: User | None = None, counter: Counter | None = None) -> Any:
        """A visit just begun with this person (with Lucien, who has no row, when there is none)."""
        traits = LUCIEN if person is None else _traits(person)
        return visits.start(agent or self.karim, counter or self.here, traits, {}, SEEN)

    def counter(self, act: Act, visit: Any) -> Basis:
        """What the counter's door answers for this act in this visit."""
        return CounterDoor(_request(User.objects.get(pk=visit.agent_id)), visit.pk).basis(act)

    def mandate(self, person: Person, scopes: list[str], counter: Counter | None = None) -> Mandate:
        """A mandate in force: prepared at the counter with the person present, then signed."""
        counter = counter or self.here
        agent = self.karim if counter == self.here else self.nadia
        visit = self.visit(person, agent=agent, counter=counter)
        act = get_act("mandate.give")
        typed = {**answers_for(act.code, Via.PRESENCE), "scopes": scopes}
        basis = visits.presence(visit)
        perform(act, basis, cleaned(act, basis, typed), uuid4())
        visits.end(visit.pk, person.id, visits.VisitEnd.ENDED)
        with opened(person.id):
            drafted = Mandate.objects.filter(person_id=person.id, counter=counter).latest("drafted_at")
        signature = mandates.signing_basis(agent, counter, drafted.reference, None)
        return mandates.sign(drafted.pk, person.id, signature, evidence="scan")

    def mail(self, person: Person | None) -> Mail:
        """A posted form that waits for a clerk."""
        with opened(person.id if person else None):
            return Mail.objects.create(
                reference=new_reference("ML"), person_id=person.id if person else None, taken_by=self.clerk
            )

    def guardian(self, person: Person, scopes: list[str] | None = None) -> Representation:
        """Jeanne is the guardian of this person, by a judgment, for a year."""
        ends_at = timezone.now() + timedelta(days=365)
        return represent(person, self.jeanne, Kind.TUTELLE, scopes or ["history.read"], ends_at=ends_at)

    def represented(self, person: Person | None, scopes: list[str]) -> RepresentedDoor:
        """The door of Jeanne, who represents this person in this, and in the readings that this needs."""
        assert person is not None
        whole = sorted(set().union(*map(scopes_for, scopes)))
        return RepresentedDoor(_request(self.account_of(self.jeanne)), self.guardian(person, whole).pk)

    def basis(self, act: Act, via: Via, person: Person | None) -> Basis:
        """A basis of this kind for this act, with the rows that it stands on."""
        if via is Via.SELF:
            return self.online(act, person)
        if via is Via.PUBLIC:
            return PublicDoor(_request(None)).basis(act)
        if via is Via.PAPER:
            return PaperDoor(_request(self.clerk), self.mail(person).pk).basis(act)
        if via is Via.REPRESENTATION:
            return self.represented(person, [act.code]).basis(act)
        if via is Via.MANDATE:
            assert person is not None
            self.mandate(person, [act.code])
        basis = self.counter(act, self.visit(person))
        assert basis.via is via
        return basis

    # -- Acts ready to be done -----------------------------------------------------------------------

    def ready(self, case: Case, *, person: Person | None = None) -> Ready:
        """The act of this case, after what has to happen before it, not done yet."""
        person = (person or self.odette) if case.known else None
        self.before(case.act, person)
        basis = self.basis(case.act, case.via, person)
        return self.prepared(case.act, basis, answers_for(case.act.code, case.via, known=case.known))

    def before(self, act: Act, person: Person | None) -> None:
        """Do what comes before this act: by the person online, or without account by someone without a row."""
        for code in examples.EXAMPLES[act.code].before:
            first = get_act(code)
            own = Via.SELF if Via.SELF in first.bases else Via.PAPER
            via = own if person else Via.PUBLIC
            basis = self.basis(first, via, person)
            self.prepared(first, basis, answers_for(code, via, known=person is not None)).do()
        if arranged := examples.EXAMPLES[act.code].arranged:
            arranged(person.id)

    def prepared(self, act: Act, basis: Basis, typed: Typed) -> Ready:
        """This act on this basis with these answers, on the first of the rows that it can act on."""
        with opened(basis.person_id):
            target_id = act.targets(basis)[0][0] if act.target else None
            return Ready(act, basis, cleaned(act, basis, typed, target_id), target_id)


def stranger() -> Actor:
    """An account that has nothing to do with anything."""
    return Actor(ActorKind.PERSON, account(f"{uuid4().hex}@exemple.fr").pk)


def _traits(person: Person) -> Traits:
    with opened(person.id):
        return Person.objects.get(pk=person.pk).traits


def _request(user: User | None) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request
