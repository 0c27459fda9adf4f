"""`manage.py appoint`: how the first staff come to be."""

import pytest
from django.core.management import CommandError, call_command

from assistance.models import Counter
from assistance.roles import CounterRight, has_right, is_auditor, is_clerk
from consent.models import Establishment, Professional
from consent.roles import establishments_of, is_professional
from portal.accounts.user import create_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def boussac(db: None) -> Counter:
    return Counter.objects.create(
        number=137, name="Boussac", town="BOUSSAC", postcode="23600", department="23", insee="23031"
    )


def test_a_manager_an_agent_and_a_clerk_get_their_place(boussac: Counter) -> None:
    louise, karim, nadia = (create_account(f"{name}@exemple.fr", "une phrase") for name in ("louise", "karim", "nadia"))
    call_command("appoint", "louise@exemple.fr", counter=137, role="responsables")
    call_command("appoint", "karim@exemple.fr", counter=137)
    call_command("appoint", "nadia@exemple.fr", service="courrier")
    assert has_right(louise, CounterRight.MANAGE, boussac)
    assert has_right(karim, CounterRight.ASSIST, boussac)
    assert not has_right(karim, CounterRight.MANAGE, boussac)
    assert is_clerk(nadia)
    assert not is_auditor(nadia)


def test_an_unknown_account_or_counter_is_said_plainly(boussac: Counter) -> None:
    with pytest.raises(CommandError, match="No account"):
        call_command("appoint", "personne@exemple.fr", counter=137)
    create_account("karim@exemple.fr", "une phrase")
    with pytest.raises(CommandError, match="no counter 9999"):
        call_command("appoint", "karim@exemple.fr", counter=9999)


@pytest.fixture
def directory(db: None) -> None:
    Professional.objects.create(rpps="10100000008", name="Dr Claire Lemoine", profession="Médecin généraliste")
    Establishment.objects.create(finess="230780041", name="Hôpital", town="Guéret")


def test_a_professional_is_linked_to_their_number_and_to_where_they_work(directory: None) -> None:
    claire = create_account("claire@exemple.fr", "une phrase")
    for _twice in range(2):
        call_command("appoint", "claire@exemple.fr", rpps="10100000008", finess=["230780041"])
    claire.refresh_from_db()
    assert claire.professional.name == "Dr Claire Lemoine"
    assert [place.finess for place in establishments_of(claire)] == ["230780041"]


def test_one_number_is_one_account_and_nothing_is_half_done(directory: None) -> None:
    claire, other = (create_account(f"{name}@exemple.fr", "une phrase") for name in ("claire", "autre"))
    call_command("appoint", "claire@exemple.fr", rpps="10100000008")
    with pytest.raises(CommandError, match="Another account"):
        call_command("appoint", "autre@exemple.fr", rpps="10100000008")
    with pytest.raises(CommandError, match="No professional"):
        call_command("appoint", "autre@exemple.fr", rpps="10100000016")
    with pytest.raises(CommandError, match="No establishment has the FINESS number 000000000"):
        call_command("appoint", "claire@exemple.fr", rpps="10100000008", finess=["230780041", "000000000"])
    other.refresh_from_db()
    assert other.professional is None
    assert not establishments_of(claire).exists()


def test_the_places_that_are_given_are_all_those_where_a_professional_works(directory: None) -> None:
    claire = create_account("claire@exemple.fr", "une phrase")
    Establishment.objects.create(finess="230780058", name="Clinique")
    for places in (["230780041"], ["230780041", "230780058"], ["230780058"], []):
        call_command("appoint", "claire@exemple.fr", rpps="10100000008", finess=places)
        assert sorted(place.finess for place in establishments_of(claire)) == places


def test_the_end_takes_from_an_account_all_that_it_read_as_a_professional(directory: None) -> None:
    claire = create_account("claire@exemple.fr", "une phrase")
    call_command("appoint", "claire@exemple.fr", rpps="10100000008", finess=["230780041"])
    with pytest.raises(CommandError, match="not linked to the RPPS number 10100000016"):
        call_command("appoint", "claire@exemple.fr", rpps="10100000016", end=True)
    call_command("appoint", "claire@exemple.fr", rpps="10100000008", end=True)
    claire.refresh_from_db()
    assert not is_professional(claire)
    assert not establishments_of(claire).exists()
    other = create_account("autre@exemple.fr", "une phrase")
    call_command("appoint", "autre@exemple.fr", rpps="10100000008")
    other.refresh_from_db()
    assert is_professional(other), "the number is free again"
