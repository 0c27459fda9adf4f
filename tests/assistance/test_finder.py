"""Finding a counter, as anyone would type it."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from assistance.finder import Match, distance_km, find, nearest_to, place_key
from assistance.models import Counter

pytestmark = pytest.mark.django_db


@pytest.fixture
def counters(db: None) -> None:
    """The whole national list."""
    call_command("load_counters", verbosity=0)


def numbers(place: str = "", department: str = "") -> list[int]:
    """The numbers of the counters found."""
    return [counter.number for counter in find(place, department).counters]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Saint-Jean-d’Angély", "saint jean d angely"),
        ("ST JEAN D ANGELY", "saint jean d angely"),
        ("Ste-Menehould", "sainte menehould"),
        ("  Jœuf ", "joeuf"),
        ("L'HAŸ-LES-ROSES", "l hay les roses"),
    ],
)
def test_a_place_is_compared_without_accent_case_hyphen_or_abbreviation(typed: str, key: str) -> None:
    assert place_key(typed) == key


def test_the_distance_from_paris_to_marseille_is_about_661_km() -> None:
    assert distance_km((48.8566, 2.3522), (43.2965, 5.3698)) == pytest.approx(661, abs=1)


@pytest.mark.usefixtures("counters")
@pytest.mark.parametrize("typed", ["Boussac", "boussac", "BOUSSAC", "23600", "23600 Boussac", "23 600"])
def test_boussac_is_found_by_its_name_or_postcode(typed: str) -> None:
    assert numbers(typed) == [137]


@pytest.mark.usefixtures("counters")
@pytest.mark.parametrize("typed", ["Saint-Jean-d'Angély", "st jean d’angely", "SAINT JEAN D ANGELY"])
def test_saint_is_found_as_st(typed: str) -> None:
    assert numbers(typed) == [113]


@pytest.mark.usefixtures("counters")
def test_the_town_itself_comes_before_towns_that_contain_its_name() -> None:
    assert next(counter.town for counter in find("Lyon").counters) == "LYON"


@pytest.mark.usefixtures("counters")
def test_a_postcode_without_its_first_zero_is_understood() -> None:
    assert numbers("1200") == [1]


@pytest.mark.usefixtures("counters")
@pytest.mark.parametrize("typed", ["Paris 12", "paris 12e", "Paris 12ème arrondissement", "75012"])
def test_an_arrondissement_is_a_postcode(typed: str) -> None:
    assert sorted(numbers(typed)) == [435, 942]


@pytest.mark.usefixtures("counters")
def test_a_department_gives_all_its_counters() -> None:
    assert sorted(numbers(department="23")) == [137, 138, 752, 753, 754, 755]
    assert numbers("Creuse") == numbers("23") == numbers(department="23")


@pytest.mark.usefixtures("counters")
def test_a_town_without_counter_gives_those_of_its_department_first_and_says_so() -> None:
    found = find("Gouzon", "23")
    assert found.match == Match.NEAR_DEPARTMENT
    assert {counter.number for counter in found.counters[:6]} == {137, 138, 752, 753, 754, 755}


@pytest.mark.usefixtures("counters")
def test_a_postcode_without_counter_gives_the_nearest_to_its_sector() -> None:
    found = find("97600")
    assert found.match == Match.SECTOR
    assert {counter.department for counter in found.counters} == {"976"}


@pytest.mark.usefixtures("counters")
def test_the_one_department_without_counter_gives_its_neighbours() -> None:
    assert {counter.department for counter in find("", "90").counters} <= {"25", "68", "70", "88"}
    assert find("90000").match == Match.NEAR_DEPARTMENT


@pytest.mark.usefixtures("counters")
def test_a_misspelled_town_is_suggested() -> None:
    assert find("Bousac").suggestions == ["BOUSSAC"]


@pytest.mark.usefixtures("counters")
def test_a_counter_no_longer_listed_is_not_found_but_its_page_says_so(client: Client) -> None:
    Counter.objects.filter(number=137).update(listed=False)
    assert 137 not in numbers("Boussac")
    page = client.get(reverse("assistance:counter", args=[137]))
    assert "n’est plus dans la liste" in page.content.decode()


@pytest.mark.usefixtures("counters")
def test_nearby_counters_are_never_across_the_sea() -> None:
    mayotte = Counter.objects.get(number=565)
    assert {near.department for near, _distance in nearest_to(mayotte)} == {"976"}


@pytest.mark.usefixtures("counters")
def test_anyone_finds_a_counter_without_an_account(client: Client) -> None:
    page = client.get(reverse("assistance:finder"), {"lieu": "boussac"})
    assert page.status_code == 200
    assert reverse("assistance:counter", args=[137]) in page.content.decode()


@pytest.mark.usefixtures("counters")
def test_the_page_of_a_counter_gives_its_hours_and_phone(client: Client) -> None:
    text = client.get(reverse("assistance:counter", args=[137])).content.decode()
    assert "9\xa0h\xa030 à 12\xa0h" in text
    assert "tel:0967300953" in text


@pytest.mark.usefixtures("counters")
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"lieu": "", "departement": ""}, "Écrivez une ville ou un code postal"),
        ({"lieu": "236"}, "Un code postal a cinq chiffres."),
        ({"departement": "zz"}, "Sélectionnez un choix valide"),
        ({"lieu": "a\0"}, "Le caractère nul"),
    ],
)
def test_a_question_that_means_nothing_gets_a_clear_answer(client: Client, query: dict[str, str], message: str) -> None:
    page = client.get(reverse("assistance:finder"), query)
    assert page.status_code == 400
    assert message in page.content.decode()


@pytest.mark.usefixtures("counters")
@pytest.mark.parametrize("typed", ["99999", "%'\"_", "Trifouillis-les-Oies", "…"])
def test_a_place_that_does_not_exist_gets_advice(client: Client, typed: str) -> None:
    page = client.get(reverse("assistance:finder"), {"lieu": typed})
    assert page.status_code == 200
    assert "choisissez votre département" in page.content.decode()


@pytest.mark.usefixtures("counters")
@pytest.mark.parametrize(
    "query",
    [{"lieu": "boussac"}, {"lieu": "saint"}, {"departement": "58"}, {"lieu": "Gouzon", "departement": "23"}],
)
def test_the_finder_asks_the_database_at_most_four_times(
    client: Client, query: dict[str, str], django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(4):
        client.get(reverse("assistance:finder"), query)


@pytest.mark.usefixtures("counters")
def test_long_lists_come_by_pages_and_a_silly_page_number_is_forgiven(client: Client) -> None:
    page = client.get(reverse("assistance:finder"), {"lieu": "saint", "page": "x"})
    assert len(page.context["page"]) == 20
    assert "lieu=saint&amp;departement=&amp;page=2" in page.content.decode()


def test_an_unknown_counter_is_not_found(client: Client) -> None:
    assert client.get(reverse("assistance:counter", args=[99999999999999999999])).status_code == 404
