"""The counters, loaded from the national list as it is: 908 entries, messy."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assistance.departments import DEPARTMENTS, department_code
from assistance.management.commands.load_counters import DEFAULT_FILE
from assistance.models import Counter, CounterKind

pytestmark = pytest.mark.django_db


def load(file: Path = DEFAULT_FILE) -> str:
    """Run the command and return what it printed."""
    out = StringIO()
    call_command("load_counters", file, stdout=out, stderr=out)
    return out.getvalue()


def entries() -> list[dict]:
    """The properties of each entry of the list."""
    return [feature["properties"] for feature in json.loads(DEFAULT_FILE.read_text())["features"]]


def write(file: Path, properties: list[dict]) -> Path:
    """A list of these entries, as GeoJSON."""
    file.write_text(json.dumps({"features": [{"properties": entry} for entry in properties]}))
    return file


def test_every_counter_of_the_list_is_loaded() -> None:
    assert "908 new, 0 changed" in load()
    assert Counter.objects.count() == 908
    assert Counter.objects.filter(kind=CounterKind.BRANCH).count() == 52
    assert Counter.objects.filter(travels=True).count() == 53
    assert Counter.objects.filter(department__startswith="97").count() == 23


def test_loading_again_changes_nothing() -> None:
    load()
    before = list(Counter.objects.values())
    assert "0 new, 0 changed, 908 same, 0 no longer listed" in load()
    assert list(Counter.objects.values()) == before


def test_boussac_is_as_the_list_says() -> None:
    load()
    boussac = Counter.objects.get(number=137)
    assert (boussac.name, boussac.town, boussac.department) == ("Boussac", "BOUSSAC", "23")
    assert boussac.address_lines == ["Quartier Pasteur", "23600 BOUSSAC"]
    assert boussac.phone == "09 67 30 09 53"
    assert boussac.hours["wednesday"]["spans"] == [["09:00", "12:00"], ["14:00", "16:30"]]
    assert (boussac.latitude, boussac.longitude) == (46.34908, 2.216669)


def test_nothing_of_the_list_is_lost() -> None:
    load()
    kept = dict(Counter.objects.values_list("number", "source"))
    assert kept == {entry["MATRICULE"]: entry for entry in entries()}


def test_every_branch_leads_to_a_full_counter_of_its_group() -> None:
    load()
    mains = {counter.number: counter for counter in Counter.objects.filter(kind=CounterKind.MAIN)}
    for branch in Counter.objects.filter(kind=CounterKind.BRANCH):
        assert mains[branch.parent_number].network == branch.network


def test_codes_get_back_the_zero_they_lost() -> None:
    load()
    assert Counter.objects.get(number=38).postcode == "08200"
    assert Counter.objects.get(number=570).postcode == "69860"
    assert set(Counter.objects.values_list("department", flat=True)) == set(DEPARTMENTS) - {"90"}


@pytest.mark.parametrize(("written", "code"), [("1", "01"), ("2a", "2A"), ("974", "974"), (" 23 ", "23")])
def test_a_department_is_known_however_it_is_written(written: str, code: str) -> None:
    assert department_code(written) == code


@pytest.mark.parametrize("written", ["", "20", "96", "Creuse"])
def test_a_department_that_does_not_exist_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="unknown department"):
        department_code(written)


def test_a_malformed_entry_is_named_and_the_others_are_loaded(tmp_path: Path) -> None:
    good, bad, worse = entries()[:3]
    file = write(tmp_path / "list.json", [good, {**bad, "code_postal": "?"}, {**worse, "MATRICULE": None}])
    out = StringIO()
    with pytest.raises(CommandError, match="2 of 3 entries"):
        call_command("load_counters", file, stdout=out, stderr=out)
    assert f"number {bad['MATRICULE']}" in out.getvalue()
    assert Counter.objects.get().number == good["MATRICULE"]


def test_a_file_that_is_not_a_list_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("<html>")
    with pytest.raises(CommandError, match="not a GeoJSON list"):
        load(tmp_path / "list.json")
    assert not Counter.objects.exists()


def test_a_counter_that_leaves_the_list_is_kept_but_no_longer_shown(tmp_path: Path) -> None:
    first, second = entries()[:2]
    load(write(tmp_path / "list.json", [first, second]))
    assert "1 no longer listed" in load(write(tmp_path / "list.json", [first]))
    assert not Counter.objects.get(number=second["MATRICULE"]).listed
    assert "1 changed" in load(write(tmp_path / "list.json", [first, second]))
    assert Counter.objects.filter(listed=True).count() == 2


def test_what_is_no_address_gets_no_link() -> None:
    assert not Counter(email="j.guichet@chateauneuf16120,fr").email_works
    assert not Counter(email="").email_works
    assert Counter(email="franceservices@creuseconfluence.com").email_works
