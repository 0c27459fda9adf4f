"""An erased person is sought by someone who holds everything: every table, every key that is left, Valkey, the files.

Looking for clear text would prove little, for nothing lies in the clear beforehand either. So each encrypted cell and
each file is opened with the master keyset and with every person's key of the keyring, before and after.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import tink
from django.apps import apps
from django.core.files.storage import default_storage
from tink import aead, proto_keyset_format

from assistance import printing, visits
from assistance.models import Mail, Mandate, PrintoutKind
from consent import linking, outbox
from consent.acts.base import BusinessError
from consent.acts.perform import perform
from consent.acts.registry import get_act
from consent.bases import Via
from consent.crypto import files
from consent.crypto.fields import EncryptedField
from consent.crypto.master import master_aead
from consent.models import Case, JournalEntry, Person, Receipt, Tombstone
from consent.wall import opened
from portal.accounts.user import User
from tests.cast import AICHA, LUCIEN, request_id
from tests.examples import answers_for
from tests.trials.snapshot import seen_by_owner
from tests.trials.test_at_rest import BORN, CODE, CONTACT, FIRST, NAME, dump, found_in, valkey
from tests.trials.world import World

# What Odette writes and what Aïcha writes, wherever something can be written.
HERS, OTHERS = "Canariparole", "Autreparole"
# Where her number is left, and says nothing any more: that acts took place, and that a visit did.
NUMBER_STAYS = {"consent_journalentry", "consent_receipt", "consent_tombstone", "assistance_visit"}


def keyring(owner: psycopg.Connection[Any]) -> dict[UUID | None, aead.Aead]:
    """Every key that is left, unwrapped; under None, the master's."""
    found: dict[UUID | None, aead.Aead] = {None: master_aead()}
    for person_id, wrapped in owner.execute("SELECT person_id, wrapped FROM keyring.person_key").fetchall():
        context = b"keyring.person_key:" + person_id.bytes
        handle = proto_keyset_format.parse_encrypted(bytes(wrapped), master_aead(), context)
        found[person_id] = handle.primitive(aead.Aead)
    return found


def opened_cells(owner: psycopg.Connection[Any]) -> Iterator[str]:
    """The text of every encrypted cell that a key that is left opens."""
    keys = keyring(owner)
    for model in apps.get_models():
        columns = [field.column for field in model._meta.local_fields if isinstance(field, EncryptedField)]
        if not columns:
            continue
        table, key = model._meta.db_table, model._meta.pk.column
        whose = "id" if model is Person else "person_id"
        for row_id, person_id, *cells in owner.execute(
            f"SELECT {key}, {whose}, {', '.join(columns)} FROM {table}"
        ).fetchall():
            for column, cell in zip(columns, cells, strict=True):
                if cell is not None and person_id in keys:
                    context = f"{table}|{column}|{row_id}|{person_id}".encode()
                    yield keys[person_id].decrypt(bytes(cell), context).decode()


def opened_files(owner: psycopg.Connection[Any]) -> Iterator[bytes]:
    """What every file of the store says, to whoever has a key for it."""
    for folder in default_storage.listdir("")[0]:
        for name in default_storage.listdir(folder)[1]:
            for person_id in keyring(owner):
                try:
                    with opened(person_id):
                        yield b"".join(files.read(f"{folder}/{name}", person_id))
                except (files.FileUnreadable, tink.TinkError):
                    continue


def opened_by_a_thief(owner: psycopg.Connection[Any]) -> str:
    """All that can be read with everything that is left."""
    return "\n".join([*opened_cells(owner), *(content.decode(errors="replace") for content in opened_files(owner))])


def does(world: World, person: Person, code: str, via: Via = Via.SELF, **typed: Any) -> Any:
    act = get_act(code)
    basis = world.basis(act, via, person)
    return world.prepared(act, basis, {**answers_for(code, via), **typed}).do()


def a_whole_life(world: World, person: Person, word: str) -> None:
    """Something of hers in every place that keeps things, marked by this word."""
    for code in ("space.open", "grant.give", "consent.give", "contact.change"):
        does(world, person, code, **({"address": f"9 rue {word}", "town": word} if code == "contact.change" else {}))
    does(world, person, "rights.copy", which=word)
    does(world, person, "rights.complaint", Via.PAPER, what=word)
    does(world, person, "entry.contest", why=word)
    mandate = world.mandate(person, ["contact.change", "space.erase"])
    with opened(person.id):
        scan = files.store([f"{word} sur un scan".encode()], person_id=person.id, folder="mail")
        Mandate.objects.filter(pk=mandate.pk).update(scan=scan)
        Mail.objects.update(scan=scan, filed_at=mandate.drafted_at)
        traits = Person.objects.get(pk=person.id).traits
        receipt = Receipt.objects.earliest("created_at")
    printing.ask(PrintoutKind.RECEIPT, person_id=person.id, subject_id=receipt.pk)
    linking.ask_code(User.objects.exclude(person_id=person.id).first().pk, traits)
    end_visits(world)


def end_visits(world: World) -> None:
    if visit := visits.current_of(world.karim):
        visits.end(visit[0], visit[1], visits.VisitEnd.ENDED)


def deliver() -> None:
    while outbox.sweep(timedelta(0)):
        continue


@pytest.fixture
def lives(committed: None) -> World:
    """Marked Odette and Aïcha, each with a whole life; Lucien refused."""
    from consent.traits import Traits

    world = World(traits=Traits(NAME, FIRST, BORN, "F", CODE), contact=CONTACT)
    world.aicha = world.person(AICHA, "aicha@exemple.fr")
    a_whole_life(world, world.odette, HERS)
    a_whole_life(world, world.aicha, OTHERS)
    refuse = get_act("space.refuse")
    basis = world.basis(refuse, Via.PUBLIC, None)
    world.prepared(refuse, basis, answers_for("space.refuse", Via.PUBLIC, known=False, traits=LUCIEN)).do()
    deliver()
    return world


def test_with_every_key_that_is_left_nothing_of_an_erased_person_is_read(lives: World, owner_connection):
    person_id = lives.odette.id
    before = opened_by_a_thief(owner_connection)
    marks = (NAME, "Canariprenom", "1985-07-19", HERS, f"9 rue {HERS}", f"{HERS} sur un scan")
    for mark in marks:
        assert mark in before, f"the search does not find {mark}"
    with opened(person_id):
        scan = Mandate.objects.get(in_force_at__isnull=False).scan
    does(lives, lives.odette, "space.close", way="keep")
    receipt = does(lives, lives.odette, "space.erase")
    deliver()

    after = opened_by_a_thief(owner_connection)
    assert [mark for mark in (*marks, CONTACT["email"], CONTACT["phone"]) if mark in after] == []
    assert f"{OTHERS} sur un scan" in after, "what is Aïcha's is still opened: the search still works"
    assert found_in({**dump(owner_connection), "Valkey": valkey()}) == []
    assert not default_storage.exists(scan)
    tables = {
        table for table, rows in seen_by_owner(owner_connection).items() if any(str(person_id) in r for r in rows)
    }
    assert tables <= NUMBER_STAYS, tables - NUMBER_STAYS
    assert Tombstone.objects.filter(person_id=person_id).exists()
    assert not User.objects.filter(person_id=person_id).exists()
    with opened(None):
        assert ["Décision", "tout effacer tout de suite"] in JournalEntry.objects.get(receipt=receipt).details["facts"]


def test_everybody_else_is_read_as_before_and_refusals_are_honoured(lives: World):
    does(lives, lives.odette, "space.close", way="keep")
    does(lives, lives.odette, "space.erase")
    deliver()
    with opened(lives.aicha.id):
        assert Person.objects.get().birth_name == AICHA.birth_name
        assert all(
            entry.details["facts"] is not None for entry in JournalEntry.objects.filter(person_id=lives.aicha.id)
        )
        assert {row[1] for case in Case.objects.all() for row in case.words} >= {OTHERS}
        scan = Mandate.objects.get(in_force_at__isnull=False).scan
        assert b"".join(files.read(scan, lives.aicha.id)) == f"{OTHERS} sur un scan".encode()
    act = get_act("space.open")
    basis = lives.basis(act, Via.PAPER, None)
    typed = answers_for("space.open", Via.PAPER, known=False, traits=LUCIEN)
    with pytest.raises(BusinessError, match="a refusé tout espace"):
        lives.prepared(act, basis, typed).do()


def test_who_was_erased_may_refuse_and_that_is_honoured_too(lives: World):
    from consent.traits import Traits

    does(lives, lives.odette, "space.close", way="erase")
    does(lives, lives.odette, "space.erase")
    deliver()
    traits = Traits(NAME, FIRST, BORN, "F", CODE)
    refuse = get_act("space.refuse")
    typed = answers_for("space.refuse", Via.PUBLIC, known=False, traits=traits)
    lives.prepared(refuse, lives.basis(refuse, Via.PUBLIC, None), typed).do()
    opening = get_act("space.open")
    typed = answers_for("space.open", Via.PAPER, known=False, traits=traits)
    with pytest.raises(BusinessError, match="a refusé tout espace"):
        lives.prepared(opening, lives.basis(opening, Via.PAPER, None), typed).do()


def test_asked_at_a_counter_it_waits_for_the_end_of_the_visit(lives: World):
    does(lives, lives.odette, "space.close", way="keep")
    act = get_act("space.erase")
    visit = lives.visit(lives.odette)
    basis = lives.counter(act, visit)
    assert basis.via is Via.MANDATE
    receipt = perform(act, basis, {"no_way_back": True, "wish": True}, request_id())
    deliver()
    with opened(lives.odette.id):
        assert Person.objects.exists(), "the visit goes on, and its receipt is to be printed"
    end_visits(lives)
    from consent.erasure import erase_due

    assert erase_due() == 1
    deliver()
    with opened(lives.odette.id):
        assert not Person.objects.exists()
    with opened(None):
        assert Receipt.objects.filter(pk=receipt.pk, person_id__isnull=True).exists()
