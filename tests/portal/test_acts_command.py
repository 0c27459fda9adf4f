"""`manage.py acts`: the registry told to people and to programs."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from consent.acts.registry import all_acts
from tests.examples import NOT_EVERY_DOOR

# The list of the first release, from the design: what is there stays.
CODES = {
    "space.open", "space.refuse", "space.lift-refusal", "space.close", "space.reopen", "consent.give",
    "consent.withdraw", "grant.give", "grant.change", "grant.revoke", "contact.change", "mandate.give",
    "mandate.revoke",
}  # fmt: skip
PATTERNS = {"online": "/mon-espace/actes/", "counter": "/guichet/visite/", "paper": "/service/courrier/"}


@pytest.fixture(scope="module")
def listed() -> list[dict]:
    out = StringIO()
    call_command("acts", "--json", stdout=out)
    return json.loads(out.getvalue())


def test_every_act_of_the_first_release_is_listed_once(listed) -> None:
    codes = [act["code"] for act in listed]
    assert set(codes) >= CODES
    assert len(codes) == len(set(codes)) == len(all_acts())


def test_each_says_its_label_its_bases_and_its_three_doors(listed) -> None:
    for act in listed:
        assert set(act) == {"code", "label", "bases", "doors"}
        assert set(act["doors"]) == set(PATTERNS)
        assert act["label"]
        assert act["bases"]


def test_every_act_is_served_by_every_door_at_an_address_that_names_it(listed) -> None:
    for act in listed:
        for door, beginning in PATTERNS.items():
            if (act["code"], door) in NOT_EVERY_DOOR:
                assert act["doors"][door] is None
                continue
            assert act["doors"][door].startswith(beginning), (act["code"], door)
            assert act["doors"][door].endswith(f"/{act['code']}/")


def test_a_door_that_does_not_serve_an_act_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from consent.acts.registry import get_act
    from consent.bases import Via
    from portal.management.commands.acts import describe

    act = get_act("grant.give")
    monkeypatch.setattr(type(act), "bases", frozenset({Via.SELF}))
    assert describe(act)["bases"] == ["self"]
    assert describe(act)["doors"] == {"online": "/mon-espace/actes/grant.give/", "counter": None, "paper": None}


def test_without_json_it_is_a_table_for_people() -> None:
    out = StringIO()
    call_command("acts", stdout=out)
    assert "Ouvrir mon espace" in out.getvalue()
    assert "/mon-espace/actes/space.open/" in out.getvalue()
