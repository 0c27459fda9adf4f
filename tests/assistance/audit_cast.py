"""What the tests of the audit share: an emergency access, entries of the journal at chosen hours."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from assistance.models import Counter
from assistance.roles import join
from consent import emergency, same_time
from consent.bases import Actor
from consent.models import JournalEntry, Professional
from consent.models.journal_entry import ActorKind
from consent.roles import make_professional
from consent.seal.entry import bind
from consent.wall import opened
from portal.accounts.user import User
from tests.assistance.mail_room import boussac, own_store, staff
from tests.cast import ODETTE, Patient
from tests.consent.conftest import does, odette_online, with_space

__all__ = ["boussac", "odette_online", "own_store", "with_space"]
HOME = "/service/audit/"
URGENT, SIGNALS, SEARCH, LOOKS = (f"{HOME}{part}/" for part in ("urgences", "signaux", "recherche", "mes-regards"))
REASON = "Elle est tombée et ne répond plus."
ALLERGY = "Pénicilline"
FAIR = {"finding": "fair", "words": "J’ai vérifié auprès du service : vous y étiez."}
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_time, "SAME_TIME", 0.0)


@pytest.fixture
def lemoine(dr_lemoine: Professional) -> User:
    """The account of Odette's doctor."""
    user = staff("lemoine@soins.exemple.fr", "")
    make_professional(user, dr_lemoine)
    return user


@pytest.fixture
def allowed(with_space: Patient) -> Patient:
    """Odette, who allowed emergency access and wrote her sheet."""
    does(with_space, "emergency.write", {"allergies": ALLERGY, "treatments": "", "wishes": "", "to_call": ""})
    does(with_space, "emergency.allow", {"wish": True})
    return with_space


@pytest.fixture
def access_id(allowed: Patient, lemoine: User) -> UUID:
    """The doctor opened Odette's space in an emergency."""
    found = emergency.open_access(lemoine, ODETTE, REASON)
    assert found
    return found


def entries(patient: Patient, code: str) -> list[JournalEntry]:
    with opened(patient.person.id):
        found = list(JournalEntry.objects.filter(person_id=patient.person.id, code=code).order_by("at"))
        for entry in found:
            _opened = entry.details
        return found


def at_nobody(code: str) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(person_id=None, code=code).order_by("at"))


def wrote(patient: Patient, at: datetime, code: str, actor: Actor, **columns: str) -> None:
    """An entry of that moment."""
    with opened(patient.person.id):
        entry = JournalEntry(
            person_id=patient.person.id, at=at, code=code, outcome="done", actor_kind=actor.kind, actor_id=actor.id,
            counter_number=actor.counter_number, details={"facts": [["Contenu", ALLERGY]]}, **columns,
        )  # fmt: skip
        bind(entry)
        entry.save(force_insert=True)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def a_weekday(back: int = 7) -> date:
    """A Wednesday of the last weeks."""
    day = timezone.localdate() - timedelta(days=back)
    return day - timedelta(days=(day.weekday() - 2) % 7)


def text(answer) -> str:
    return answer.content.decode()


def karim_at(boussac: Counter) -> tuple[User, Actor]:
    karim = staff("karim@guichet.exemple.fr", "Karim Haddad")
    join(karim, boussac)
    return karim, Actor(ActorKind.AGENT, karim.pk, boussac.number)
