"""The two witnesses of the demonstration look at the pages of the service, as other bodies would."""

import pytest
from django.test import Client

from consent.models import Cosignature, Witness
from consent.seal import sealer
from portal.demo import witnesses
from portal.tasks import watch_log
from tests.cast import Patient, open_space_answers
from tests.consent.conftest import does

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_the_test_client(monkeypatch, tmp_path, settings, client: Client) -> None:
    """Their requests go to the pages themselves, and their memory to a folder of the test."""
    settings.VAR_DIR = tmp_path

    def get(path: str, most: int) -> bytes:
        answer = client.get(path)
        assert answer.status_code == 200, path
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    def post(url: str, path: str, body: str) -> None:
        assert client.post(path, body, content_type="text/plain").status_code == 200

    monkeypatch.setattr(witnesses, "http_get", lambda url: get)
    monkeypatch.setattr(witnesses, "http_post", post)


def test_both_cosign_what_grows(odette: Patient, aicha: Patient, notice, settings, client: Client):
    settings.DEMO = True
    witnesses.declare()
    witnesses.declare()
    assert Witness.objects.count() == 2
    for patient, size in ((odette, 1), (aicha, 2)):
        does(patient, "space.open", open_space_answers())
        sealer.seal()
        watch_log()
        assert Cosignature.objects.filter(size=size).count() == 2
    for address in ("/journal/", "/journal/affiche/", "/journal/checkpoint"):
        page = client.get(address).content.decode()
        assert all(name in page for name in witnesses.NAMES), address


def test_they_do_nothing_where_there_is_no_demonstration(odette: Patient, notice, settings):
    settings.DEMO = False
    witnesses.declare()
    does(odette, "space.open", open_space_answers())
    sealer.seal()
    watch_log()
    assert not Cosignature.objects.exists()
