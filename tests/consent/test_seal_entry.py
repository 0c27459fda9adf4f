"""What the seal says of an entry: halves and columns to the byte, one imprint for each, nothing left outside it."""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from consent import journal
from consent.acts.base import Effect
from consent.bases import Actor, Basis, BasisRefused, Via
from consent.models import JournalEntry
from consent.models.journal_entry import ActorKind
from consent.seal.entry import bind, columns, commitment_of, halves, leaf, outline_of
from consent.wall import opened
from tests.cast import Patient

ENTRY, ACTOR = UUID("11111111-1111-4111-8111-111111111111"), UUID("22222222-2222-4222-8222-222222222222")
# As docs/proofs.md writes them, by hand.
SHOWN = (
    '{"at":"2026-11-25T10:12:33.000045Z","by":"agent","code":"grant.give","counter":137,'
    '"facts":[["Accès donné à","Dr Claire Lemoine"]],"nature":"act","outcome":"done","reason":"","reference":"MD-1","v":1,'
    '"via":"mandate"}'
)
HIDDEN = (
    '{"actor":"22222222-2222-4222-8222-222222222222","entry":"11111111-1111-4111-8111-111111111111",'
    '"more":{"doubt":true},"person":null,"request":null,"subject":"s","visit":null}'
)


COLUMNS = (
    '{"actor":"22222222-2222-4222-8222-222222222222","at":"2026-11-25T10:12:33.000045Z","by":"agent","code":"grant.give",'
    '"counter":137,"entry":"11111111-1111-4111-8111-111111111111","nature":"act","outcome":"done","person":null,'
    '"reference":"MD-1","request":null,"v":1,"via":"mandate","visit":null}'
)


def example(**changes: Any) -> JournalEntry:
    fields = {
        "id": ENTRY, "person_id": None, "at": datetime(2026, 11, 25, 10, 12, 33, 45, tzinfo=UTC), "nature": "act",
        "code": "grant.give", "outcome": "done", "via": "mandate", "actor_kind": "agent", "actor_id": ACTOR,
        "counter_number": 137, "basis_reference": "MD-1", "nonce": "0f" * 16, "salt": b"\x0c" * 16,
        "details": {"facts": [["Accès donné à", "Dr Claire Lemoine"]], "subject": "s", "doubt": True},
    }  # fmt: skip
    return JournalEntry(**{**fields, **changes})


def test_the_halves_of_an_entry_are_these_bytes_and_the_commitment_is_this_computation():
    assert [half.decode() for half in halves(example())] == [SHOWN, HIDDEN]
    both = hashlib.sha256(SHOWN.encode()).digest() + hashlib.sha256(HIDDEN.encode()).digest()
    expected = hmac.new(bytes([15] * 16), hashlib.sha256(both).digest(), "sha256").digest()
    assert commitment_of(example()) == expected


def test_the_outline_is_of_these_bytes_and_needs_no_key():
    assert columns(example()).decode() == COLUMNS
    assert outline_of(example()) == hmac.new(bytes([12] * 16), COLUMNS.encode(), "sha256").digest()


def test_an_entry_is_bound_by_both_and_draws_nonce_and_salt_anew():
    one, two = example(), example()
    bind(one)
    bind(two)
    assert one.imprint == hashlib.sha256(commitment_of(one) + outline_of(one)).digest()
    assert len({one.nonce, two.nonce, one.salt, two.salt, one.imprint, two.imprint}) == 6
    assert (len(bytes.fromhex(one.nonce)), len(one.salt)) == (16, 16)


def test_a_leaf_is_forty_five_bytes():
    made = leaf(0x0102, 0x0304, bytes(range(32)))
    assert made.hex() == "02" + "0000000000000102" + "00000304" + bytes(range(32)).hex()
    assert len(made) == 45


def test_an_hour_in_another_time_zone_is_the_same_hour():
    from zoneinfo import ZoneInfo

    there = example().at.astimezone(ZoneInfo("Europe/Paris"))
    assert halves(example(at=there)) == halves(example())


OTHER = {
    "id": uuid4(), "at": datetime(2026, 11, 25, 10, 12, 33, 46, tzinfo=UTC), "nature": "read", "code": "grant.revoke",
    "outcome": "refused", "via": "self", "actor_kind": "person", "actor_id": uuid4(), "counter_number": 138,
    "basis_reference": "MD-2", "visit_id": uuid4(), "request_id": uuid4(), "details": {"facts": []}, "nonce": "00" * 16,
}  # fmt: skip


@pytest.mark.parametrize("column", OTHER)
def test_no_column_changes_without_the_commitment(column: str):
    assert commitment_of(example(**{column: OTHER[column]})) != commitment_of(example())


# What lies under the person's key is no part of the outline: it is checked without one.
UNDER_THE_KEY = {"details", "nonce"}
WITHOUT_A_KEY = [column for column in OTHER if column not in UNDER_THE_KEY] + ["person_id", "salt"]


@pytest.mark.parametrize("column", WITHOUT_A_KEY)
def test_no_column_in_the_clear_changes_without_the_outline(column: str):
    changed = {**OTHER, "person_id": uuid4(), "salt": bytes(16)}[column]
    assert outline_of(example(**{column: changed})) != outline_of(example())


def test_every_column_was_tried():
    # Not what the database computes from the others.
    names = {field.name for field in JournalEntry._meta.concrete_fields if not field.generated}
    # Another person's entry does not even open: see the tampering trial.
    assert names - set(OTHER) == {"person_id", "salt", "commitment", "imprint"}
    assert names - set(WITHOUT_A_KEY) == {*UNDER_THE_KEY, "commitment", "imprint"}


@pytest.mark.django_db
def test_what_is_written_reads_back_to_the_same_commitment(odette: Patient):
    agent = Basis(
        Via.MANDATE, odette.person.id, Actor(ActorKind.AGENT, uuid4(), 137), reference="MD-1", visit_id=uuid4()
    )
    nobody = Basis(Via.PUBLIC, None, Actor(ActorKind.PUBLIC))
    effect = Effect(facts=[("Quoi", "l’œuvre « entière »\u2028 \U0001f600")], subject_id=uuid4())
    with opened(odette.person.id):
        journal.write_act(agent, "grant.give", effect, person_id=odette.person.id, request_id=uuid4())
        journal.write_read(agent, "visit.file", [("Pièce vue", "carte")])
    journal.write_refused(agent, "grant.give", BasisRefused("Ce mandat est terminé."))
    with opened(None):
        journal.write_event(nobody, "account.code", [], person_id=None)
    seen = 0
    for person_id in (odette.person.id, None):
        with opened(person_id):
            for entry in JournalEntry.objects.filter(person_id=person_id):
                assert bytes(entry.commitment) == commitment_of(entry)
                assert bytes(entry.imprint) == hashlib.sha256(commitment_of(entry) + outline_of(entry)).digest()
                assert len(bytes.fromhex(entry.nonce)) == 16
                seen += 1
    assert seen == 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT imprint) FROM consent_sealwaiting")
        assert cursor.fetchone() == (4,)


@pytest.mark.django_db
def test_two_entries_that_say_the_same_have_nothing_in_common(odette: Patient):
    basis = Basis(Via.PUBLIC, None, Actor(ActorKind.PUBLIC))
    with opened(None):
        one, two = (journal.write_event(basis, "account.code", [], person_id=None) for _ in range(2))
    assert one.nonce != two.nonce
    assert one.commitment != two.commitment
