"""Where a person is written to: changed through the pages, without losing what was not to change."""

import re

import pytest

from consent.models import Channel, Person
from consent.models.representation import Kind
from consent.representing import ceiling
from consent.wall import opened
from tests.cast import JEANNE, POSTAL, make_patient
from tests.consent.conftest import check, confirm, does
from tests.consent.test_representation import at, gives

pytestmark = pytest.mark.django_db
CHANGE = "/mon-espace/actes/contact.change/"


def asked(page: str) -> dict[str, str]:
    """What the fields of the form hold, as a browser would send it back untouched."""
    values = dict(re.findall(r'<input type="(?:text|email|tel)" name="(\w+)"(?: value="([^"]*)")?', page))
    values["address"] = re.search(r'<textarea name="address"[^>]*>\s*([^<]*)</textarea>', page)[1]
    values |= dict(re.findall(r'name="(channel|never_write_home)" value="(\w+)"[^>]* checked', page))
    if re.search(r'name="never_write_home"[^>]* checked', page):
        values["never_write_home"] = "on"
    return values


def test_only_what_is_written_anew_changes(odette, odette_online, with_space):
    with opened(odette.person.id):
        Person.objects.filter(pk=odette.person.id).update(never_write_home=True, channel=Channel.COUNTER)
    kept = asked(odette_online.get(CHANGE).content.decode())
    confirm(odette_online, CHANGE, check(odette_online, CHANGE, {**kept, "phone": "0555111222"}))
    with opened(odette.person.id):
        now = Person.objects.get(pk=odette.person.id)
        assert (now.phone, now.channel, now.never_write_home) == ("0555111222", Channel.COUNTER, True)
        assert now.address_lines == ["4 rue du Château", "23600 Boussac"]


@pytest.fixture
def jeannes(odette, with_space, sign_in):
    """A page of Odette's space, in the browser of Jeanne, her guardian, after Odette moved to a place that is kept quiet."""
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    row = gives(odette.person, jeanne, Kind.TUTELLE, *ceiling(Kind.TUTELLE))
    moved = {"address": "12 rue du Refuge", "phone": "0611223344", "email": "nouvelle@exemple.fr"}
    does(odette, "contact.change", {**POSTAL, **moved, "never_write_home": True})
    client = sign_in(jeanne.user)
    return lambda rest="": client.get(at(row, rest)).content.decode()


@pytest.mark.parametrize("page", ["", "trace/", "actes/contact.change/"])
def test_where_one_is_written_to_is_on_no_page_of_who_represents_them(jeannes, page):
    told = jeannes(page)
    for kept in (
        "Refuge",
        "0611223344",
        "06 11 22 33 44",
        "nouvelle@exemple.fr",
        "Ne jamais écrire",
        "never_write_home",
    ):
        assert kept not in told


def test_who_represents_the_person_writes_the_address_anew_and_still_finds_where(jeannes):
    assert "actes/contact.change/" in jeannes()
    assert asked(jeannes("actes/contact.change/"))["address"] == ""
