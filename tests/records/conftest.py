"""What the tests of « Mes patients » share: doctors who can sign in."""

from collections.abc import Callable

import pytest
from django.test import Client

from consent import same_time
from consent.models import Establishment, Professional
from consent.roles import make_professional
from portal.accounts.user import User, create_account
from tests.cast import PASSWORD, Patient
from tests.consent.conftest import TRAITS_OF_ODETTE, does, odette_online, with_grant, with_space  # noqa: F401
from tests.trials.belongings import with_second_factor

REASON = "Elle est tombée et ne répond plus."
TYPED = TRAITS_OF_ODETTE
NOBODY = {**TYPED, "birth_name": "Inconnue"}
SHEET = {
    "allergies": "Pénicilline", "treatments": "Metformine 500 mg, matin et soir",
    "wishes": "Pas de réanimation", "to_call": "Ma fille Jeanne, 05 55 00 00 01",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages wait for a fixed time; only the test of that time does."""
    monkeypatch.setattr(same_time, "SAME_TIME", 0.0)


@pytest.fixture
def hospital(db: None) -> Establishment:
    return Establishment.objects.create(finess="230780041", name="Hôpital de Guéret", town="Guéret")


@pytest.fixture
def dr_ferrand(db: None) -> Professional:
    """Another doctor."""
    return Professional.objects.create(rpps="10100000016", name="Dr Hugo Ferrand", profession="Médecin cardiologue")


def account_of(professional: Professional, **fields: object) -> User:
    """The account of a professional, with a second factor."""
    user = with_second_factor(create_account(f"{professional.rpps}@soins.example", PASSWORD, **fields))
    make_professional(user, professional)
    return user


@pytest.fixture
def claire(dr_lemoine: Professional) -> User:
    """Dr Lemoine's account."""
    return account_of(dr_lemoine)


@pytest.fixture
def hugo(dr_ferrand: Professional) -> User:
    """Dr Ferrand's account."""
    return account_of(dr_ferrand)


@pytest.fixture
def at_claires(claire: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(claire)


@pytest.fixture
def at_hugos(hugo: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(hugo)


@pytest.fixture
def with_sheet(with_space: Patient) -> Patient:  # noqa: F811
    """Odette, with an open space and a whole emergency sheet."""
    does(with_space, "emergency.write", SHEET)
    return with_space
