"""The summary: what is open, closed and refused, on a page, and once a year by letter."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent import summary
from consent.acts.representation import represent
from consent.models import EmergencyConsent, Space
from consent.models.representation import EndReason, Kind, Representation
from consent.wall import opened
from tests.cast import JEANNE, make_patient
from tests.consent.conftest import does
from tests.consent.reading_cast import outbox_of

pytestmark = pytest.mark.django_db

PAGE = "/mon-espace/resume/"


def parts(client) -> dict[str, str]:
    """The text under each title of the page."""
    html = client.get(PAGE).content.decode()
    found = re.findall(r"<h2>(.*?)</h2>(.*?)</section>", html, re.DOTALL)
    return {title: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)) for title, body in found}


OPEN, CLOSED, REFUSED = (
    "Ce qui est ouvert", "Ce qui a été fermé ou retiré depuis un an", "Ce qui est refusé",
)  # fmt: skip


def test_each_thing_stands_where_it_should(odette_online, with_grant):
    said = parts(odette_online)
    assert "Mon espace de santé Depuis le" in said[OPEN]
    assert "Accès de Dr Claire Lemoine" in said[OPEN]
    assert "Recevoir des rappels" in said[OPEN]
    assert "Compter dans des statistiques publiques, sans mon nom Aujourd’hui : non" in said[REFUSED]
    assert "Rien." in said[CLOSED]


def test_what_was_taken_back_is_closed_and_a_use_withdrawn_is_refused(odette, odette_online, with_grant):
    does(odette, "grant.revoke", {}, with_grant.pk)
    does(odette, "consent.withdraw", {"purpose": "reminders"})
    said = parts(odette_online)
    assert "Accès de Dr Claire Lemoine" not in said[OPEN]
    assert re.search(r"Accès de Dr Claire Lemoine .* Retiré le : \d", said[CLOSED])
    assert "Recevoir des rappels (vaccins, examens de dépistage) Accord retiré le :" in said[REFUSED]


def test_a_use_taken_back_and_accepted_again_is_open(odette, odette_online, with_space):
    does(odette, "consent.withdraw", {"purpose": "reminders"})
    does(odette, "consent.give", {"purpose": "reminders"})
    said = parts(odette_online)
    assert "Recevoir des rappels" in said[OPEN]
    assert "Recevoir des rappels" not in said[REFUSED]


def test_the_summary_is_ones_own(aicha, sign_in, with_grant):
    assert "Lemoine" not in sign_in(aicha.user).get(PAGE).content.decode()


def test_it_costs_few_statements(odette_online, with_grant):
    with CaptureQueriesContext(connection) as asked:
        odette_online.get(PAGE)
    assert len([q for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= 12


@pytest.mark.parametrize(
    ("days", "due"), [(100, 0), (364, 0), (366, 1), (365 + 200, 0), (2 * 365 + 2, 1)], ids=lambda value: str(value)
)
def test_the_letter_comes_around_the_anniversary(with_space, days, due):
    with opened(with_space.person.id):
        Space.objects.update(opened_at=timezone.now() - timedelta(days=days))
    assert summary.tell_year() == due
    assert summary.tell_year() == 0
    assert len(outbox_of(with_space.person.id, "year-told")) == due


def test_no_letter_for_a_closed_space(odette, with_space):
    with opened(with_space.person.id):
        Space.objects.update(opened_at=timezone.now() - timedelta(days=366))
    does(odette, "space.close", {"way": "keep"})
    assert summary.tell_year() == 0


def test_a_block_is_refused_until_it_is_lifted(odette, odette_online, with_space, dr_lemoine):
    from consent.models import Block

    does(odette, "block.add", {"reader": dr_lemoine, "emergency_too": "no"})
    assert "Bloqué : Dr Claire Lemoine" in parts(odette_online)[REFUSED]
    with opened(odette.person.id):
        block = Block.objects.get()
    does(odette, "block.remove", {}, block.pk)
    said = parts(odette_online)
    assert "Lemoine" not in said[REFUSED]
    assert "Blocage de Dr Claire Lemoine" in said[CLOSED]


def test_emergency_is_refused_until_it_is_allowed(odette, odette_online, with_space):
    assert "Accès en cas d’urgence Aujourd’hui : interdit" in parts(odette_online)[REFUSED]
    with opened(odette.person.id):
        EmergencyConsent.objects.create(person_id=odette.person.id)
    said = parts(odette_online)
    assert "Accès en cas d’urgence Autorisé le" in said[OPEN]
    assert "urgence" not in said[REFUSED]


def test_a_representative_is_open_until_the_end(odette, odette_online):
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    end = timezone.now() + timedelta(days=50)
    row = represent(odette.person, jeanne.person, Kind.RELATIVE, ["space.read"], ends_at=end)
    assert "Représentation par Jeanne Garnier À titre de : proche" in parts(odette_online)[OPEN]
    with opened(odette.person.id):
        Representation.objects.get(pk=row.pk).end(EndReason.PERSON)
    said = parts(odette_online)
    assert "Jeanne" not in said[OPEN]
    assert "Représentation par Jeanne Garnier Terminé le" in said[CLOSED]


def test_what_lets_others_in_is_not_open_while_the_space_is_suspended(odette, odette_online, with_grant):
    jeanne = make_patient(JEANNE, "jeanne@exemple.fr")
    represent(odette.person, jeanne.person, Kind.RELATIVE, ["space.read"], ends_at=timezone.now() + timedelta(days=9))
    does(odette, "emergency.allow", {"wish": True})
    does(odette, "share-code.create", {"extent": "all", "categories": [], "duration": "1w", "reader_number": ""})
    others = (
        "Accès de Dr Claire Lemoine",
        "Représentation par Jeanne Garnier",
        "Accès en cas d’urgence",
        "Code de partage",
    )
    assert all(title in parts(odette_online)[OPEN] for title in others)
    does(odette, "space.suspend", {})
    said = parts(odette_online)
    assert not any(title in said[OPEN] for title in others)
    for title in others:
        words = rf"{title}( \([^)]*\))? Aujourd’hui : sans effet, tant que l’espace est suspendu"
        assert re.search(words, said[CLOSED]), title
    assert "Recevoir des rappels" in said[OPEN], "it lets nobody in"
    does(odette, "space.resume", {})
    assert all(title in parts(odette_online)[OPEN] for title in others)


def test_the_letter_comes_to_who_suspended_their_space_too(odette, with_space):
    does(odette, "space.suspend", {})
    with opened(odette.person.id):
        Space.objects.update(opened_at=timezone.now() - timedelta(days=366))
    assert summary.tell_year() == 1
    assert len(outbox_of(odette.person.id, "year-told")) == 1
