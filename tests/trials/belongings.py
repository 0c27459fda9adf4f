"""A small world in which everything exists once for two people: the ground of the access matrix.

Odette and Aïcha each have a space, an access given, a mandate, a visit, a letter and a mail. Everything was
made by acts, through `perform`. Each of Aïcha's personal texts carries a canary.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from assistance import mandates, visits
from assistance.mandates import signing_basis
from assistance.models import Counter, CounterRole, Mail, Mandate, Visit
from assistance.models.mandate import MandateState
from assistance.roles import Service, join, join_service
from consent import outbox
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.acts.representation import represent
from consent.ages import reaches
from consent.models import (
    Broken,
    Case,
    EmergencyAccess,
    Explanation,
    Grant,
    IdentityLevel,
    OutboxItem,
    Person,
    Professional,
    Reach,
    Receipt,
    ShareCode,
    Verification,
)
from consent.models.person import create_person
from consent.models.representation import Kind, Representation
from consent.representing import ceiling
from consent.roles import make_professional
from consent.traits import Traits
from consent.wall import opened
from portal.accounts.user import User, create_account
from tests.cast import ODETTE, PASSWORD, POSTAL, Patient, open_space_answers

CANARY = "KANARI"
AICHA = Traits(f"{CANARY}nom", f"{CANARY}prenom", date(1988, 11, 30), "F", "99351")
AICHA_CONTACT = {
    **POSTAL, "address": f"8 rue {CANARY}", "town": f"{CANARY}ville", "email": f"{CANARY.lower()}@exemple.fr",
}  # fmt: skip
ALL_SCOPES = [
    "space.open", "space.close", "space.reopen", "consent.give", "consent.withdraw",
    "grant.give", "grant.change", "grant.revoke", "contact.change", "mandate.revoke",
]  # fmt: skip


def with_second_factor(user: User) -> User:
    """A TOTP for this account, as every page of the staff asks."""
    TOTP.activate(user, generate_totp_secret())
    return user


def browser_of(user: User | None, *, sends_tokens: bool = False) -> Client:
    """A browser signed in as this user, or as nobody.

    With `sends_tokens` it must send the tokens of the forms, as a real one, and a fault of the service is raised
    instead of answered.
    """
    client = Client(enforce_csrf_checks=sends_tokens, raise_request_exception=sends_tokens)
    if user is not None:
        client.force_login(user, backend="portal.accounts.backend.EmailBackend")
    return client


def staff(email: str, name: str) -> User:
    """An account with a second factor."""
    return with_second_factor(create_account(email, PASSWORD, name))


@dataclass
class Belongings:
    """One row of each kind that is a person's."""

    patient: Patient
    visit: Visit
    mandate: Mandate
    to_sign: Mandate
    grant: Grant
    receipt: Receipt
    mail: Mail
    mail_receipt: Receipt
    visit_receipt: Receipt
    letter_id: UUID
    case_id: UUID
    complaint_id: UUID
    share_code_id: UUID
    representation: Representation
    emergency_id: UUID
    explanation_id: UUID


@dataclass
class World:
    """Who and what there is."""

    counter: Counter
    other_counter: Counter
    users: dict[str, User | None]
    odette: Belongings
    aicha: Belongings
    doctor: Professional
    fault_id: UUID
    own_visits: dict[str, Visit] = field(default_factory=dict)
    # What each representative holds, by actor.
    held: dict[str, Representation] = field(default_factory=dict)
    # Cookies and session of whoever signed in, by actor.
    sessions: dict[str, Any] = field(default_factory=dict)


def make_world(notice: Any) -> World:
    """Everything, in the current transaction or for good."""
    here = Counter.objects.create(
        number=137, name="Boussac", town="BOUSSAC", postcode="23600", department="23", insee="23031"
    )
    there = Counter.objects.create(
        number=138, name="Guéret", town="GUERET", postcode="23000", department="23", insee="23096"
    )
    doctor = Professional.objects.create(
        rpps="10100000008", name="Dr Claire Lemoine", profession="Médecin généraliste", invented=True
    )
    users: dict[str, User | None] = {"anonymous": None, "nobody": create_account("personne@exemple.fr", PASSWORD)}
    agents = {
        "agent": (here, CounterRole.AGENT), "colleague": (here, CounterRole.AGENT), "ended": (here, CounterRole.AGENT),
        "scope": (here, CounterRole.AGENT), "busy": (here, CounterRole.AGENT), "elsewhere": (there, CounterRole.AGENT),
        "manager": (here, CounterRole.MANAGER),
    }  # fmt: skip
    for name, (counter, role) in agents.items():
        users[name] = staff(f"{name}@guichet.example", name.title())
        join(users[name], counter, role)
    users["former"] = staff("former@guichet.example", "Former")
    users["clerk"], users["auditor"] = staff("clerk@service.example", "Nadia"), staff("audit@service.example", "Paul")
    join_service(users["clerk"], Service.MAIL)
    join_service(users["auditor"], Service.AUDIT)
    users["administrator"] = with_second_factor(create_account("root@service.example", PASSWORD, is_superuser=True))

    other_doctor, third = (
        Professional.objects.create(rpps=rpps, name=name, profession="Médecin cardiologue", invented=True)
        for rpps, name in (("10100000016", "Dr Hugo Ferrand"), ("10100000024", "Dr Inès Roy"))
    )
    users["professional"], users["professional_none"] = (
        staff("claire@soins.example", ""),
        staff("ines@soins.example", ""),
    )
    make_professional(users["professional"], doctor)
    make_professional(users["professional_none"], third)

    odette = _belongings(_patient(ODETTE, POSTAL, "odette@exemple.fr"), users["agent"], users["clerk"], here, doctor)
    aicha = _belongings(
        _patient(AICHA, AICHA_CONTACT, f"{CANARY.lower()}@exemple.fr"),
        users["busy"],
        users["clerk"],
        here,
        other_doctor,
    )
    users["odette"], users["aicha"] = odette.patient.user, aicha.patient.user
    fault = Verification.objects.create(reach=Reach.WHOLE, broken=Broken.LOG, says="place 7 is missing")
    world = World(here, there, users, odette, aicha, doctor, fault.pk)
    world.own_visits["ended"] = _visit_without_right(users["ended"], here, "Fini", ended=True)
    world.own_visits["scope"] = _visit_without_right(users["scope"], here, "Portée", ended=False)
    _represent(world)
    return world


def _represent(world: World) -> None:
    """Everyone who represents someone: Odette's guardians and trusted person, and the parents of two children."""
    parent = _somebody("Parent")
    other_parent, grown_parent = _somebody("Autre Parent"), _somebody("Parent de Lea")
    minor, grown = _somebody("Noe", years=16), _somebody("Lea", years=18)
    everything = sorted(ceiling(Kind.PARENT))
    of_age = {person.person.id: reaches(born, 18) for person, born in ((minor, _born(16)), (grown, _born(18)))}
    year = timezone.now() + timedelta(days=365)
    odette = world.odette.patient
    world.held = {
        "tutelle": world.odette.representation,
        **{
            actor: represent(whom.person, by.person, kind, scopes, ends_at=of_age.get(whom.person.id, ends_at))
            for actor, whom, by, kind, scopes, ends_at in (
                ("parent", minor, parent, Kind.PARENT, everything, None),
                ("other_parent", minor, other_parent, Kind.PARENT, everything, None),
                ("grown_parent", grown, grown_parent, Kind.PARENT, everything, None),
                ("curatelle", odette, _somebody("Curateur"), Kind.CURATELLE, sorted(ceiling(Kind.CURATELLE)), year),
                ("habilitation", odette, _somebody("Habilite"), Kind.HABILITATION, ["space.read", "grant.revoke"], year),
                ("trusted", odette, _somebody("Confiance"), Kind.TRUSTED, ["space.read"], None),
            )
        },
    }  # fmt: skip
    for actor, row in world.held.items():
        world.users[actor] = User.objects.get(person_id=row.representative_id)
    world.users["minor"] = minor.user


def _born(years: int) -> date:
    today = timezone.localdate()
    return date(today.year - years, today.month, min(today.day, 28))


def _somebody(name: str, years: int = 45) -> Patient:
    """Someone of checked identity with an account, and without a space."""
    traits = Traits("Moreau", name, _born(years), "F", "23031")
    return _patient(traits, POSTAL, f"{name.lower().replace(' ', '-')}@exemple.fr")


def _patient(traits: Traits, contact: dict[str, Any], email: str) -> Patient:
    person = create_person(traits, level=IdentityLevel.CONFIRMED, contact=contact)
    user = create_account(email, PASSWORD)
    user.person_id = person.id
    user.save()
    return Patient(user, person)


def _visit_to(person: Person, agent: User, counter: Counter) -> Visit:
    with opened(person.id):
        traits = person.traits
    return visits.start(agent, counter, traits, {}, ("card", "123"))


def draft(visit: Visit, scopes: list[str]) -> Mandate:
    """A mandate prepared in a visit, not signed yet."""
    answers = {"scopes": scopes, "duration": "year", "signer": "person"}
    perform(get_act("mandate.give"), visits.presence(visit), answers, uuid4())
    with opened(visit.person_id):
        return Mandate.objects.filter(person_id=visit.person_id).latest("drafted_at")


def sign(mandate: Mandate, agent: User, counter: Counter, visit: Visit | None = None) -> Mandate:
    """The mandate, in force as after its scan was matched."""
    basis = signing_basis(agent, counter, mandate.reference, visit.pk if visit else None)
    return mandates.sign(mandate.pk, mandate.person_id, basis, evidence="scan")


def _belongings(patient: Patient, agent: User, clerk: User, counter: Counter, doctor: Professional) -> Belongings:
    visit = _visit_to(patient.person, agent, counter)
    mandate = sign(draft(visit, ALL_SCOPES), agent, counter, visit)
    perform(get_act("space.open"), patient.basis, open_space_answers(), uuid4())
    answers = {
        "reader_number": doctor.rpps, "rights": ["read"], "extent": "some", "categories": ["prescriptions"],
        "duration": "6m",
    }  # fmt: skip
    receipt = perform(get_act("grant.give"), patient.basis, answers, uuid4())
    copy = {"extent": "some", "which": f"Ce qui est à {patient.person.birth_name}."}
    perform(get_act("rights.copy"), patient.basis, copy, uuid4())
    perform(
        get_act("rights.complaint"), patient.basis, {"what": f"On a mal reçu {patient.person.birth_name}."}, uuid4()
    )
    sheet = {"allergies": CANARY if patient.user.email.startswith(CANARY.lower()) else "Pénicilline"}
    blank = {"treatments": "", "wishes": "", "to_call": ""}
    shared = {"extent": "all", "categories": [], "duration": "1w", "reader_number": ""}
    perform(get_act("share-code.create"), patient.basis, shared, uuid4())
    perform(get_act("emergency.write"), patient.basis, {**sheet, **blank}, uuid4())
    to_sign = draft(visit, ["contact.change"])
    with opened(patient.person.id):
        visit_receipt = Receipt.objects.filter(entry__visit_id=visit.pk).order_by("created_at").first()
    with opened(patient.person.id):
        waiting = Mail.objects.create(
            reference=f"CR-{agent.pk.hex[:4].upper()}-0001",
            person_id=patient.person.id,
            act_code="consent.give",
            taken_by=clerk,
        )
        mail = Mail.objects.create(
            reference=f"CR-{agent.pk.hex[:4].upper()}-0002",
            person_id=patient.person.id,
            act_code="consent.give",
            taken_by=clerk,
        )
    from assistance.doors.paper import PaperDoor  # the basis of a clerk is the door's to make

    request = type("Request", (), {"user": clerk})()
    paper = PaperDoor(request, mail.pk).basis(get_act("consent.give"))
    mail_receipt = perform(get_act("consent.give"), paper, {"purpose": "research"}, uuid4())
    with opened(patient.person.id):
        for item in OutboxItem.objects.filter(delivered_at__isnull=True, topic="told"):
            outbox.deliver(item.pk, item.person_id)
        from assistance.models import Letter

        letter = Letter.objects.filter(person_id=patient.person.id).earliest("created_at")
        grant = Grant.objects.in_force().get(person_id=patient.person.id)
        cases = dict(Case.objects.filter(person_id=patient.person.id).values_list("kind", "pk"))
        share_code = ShareCode.objects.get(person_id=patient.person.id)
        emergency_id = EmergencyAccess.objects.create(
            person_id=patient.person.id, professional=doctor, reason="Elle est tombée et ne répond plus."
        ).pk
        explanation_id = Explanation.objects.create(
            person_id=patient.person.id, access_id=emergency_id, professional=doctor, asked_by=clerk.pk,
            question="Où étiez-vous ?",
        ).pk  # fmt: skip
    guardian = _somebody(f"Tutrice {agent.email.split('@')[0]}")
    everything = sorted(ceiling(Kind.TUTELLE))
    ends_at = timezone.now() + timedelta(days=365)
    held = represent(patient.person, guardian.person, Kind.TUTELLE, everything, ends_at=ends_at)
    return Belongings(
        patient, visit, mandate, to_sign, grant, receipt, waiting, mail_receipt, visit_receipt, letter.pk,
        cases["copy"], cases["complaint"], share_code.pk, held, emergency_id, explanation_id,
    )  # fmt: skip


def _visit_without_right(agent: User, counter: Counter, name: str, *, ended: bool) -> Visit:
    traits = Traits(name, "Essai", date(1950, 1, 1), "F", "23031")
    person = create_person(traits, level=IdentityLevel.CONFIRMED, contact=POSTAL)
    visit = _visit_to(person, agent, counter)
    mandate = sign(draft(visit, ["contact.change"]), agent, counter, visit)
    if ended:
        perform(get_act("mandate.revoke"), visits.presence(visit), {}, uuid4(), mandate.pk)
        with opened(person.id):
            assert Mandate.objects.get(pk=mandate.pk).state == MandateState.ENDED
    return visit
