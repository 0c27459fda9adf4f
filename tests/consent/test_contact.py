"""Where a person is written to: changed through the pages, without losing what was not to change."""

import re

import pytest

from consent.models import Channel, Person
from consent.models.representation import Kind
from consent.representing import ceiling
from consent.wall import opened
from tests.cast import JEANNE, make_patient
from tests.consent.conftest import check, confirm
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


def test_who_represents_the_person_learns_nothing_of_where_they_are_written_to(odette, sign_in, with_space):
    with opened(odette.person.id):
        Person.objects.filter(pk=odette.person.id).update(never_write_home=True)
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    row = gives(odette.person, jeanne, Kind.TUTELLE, *ceiling(Kind.TUTELLE))
    page = sign_in(jeanne.user).get(at(row, "actes/contact.change/")).content.decode()
    assert asked(page)["address"] == ""
    assert "never_write_home" not in page
