"""Whoever answers cases is reminded each morning, and whoever could not be written to is an hour later."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from assistance import case_clock
from consent.models import Case
from consent.wall import opened
from tests.assistance.mail_room import claire, denis  # noqa: F401
from tests.consent.conftest import does

pytestmark = pytest.mark.django_db
CLAIRE, DENIS = "claire@courrier.exemple.fr", "denis@courrier.exemple.fr"


@pytest.fixture
def late(odette) -> None:
    """A case of Odette's is late."""
    does(odette, "rights.copy", {"extent": "all", "which": ""})
    with opened(odette.person.id):
        Case.objects.update(due_on=timezone.localdate() - timedelta(days=1))


@pytest.mark.parametrize("refused", [[CLAIRE], [DENIS], [CLAIRE, DENIS]])
def test_a_mail_that_fails_keeps_nobody_else_from_being_reminded_and_is_tried_again(
    late,
    claire,  # noqa: F811
    denis,  # noqa: F811
    monkeypatch,
    refused,
):
    send, mail.outbox = case_clock.send_mail, []

    def fails(subject, message, sender, to, **options):
        if to[0] in refused:
            raise OSError("no server")
        send(subject, message, sender, to, **options)

    monkeypatch.setattr(case_clock, "send_mail", fails)
    assert case_clock.remind() == 2 - len(refused)
    monkeypatch.setattr(case_clock, "send_mail", send)
    assert case_clock.remind() == len(refused)
    assert case_clock.remind() == 0
    assert sorted(message.to[0] for message in mail.outbox) == [CLAIRE, DENIS]
