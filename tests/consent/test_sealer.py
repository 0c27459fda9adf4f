"""The sealer: every entry once, in order, without gap; alone; whole batches whatever kills it; nothing waits for it."""

from collections.abc import Callable
from importlib import import_module

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from bench._journal import journal_lines
from consent import merkle
from consent.models import SealCheckpoint, SealPlace, SealTile, SealWaiting
from consent.seal import keys, log, note, sealer
from consent.seal.entry import leaf
from consent.seal.sealer import seal
from tests import database
from tests.trials.test_one_act import die, in_a_process


def fill(number: int) -> None:
    """This many entries that wait."""
    with connection.cursor() as cursor:
        cursor.execute(journal_lines(number, apart="1 second"))


def leaves() -> list[bytes]:
    """The leaf hashes of the log, from its places alone."""
    return [
        merkle.leaf_hash(leaf(place.place, place.hour, bytes(place.imprint)))
        for place in SealPlace.objects.order_by("place")
    ]


def assert_sound(entries: int) -> None:
    """Places without gap, nothing waiting, tiles and checkpoints that agree with the places."""
    assert list(SealPlace.objects.order_by("place").values_list("place", flat=True)) == list(range(entries))
    assert not SealWaiting.objects.exists()
    hashes = leaves()
    for checkpoint in SealCheckpoint.objects.all():
        assert bytes(checkpoint.root) == merkle.root(hashes[: checkpoint.size]) == log.root_at(checkpoint.size)
    assert log.latest().size == entries
    assert log.latest().root == merkle.root(hashes)


@pytest.mark.django_db
def test_entries_get_their_places_in_the_order_in_which_they_came():
    fill(10)
    waiting = list(SealWaiting.objects.order_by("id").values_list("entry_id", "hour"))
    assert seal() == 10
    assert list(SealPlace.objects.order_by("place").values_list("entry_id", "hour")) == waiting
    assert log.place_of(waiting[4][0]) == 4
    assert_sound(10)
    assert seal() == 0
    assert SealCheckpoint.objects.count() == 1, "a checkpoint for nothing new"


@pytest.mark.django_db
@pytest.mark.parametrize("sizes", [[1], [255, 1, 1], [256, 256], [300, 700, 13], [65_530, 10]])
def test_the_tree_grows_over_every_edge_of_a_tile(sizes: list[int]):
    for number in sizes:
        fill(number)
        assert seal(batch=10_000) == number
    assert_sound(sum(sizes))
    whole = SealTile.objects.filter(level=0, index=0).values_list("hashes", flat=True).get()
    assert len(whole) == min(sum(sizes), 256) * 32


@pytest.mark.django_db
def test_proofs_from_tiles_are_those_of_the_whole_list():
    for number in (100, 700, 33):
        fill(number)
        seal()
    hashes = leaves()
    for size in (1, 2, 255, 256, 257, 511, 800, 833):
        for place in {0, size // 3, size - 1}:
            assert log.inclusion(place, size) == merkle.inclusion_path(place, hashes[:size])
        for old in {1, size // 2 or 1, size}:
            assert log.consistency(old, size) == merkle.consistency_path(old, hashes[:size])
    for ask in (
        lambda: log.inclusion(0, 834),
        lambda: log.inclusion(5, 5),
        lambda: log.consistency(0, 5),
        lambda: log.root_at(900),
    ):
        with pytest.raises(log.NotInLog):
            ask()


@pytest.mark.django_db
def test_checkpoints_are_signed_by_every_key_that_signs_and_open_with_what_is_published(settings, monkeypatch):
    old, new = keys.create("essai.example/journal"), keys.create("essai.example/journal")
    settings.SEAL_ORIGIN = "essai.example/journal"
    for lines, first in (
        ([old.line()], old),
        ([old.line(), new.line()], old),
        ([str(old.public_key), new.line()], new),
    ):
        settings.SEAL_KEYS = "\n".join(lines)
        keys._keyring.cache_clear()
        assert keys.current() == first
        fill(1)
        seal()
        assert log.latest().origin == "essai.example/journal"
    one, two, three = SealCheckpoint.objects.order_by("size").values_list("note", flat=True)
    for text, mine, not_mine in ((one, [old], [new]), (two, [old, new], []), (three, [new], [old])):
        for key in mine:
            note.open(text, [key.public_key])
        for key in not_mine:
            with pytest.raises(note.NoteRefused):
                note.open(text, [key.public_key])
        note.open(text, keys.public_keys())
    keys._keyring.cache_clear()


@pytest.fixture(autouse=True)
def own_keys():
    yield
    keys._keyring.cache_clear()


def test_one_sealer_at_a_time_and_acts_do_not_wait_for_it(committed: None):
    fill(3)
    with database.as_owner(database.CLONE) as other:
        other.autocommit = False
        other.execute("SELECT pg_advisory_xact_lock(%s)", [sealer.LOCK])
        assert seal() == 0
        other.rollback()
    sealing = {}

    def meanwhile(point: str) -> None:
        # In the middle of a batch, with everything that it locks held: an entry is written and committed at once.
        if point == "signed" and not sealing:
            sealing["size"] = SealPlace.objects.count()
            with database.as_owner(database.CLONE) as writer:
                writer.execute("SET lock_timeout = '1s'")
                writer.execute(journal_lines(1))

    sealer.on_point = meanwhile
    try:
        assert seal() == 3
    finally:
        sealer.on_point = None
    assert sealing == {"size": 3}
    assert seal() == 1
    assert_sound(4)


@pytest.mark.parametrize("point", sealer.POINTS)
def test_killed_at_a_point_it_leaves_whole_batches(committed: None, point: str):
    fill(5)
    seal()
    fill(300)

    def work(say: Callable[[str], None]) -> None:
        sealer.on_point = lambda reached: die(reached, point)
        say(str(seal(batch=200)))

    assert in_a_process(work) == (-9, [])
    done = 205 if point == "committed" else 5
    assert SealPlace.objects.count() == done == log.latest().size
    assert SealWaiting.objects.count() == 305 - done
    assert seal() == 305 - done
    assert_sound(305)


@pytest.mark.django_db
def test_nothing_is_sealed_on_top_of_a_broken_log():
    fill(3)
    seal()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO consent_sealplace VALUES (3, gen_random_uuid(), 1, sha256(''))")
    fill(1)
    with pytest.raises(sealer.LogBroken, match="4 entries have a place, and the last checkpoint is of 3"):
        seal()
    assert SealWaiting.objects.count() == 1


@pytest.mark.django_db
def test_what_is_put_in_the_queue_twice_has_one_place_and_stops_nothing():
    again = "INSERT INTO consent_sealwaiting (entry_id, hour, imprint) SELECT entry_id, hour, imprint FROM {}"
    fill(3)
    seal()
    fill(2)
    with connection.cursor() as cursor:
        cursor.execute(again.format("consent_sealwaiting"))
        cursor.execute(again.format("consent_sealplace"))
    fill(1)
    assert seal() == 3
    assert_sound(6)


@pytest.mark.django_db
def test_app_can_only_add_to_the_log():
    from django.db import DatabaseError, transaction

    fill(3)
    seal()
    for statement in (
        "UPDATE consent_sealplace SET hour = 0",
        "DELETE FROM consent_sealplace",
        "TRUNCATE consent_sealplace",
        "UPDATE consent_sealcheckpoint SET note = ''",
        "DELETE FROM consent_sealcheckpoint",
        "DELETE FROM consent_sealtile",
        "TRUNCATE consent_sealtile",
        "UPDATE consent_sealtile SET hashes = sha256('')",
        "UPDATE consent_sealtile SET hashes = substring(hashes FROM 1 FOR 64)",
        "UPDATE consent_sealtile SET index = 7",
        "UPDATE consent_sealwaiting SET hour = 0",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|append-only|only grows"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)


@pytest.mark.django_db
def test_every_trigger_of_the_log_fires_for_everyone():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal "
            "AND tgrelid::regclass::text LIKE 'consent\\_seal%'"
        )
        found = set(cursor.fetchall())
    assert {(table, enabled) for table, _name, enabled in found} == {
        ("consent_sealplace", "A"), ("consent_sealcheckpoint", "A"), ("consent_sealtile", "A"),
    }  # fmt: skip
    assert len(found) == 6


def test_the_embedded_service_has_a_key_of_its_own():
    assert settings.SEAL_KEYS_FILE
    assert keys.current().name == settings.SEAL_ORIGIN


def test_entries_from_before_the_seal_stop_the_migration(committed: None, owner_connection):
    migration = import_module("consent.migrations.0003_seal")
    fill(1)
    with pytest.raises(psycopg.errors.RaiseException, match="cannot be sealed afterwards"):
        owner_connection.execute(migration.COMMITMENT)
