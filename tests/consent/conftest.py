"""What the tests of the person's own pages share."""

import re
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client

from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.models import Grant, Professional
from consent.wall import opened
from tests.cast import Patient, open_space_answers, request_id

TRAITS_OF_ODETTE = {
    "birth_name": "Garnier", "first_names": "Odette Marie", "birth_date": "12/03/1945", "sex": "F", "birth_place": "23031",
}  # fmt: skip


def hidden(response: HttpResponse, name: str) -> str:
    """The value of a hidden field of the page."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no hidden {name}"
    return unescape(found[1])


def check(client: Client, url: str, answers: dict) -> HttpResponse:
    """Fill in the form and go to the page of checking."""
    page = client.get(url)
    assert page.status_code == 200
    return client.post(url, {**answers, "request": hidden(page, "request")})


def confirm(client: Client, url: str, checked: HttpResponse) -> HttpResponse:
    """Confirm what the page of checking shows."""
    return client.post(url, {"step": "confirm", "answers": hidden(checked, "answers")})


def does(patient: Patient, code: str, answers: dict, target=None):
    """An act done by the person, without pages."""
    return perform(get_act(code), patient.basis, answers, request_id(), target)


@pytest.fixture
def odette_online(odette: Patient, sign_in) -> Client:
    """Odette's browser."""
    return sign_in(odette.user)


@pytest.fixture
def with_space(odette: Patient, notice) -> Patient:
    """Odette, with an open space and yes to reminders."""
    does(odette, "space.open", open_space_answers())
    return odette


@pytest.fixture
def with_grant(with_space: Patient, dr_lemoine: Professional) -> Grant:
    """The access that Odette gave to Dr Lemoine."""
    answers = {
        "reader_number": dr_lemoine.rpps,
        "rights": ["read"],
        "extent": "all",
        "categories": [],
        "duration": "1y",
    }
    does(with_space, "grant.give", answers)
    with opened(with_space.person.id):
        return Grant.objects.get()
