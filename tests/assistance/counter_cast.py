"""The people of a counter: Karim who serves, Louise who manages, Nadia of another counter, and a visit."""

from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assistance import mandates
from assistance.models import Counter, CounterRole, Mandate
from assistance.roles import join
from consent.models import JournalEntry
from consent.models.person import find_confirmed
from consent.traits import Traits
from consent.wall import opened
from portal.accounts.user import User, create_account
from tests.assistance.scans import papers
from tests.cast import ODETTE, PASSWORD

# The two boxes of who attests a mandate.
ATTESTED = {"seen": "on", "not_mine": "on"}


def make_counter(number: int, name: str = "Boussac") -> Counter:
    """A counter of the Creuse."""
    return Counter.objects.create(
        number=number, name=name, town=name.upper(), postcode="23600", department="23", insee="23031"
    )


def make_agent(email: str, name: str, counter: Counter, role: CounterRole = CounterRole.AGENT) -> User:
    """An agent with a second factor."""
    user = create_account(email, PASSWORD, name)
    TOTP.activate(user, generate_totp_secret())
    join(user, counter, role)
    return user


def browser_of(user: User) -> Client:
    """A browser in which this agent is signed in."""
    client = Client()
    client.force_login(user, backend="portal.accounts.backend.EmailBackend")
    return client


@pytest.fixture
def boussac(db: None) -> Counter:
    return make_counter(137)


@pytest.fixture
def gueret(db: None) -> Counter:
    return make_counter(138, "Guéret")


@pytest.fixture
def karim(boussac: Counter) -> User:
    return make_agent("karim@boussac.example", "Karim B.", boussac)


@pytest.fixture
def sonia(boussac: Counter) -> User:
    """Another agent of the same counter."""
    return make_agent("sonia@boussac.example", "Sonia T.", boussac)


@pytest.fixture
def louise(boussac: Counter) -> User:
    return make_agent("louise@boussac.example", "Louise M.", boussac, CounterRole.MANAGER)


@pytest.fixture
def nadege(gueret: Counter) -> User:
    """An agent of another counter."""
    return make_agent("nadege@gueret.example", "Nadège F.", gueret)


@pytest.fixture
def desk(karim: User) -> Client:
    return browser_of(karim)


def identity(traits: Traits, **changes: Any) -> dict[str, Any]:
    """What an agent types from an identity document."""
    return {
        "birth_name": traits.birth_name, "first_names": traits.first_names,
        "birth_date": traits.birth_date.strftime("%d/%m/%Y"), "sex": traits.sex, "birth_place": traits.birth_place,
        "nir": traits.nir, **changes,
    }  # fmt: skip


def start_answers(traits: Traits = ODETTE, **changes: Any) -> dict[str, Any]:
    """The whole form that begins a visit."""
    return {**identity(traits), "document_kind": "card", "document_tail": "4F2", "not_mine": "on", **changes}


def start(client: Client, traits: Traits = ODETTE, number: int = 137) -> str:
    """Begin a visit; its address."""
    answer = client.post(reverse("assistance:visit-start", args=[number]), start_answers(traits))
    assert answer.status_code == 303, (answer.status_code, answer.headers, answer.content.decode()[:3000])
    return answer.headers["Location"]


CONTACT = {
    "address": "4 rue du Château", "postcode": "23600", "town": "Boussac", "phone": "", "email": "", "channel": "post",
}  # fmt: skip
ALL_SCOPES = ["space.open", "grant.give", "grant.revoke", "consent.give", "consent.withdraw"]
MANDATE = {"scopes": ALL_SCOPES, "duration": "year", "signer": "person"}
GRANT = {
    "reader_number": "10100000008", "rights": ["read"], "extent": "some", "categories": ["prescriptions", "reports"],
    "duration": "6m",
}  # fmt: skip
OPENING = {"reminders": "yes", "statistics": "no", "research": "no", "notice_read": "on", "wish": "on"}


def do(client: Client, visit_url: str, code: str, answers: dict[str, Any], target: str = "") -> Any:
    """Form, check, confirm; the answer to the confirmation."""
    url = f"{visit_url}actes/{code}/{target}"
    form = client.get(url)
    assert form.status_code == 200, (code, form.status_code)
    check = form
    if "answers" not in form.context:
        check = client.post(url, {**answers, "step": "check", "request": form.context["request_token"]})
        assert check.status_code == 200, check.context["form"].errors if check.context else check.content
    return client.post(url, {"step": "confirm", "answers": check.context["answers"]})


def draft_mandate(
    client: Client, visit_url: str, person_known: bool = True, traits: Traits = ODETTE, **changes: Any
) -> Mandate:
    """Prepare a mandate through the pages."""
    answers = {**MANDATE, **changes}
    if not person_known:
        answers |= {**identity(traits), **CONTACT}
    done = do(client, visit_url, "mandate.give", answers)
    assert done.status_code == 303, done.context
    return latest_mandate(traits)


def latest_mandate(traits: Traits) -> Mandate:
    """The mandate prepared last for this person."""
    person_id = find_confirmed(traits)
    with opened(person_id):
        return Mandate.objects.select_related("counter").filter(person_id=person_id).latest("drafted_at")


def sign(mandate: Mandate, agent: User, visit_url: str = "") -> Mandate:
    """The signed paper was recognised."""
    visit_id = UUID(visit_url.rstrip("/").rsplit("/", 1)[1]) if visit_url else None
    basis = mandates.signing_basis(agent, mandate.counter, mandate.reference, visit_id)
    return mandates.sign(mandate.pk, mandate.person_id, basis, evidence="scan")


def entries(person_id: UUID | None) -> list[JournalEntry]:
    """The whole journal of a person, oldest first."""
    with opened(person_id):
        found = list(JournalEntry.objects.filter(person_id=person_id).order_by("at"))
        for entry in found:
            assert entry.details  # opened while the wall is
        return found


def now(mandate: Mandate) -> Mandate:
    """The mandate as it is in the database."""
    with opened(mandate.person_id):
        return Mandate.objects.get(pk=mandate.pk)


def change(mandate: Mandate, **fields: Any) -> None:
    """Make the mandate's row other than it was."""
    with opened(mandate.person_id):
        Mandate.objects.filter(pk=mandate.pk).update(**fields)


def scan_of(*texts: str, name: str = "mandat.png") -> SimpleUploadedFile:
    """A scanned page on which these codes are printed."""
    return SimpleUploadedFile(name, papers.png(papers.sheet(*texts, dpi=150)), "image/png")


def attest_url(mandate: Mandate) -> str:
    """Where a colleague attests it."""
    return f"/guichet/mandat/{mandate.reference}/attester/"
