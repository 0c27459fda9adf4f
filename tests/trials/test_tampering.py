"""Whatever a superuser does to the journal is found, and by what.

The superuser disables every trigger and writes what they like. Those of the last rows have the service's own code and
all of its keys as well: they recompute commitments, leaves, tiles and roots, and sign them again. `verify_journal` finds
all that leaves the journal at odds with itself; what is in order with itself again is found with a checkpoint that
somebody kept from before.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from consent import journal, merkle
from consent.bases import Actor, Basis, Via
from consent.crypto.fields import _aead_and_context
from consent.models import JournalEntry, SealCheckpoint, SealPlace, Space, Tombstone, Verification
from consent.models.journal_entry import ActorKind
from consent.seal import keys, log, note, tiles
from consent.seal.entry import bind, commitment_of, imprint, leaf, outline_of
from consent.seal.note import Checkpoint
from consent.seal.sealer import seal
from consent.seal.verify import OUT_OF_TURN, verify
from consent.tasks import erase_due
from consent.wall import opened
from tests import database
from tests.cast import AICHA, LUCIEN, ODETTE, Patient, make_patient
from tests.trials.test_wall import as_superuser

TABLES = [
    "consent_journalentry", "consent_sealwaiting", "consent_sealplace", "consent_sealtile", "consent_sealcheckpoint",
    "consent_verification", "consent_tombstone", "keyring.person_key",
]  # fmt: skip
BEFORE, AFTER = 300, 20  # entries sealed before and after the checkpoint that somebody kept


@dataclass
class Life:
    """A journal with its seal, and what somebody kept of it elsewhere."""

    superuser: psycopg.Connection[Any]
    odette: Patient
    aicha: Patient
    erased: UUID
    kept: Path  # a checkpoint published after the first BEFORE entries
    place: int = 7

    def entry(self) -> JournalEntry:
        """An entry of Odette's, sealed before the checkpoint that was kept; the wall must be open for her."""
        return JournalEntry.objects.get(pk=SealPlace.objects.get(place=self.place).entry_id)

    def put(self, statement: str, *parameters: Any) -> None:
        """Write something that nobody may."""
        assert self.superuser.execute(statement, parameters).rowcount > 0, statement

    def on_entry(self, change: str, *parameters: Any, place: int | None = None) -> None:
        """Change one row of the journal."""
        place = self.place if place is None else place
        chosen = "id = (SELECT entry_id FROM consent_sealplace WHERE place = %s)"
        self.put(f"UPDATE consent_journalentry SET {change} WHERE {chosen}", *parameters, place)

    def say(self, *facts: tuple[str, str]) -> tuple[bytes, bytes]:
        """Other words in the entry, encrypted as the service does; the commitment and the imprint that fit them."""
        with opened(self.odette.person.id):
            entry = self.entry()
            entry.details = {"facts": [list(fact) for fact in facts]}
            aead, context = _aead_and_context(entry, "details")
            words = aead.encrypt(JournalEntry._meta.get_field("details").dumps(entry.details).encode(), context)
            self.on_entry("details = %s", words)
            commitment = commitment_of(entry)
            return commitment, imprint(commitment, outline_of(entry))

    def bind_to(self, commitment: bytes, bound: bytes) -> None:
        """Commitment and imprint in the journal."""
        self.on_entry("commitment = %s, imprint = %s", commitment, bound)

    def place_it(self, bound: bytes, place: int | None = None) -> None:
        """The imprint in the log's place."""
        place = self.place if place is None else place
        self.put("UPDATE consent_sealplace SET imprint = %s WHERE place = %s", bound, place)

    def recompute(self) -> dict[int, bytes]:
        """Every tile anew from the places; the root of each size at which there is a checkpoint."""
        places = SealPlace.objects.order_by("place")
        hashes = [merkle.leaf_hash(leaf(p.place, p.hour, bytes(p.imprint))) for p in places]
        self.superuser.execute("DELETE FROM consent_sealtile")
        for (level, index), made in tiles.Edge().add(hashes).items():
            self.put("INSERT INTO consent_sealtile VALUES (%s, %s, %s)", level, index, made)
        sizes = SealCheckpoint.objects.values_list("size", flat=True)
        return {size: merkle.root(hashes[:size]) for size in sizes}

    def sign(self, roots: dict[int, bytes], signers: list[keys.SigningKey]) -> None:
        """Every checkpoint anew."""
        for row in SealCheckpoint.objects.all():
            said = note.read(note.split(row.note)[0])
            again = Checkpoint(said.origin, said.size, roots[said.size], said.time, said.previous)
            text = note.sign(again, signers)
            self.put(
                "UPDATE consent_sealcheckpoint SET root = %s, note = %s WHERE size = %s",
                roots[said.size], text, said.size,
            )  # fmt: skip

    def cut_to(self, size: int) -> None:
        """The log, and the journal with it, end at this size, in order with themselves."""
        self.put(
            "DELETE FROM consent_journalentry WHERE id IN (SELECT entry_id FROM consent_sealplace WHERE place >= %s)",
            size,
        )
        self.put("DELETE FROM consent_sealplace WHERE place >= %s", size)
        self.put("DELETE FROM consent_sealcheckpoint WHERE size > %s", size)
        self.recompute()


def events(patient: Patient, number: int) -> None:
    """This many entries of one person, read by somebody, and one about nobody after each ten."""
    basis = Basis(Via.SELF, patient.person.id, Actor(ActorKind.PERSON, patient.user.pk))
    nobody = Basis(Via.PUBLIC, None, Actor(ActorKind.PUBLIC))
    for n in range(number):
        about = nobody if n % 10 == 9 else basis
        with opened(about.person_id):
            journal.write_event(about, "account.linked", [("Quoi", f"essai n° {n}")], person_id=about.person_id)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any) -> Iterator[Life]:
    with django_db_blocker.unblock():
        with as_superuser() as superuser:
            odette, aicha = make_patient(ODETTE, "odette@exemple.fr"), make_patient(AICHA, "aicha@exemple.fr")
            gone = make_patient(LUCIEN, "lucien@exemple.fr")
            events(odette, 200)
            events(gone, 20)
            events(aicha, BEFORE - 220 - 1)
            with opened(gone.person.id):
                past = timezone.now() - timedelta(hours=1)
                Space.objects.create(person=gone.person, state="erasing", closed_at=past, erase_after=past)
            assert erase_due() == 1
            assert seal(batch=100) == BEFORE
            kept = tmp_path_factory.mktemp("kept") / "checkpoint"
            kept.write_text(SealCheckpoint.objects.get(size=BEFORE).note)
            keep(superuser, "older")
            events(odette, AFTER)
            assert seal() == AFTER
            keep(superuser, "true")
            yield Life(superuser, odette, aicha, gone.person.id, kept)
        database.make_clone()


def keep(superuser: psycopg.Connection[Any], name: str) -> None:
    """A copy of the tables as they are now."""
    superuser.execute(f"CREATE SCHEMA {name}_state")
    for table in TABLES:
        superuser.execute(f"CREATE TABLE {name}_state.{table.split('.')[-1]} AS SELECT * FROM {table}")


def restore(superuser: psycopg.Connection[Any], name: str) -> None:
    """The tables as they were then."""
    for table in TABLES:
        superuser.execute(f"DELETE FROM {table}")
        columns = ", ".join(written(superuser, table))
        kept = f"{name}_state.{table.split('.')[-1]}"
        superuser.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {kept}")


def written(superuser: psycopg.Connection[Any], table: str) -> list[str]:
    """The columns of a table that are written, and not computed by the database."""
    query = (
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attgenerated = '' "
        "AND NOT attisdropped"
    )
    return [name for (name,) in superuser.execute(query, [table])]


@pytest.fixture
def life(built: Life, django_db_blocker: DjangoDbBlocker) -> Iterator[Life]:
    """One journal for all rows: put back as it was after each."""
    with django_db_blocker.unblock():
        triggers(built.superuser, on=False)
        yield built
        triggers(built.superuser, on=False)
        restore(built.superuser, "true")
        triggers(built.superuser, on=True)


def triggers(superuser: psycopg.Connection[Any], *, on: bool) -> None:
    """Every trigger of these tables on, ours for everyone as the migration made them; or all off, foreign keys too."""
    superuser.execute(f"SET session_replication_role = {'origin' if on else 'replica'}")
    for table in TABLES:
        superuser.execute(f"ALTER TABLE {table} {'ENABLE' if on else 'DISABLE'} TRIGGER ALL")
    if on:
        always(superuser)


def always(superuser: psycopg.Connection[Any]) -> None:
    """The triggers of ours fire always, as the migration made them."""
    names = superuser.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal "
        "AND tgrelid = ANY (%s::regclass[])", [TABLES],
    )  # fmt: skip
    for table, name in names.fetchall():
        superuser.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def verified(tmp_path: Path, since: Path | None = None) -> tuple[int, str]:
    """The exit status of `verify_journal`, and what it says."""
    out = StringIO()
    try:
        call_command("verify_journal", since=since, bookmark=tmp_path / "bookmark", stdout=out, verbosity=1)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


# -- By the journal itself ----------------------------------------------------------------------------


def other_words_that_open(life: Life) -> None:
    life.say(("Accès donné à", "Personne"))


def words_moved_from_another_entry(life: Life) -> None:
    life.on_entry(f"details = (SELECT details FROM consent_journalentry WHERE id <> '{SealPlace.objects.get(place=life.place).entry_id}' AND person_id = %s LIMIT 1)", life.odette.person.id)  # fmt: skip


def another_code(life: Life) -> None:
    life.on_entry("code = 'grant.give'")


def another_actor(life: Life) -> None:
    life.on_entry("actor_kind = 'agent', actor_id = gen_random_uuid()")


def by_an_account(life: Life) -> None:
    life.on_entry("actor_id = gen_random_uuid()")


def another_outcome(life: Life) -> None:
    life.on_entry("outcome = 'refused'")


def a_microsecond_later(life: Life) -> None:
    life.on_entry("at = at + interval '1 microsecond'")


def dated_three_hours_back(life: Life) -> None:
    life.on_entry("at = at - interval '3 hours'")


def dated_back_with_its_place(life: Life) -> None:
    dated_three_hours_back(life)
    life.put("UPDATE consent_sealplace SET hour = hour - 3 WHERE place = %s", life.place)


def given_to_another_person(life: Life) -> None:
    life.on_entry("person_id = %s", life.aicha.person.id)


def another_nonce(life: Life) -> None:
    life.on_entry("nonce = sha256(nonce)")


def words_and_their_commitment(life: Life) -> None:
    life.bind_to(*life.say(("Quoi", "autre chose")))


def words_commitment_and_place(life: Life) -> None:
    commitment, bound = life.say(("Quoi", "autre chose"))
    life.bind_to(commitment, bound)
    life.place_it(bound)


def words_commitment_place_and_tiles(life: Life) -> None:
    words_commitment_and_place(life)
    life.recompute()


def roots_rewritten_without_signing(life: Life) -> None:
    words_commitment_and_place(life)
    for size, root in life.recompute().items():
        text = SealCheckpoint.objects.get(size=size).note.split("\n")
        text[2] = note.Checkpoint("", 0, root, 0).text().split("\n")[2]
        life.put("UPDATE consent_sealcheckpoint SET root = %s, note = %s WHERE size = %s", root, "\n".join(text), size)


def signed_again_with_another_key(life: Life) -> None:
    words_commitment_and_place(life)
    life.sign(life.recompute(), [keys.create("plein-gre.example/journal")])


def deleted(life: Life) -> None:
    life.put(
        "DELETE FROM consent_journalentry WHERE id = (SELECT entry_id FROM consent_sealplace WHERE place = %s)",
        life.place,
    )


def deleted_with_its_place(life: Life) -> None:
    deleted(life)
    life.put("DELETE FROM consent_sealplace WHERE place = %s", life.place)


def deleted_and_the_rest_moved_up(life: Life) -> None:
    deleted_with_its_place(life)
    for place in range(life.place + 1, BEFORE + AFTER):
        life.put("UPDATE consent_sealplace SET place = place - 1 WHERE place = %s", place)


def two_entries_change_places(life: Life) -> None:
    life.put(
        "WITH a AS (SELECT * FROM consent_sealplace WHERE place IN (7, 8)), gone AS (DELETE FROM consent_sealplace "
        "WHERE place IN (7, 8)) SELECT 1 FROM a"
    )
    for place, other in ((7, 8), (8, 7)):
        life.put("INSERT INTO consent_sealplace SELECT %s, entry_id, hour, imprint FROM true_state.consent_sealplace "
                 "WHERE place = %s", place, other)  # fmt: skip


def two_entries_change_names(life: Life) -> None:
    for place, other in ((7, 8), (8, 7)):
        life.put("DELETE FROM consent_sealplace WHERE place = %s", place)
    for place, other in ((7, 8), (8, 7)):
        life.put(
            "INSERT INTO consent_sealplace SELECT mine.place, theirs.entry_id, mine.hour, mine.imprint "
            "FROM true_state.consent_sealplace mine, true_state.consent_sealplace theirs "
            "WHERE mine.place = %s AND theirs.place = %s", place, other,
        )  # fmt: skip


def the_last_places_cut_off(life: Life) -> None:
    life.put("DELETE FROM consent_sealplace WHERE place >= %s", BEFORE)


def the_last_checkpoint_cut_off(life: Life) -> None:
    life.put("DELETE FROM consent_sealcheckpoint WHERE size > %s", BEFORE)


def the_tail_of_the_log_cut_off(life: Life) -> None:
    the_last_places_cut_off(life)
    the_last_checkpoint_cut_off(life)


def the_tail_of_log_and_journal_cut_off_but_for_tiles(life: Life) -> None:
    life.put(
        "DELETE FROM consent_journalentry WHERE id IN (SELECT entry_id FROM consent_sealplace WHERE place >= %s)",
        BEFORE,
    )
    the_tail_of_the_log_cut_off(life)


SLIPPED = (
    "INSERT INTO consent_journalentry (id, person_id, at, nature, code, outcome, via, actor_kind, actor_id, "
    "counter_number, basis_reference, visit_id, request_id, details, nonce, commitment, salt, imprint) "
    "SELECT gen_random_uuid(), person_id, {at}, nature, code, outcome, via, "
    "actor_kind, actor_id, counter_number, basis_reference, visit_id, NULL, details, nonce, commitment, salt, imprint "
    "FROM consent_journalentry LIMIT 1 RETURNING id"
)


def slipped_in_without_a_place(life: Life) -> None:
    life.put(SLIPPED.format(at="now() - interval '1 day'"))


def slipped_in_with_a_date_to_come(life: Life) -> None:
    life.put(SLIPPED.format(at="now() + interval '1 day'"))


def slipped_in_with_a_place(life: Life) -> None:
    (made,) = life.superuser.execute(SLIPPED.format(at="now()")).fetchone()
    life.put("INSERT INTO consent_sealplace VALUES (%s, %s, 1, sha256(''))", BEFORE + AFTER, made)


def a_tile_changed(life: Life) -> None:
    life.put("UPDATE consent_sealtile SET hashes = set_byte(hashes, 3200, 255 - get_byte(hashes, 3200)) "
             "WHERE level = 0 AND index = 0")  # fmt: skip


def an_upper_tile_changed(life: Life) -> None:
    life.put("UPDATE consent_sealtile SET hashes = sha256('') WHERE level = 1 AND index = 0")


def a_tile_gone(life: Life) -> None:
    life.put("DELETE FROM consent_sealtile WHERE level = 0 AND index = 1")


def an_old_checkpoint_changed(life: Life) -> None:
    life.put("UPDATE consent_sealcheckpoint SET note = replace(note, E'\\ntime 1', E'\\ntime 2') WHERE size = 100")


def a_checkpoint_kept_under_another_hour(life: Life) -> None:
    life.put("UPDATE consent_sealcheckpoint SET signed_at = signed_at - interval '1 day' WHERE size = 100")


def a_key_gone_without_an_erasure(life: Life) -> None:
    life.put("DELETE FROM keyring.person_key WHERE person_id = %s", life.odette.person.id)


def a_key_gone_with_a_tombstone_alone(life: Life) -> None:
    a_key_gone_without_an_erasure(life)
    life.put("INSERT INTO consent_tombstone VALUES (%s, now(), sha256(''))", life.odette.person.id)


def a_commitment_of_an_erased_person(life: Life) -> None:
    life.put("UPDATE consent_journalentry SET commitment = sha256('') WHERE person_id = %s", life.erased)


def the_hour_of_an_erased_person(life: Life) -> None:
    life.put("UPDATE consent_journalentry SET at = at - interval '1 hour' WHERE person_id = %s", life.erased)


# What may be said of somebody in the clear, and another thing that would be said instead.
COLUMNS = {
    "nature": "'read'", "code": "'grant.give'", "outcome": "'refused'", "via": "'mandate'", "actor_kind": "'agent'",
    "actor_id": "gen_random_uuid()", "counter_number": "137", "basis_reference": "'MD-0000-0000'",
    "visit_id": "gen_random_uuid()", "request_id": "gen_random_uuid()", "person_id": "gen_random_uuid()",
}  # fmt: skip


def of_erased(life: Life, change: str) -> None:
    """Change one entry of the person who was erased."""
    life.put(
        f"UPDATE consent_journalentry SET {change} WHERE id = (SELECT id FROM consent_journalentry "
        "WHERE person_id = %s AND code = 'account.linked' LIMIT 1)", life.erased,
    )  # fmt: skip


def another_column_of_an_erased_person(column: str) -> Callable[[Life], None]:
    def tamper(life: Life) -> None:
        of_erased(life, f"{column} = {COLUMNS[column]}")

    tamper.__name__ = f"another_{column}_of_an_erased_person"
    return tamper


def a_minute_of_an_erased_person(life: Life) -> None:
    hour = "date_trunc('hour', at)"
    of_erased(life, f"at = {hour} + (interval '59 minutes' - (at - {hour})) / 2")


def a_salt_of_an_erased_person(life: Life) -> None:
    of_erased(life, "salt = substr(sha256(salt), 1, 16)")


def columns_and_imprint_of_an_erased_person(life: Life) -> None:
    """By whoever knows how an imprint is made: no key is needed for it."""
    of_erased(life, "code = 'grant.give'")
    with opened(life.erased):
        entry = JournalEntry.objects.get(person_id=life.erased, code="grant.give")
    bound = imprint(bytes(entry.commitment), outline_of(entry))
    life.put("UPDATE consent_journalentry SET imprint = %s WHERE id = %s", bound, entry.pk)


def columns_imprint_and_place_of_an_erased_person(life: Life) -> None:
    columns_and_imprint_of_an_erased_person(life)
    life.put(
        "UPDATE consent_sealplace p SET imprint = e.imprint FROM consent_journalentry e "
        "WHERE e.id = p.entry_id AND e.imprint <> p.imprint"
    )


def an_erasure_made_up(life: Life) -> None:
    """A key destroyed, a tombstone, and an entry that now says that its person was erased."""
    a_key_gone_with_a_tombstone_alone(life)
    life.on_entry("code = 'space.erased'", place=100)


def without_any_key(life: Life, person_id: UUID, code: str) -> None:
    """An entry of this person, sealed by the service itself: its words are noise, and its columns need no key."""
    triggers(life.superuser, on=True)
    entry = JournalEntry(
        person_id=person_id, nature="event", code=code, outcome="done", via="self", actor_kind="machine",
        salt=token_bytes(16), commitment=token_bytes(32),
    )  # fmt: skip
    life.put(
        "INSERT INTO consent_journalentry (id, person_id, at, nature, code, outcome, via, actor_kind, basis_reference, "
        "details, nonce, commitment, salt, imprint) VALUES (%s, %s, %s, 'event', %s, 'done', 'self', 'machine', '', "
        "%s, %s, %s, %s, %s)", entry.pk, person_id, entry.at, code, token_bytes(80), token_bytes(60), entry.commitment,
        entry.salt, imprint(entry.commitment, outline_of(entry)),
    )  # fmt: skip
    assert seal() == 1


def an_erasure_made_up_with_an_entry_of_its_own(life: Life) -> None:
    a_key_gone_with_a_tombstone_alone(life)
    without_any_key(life, life.odette.person.id, "space.erased")


def an_erasure_made_up_over_words_that_were_changed(life: Life) -> None:
    life.put(
        "UPDATE consent_journalentry SET details = sha256(details), nonce = sha256(nonce) WHERE person_id = %s",
        life.odette.person.id,
    )
    an_erasure_made_up_with_an_entry_of_its_own(life)


def an_erasure_given_another_date(life: Life) -> None:
    life.put("UPDATE consent_tombstone SET erased_at = now() + interval '1 day'")


def slipped_in_after_an_erasure(life: Life) -> None:
    """Of somebody who was erased ten minutes before."""
    was = Tombstone.objects.get(person_id=life.erased)
    before = Tombstone.of(life.erased, was.erased_at - OUT_OF_TURN)
    life.put("UPDATE consent_tombstone SET erased_at = %s, stamp = %s", before.erased_at, before.stamp)
    assert verify().erased == 19, "nothing of theirs is dated later"
    without_any_key(life, life.erased, "grant.give")


def an_old_checkpoint_gone(life: Life) -> None:
    life.put("DELETE FROM consent_sealcheckpoint WHERE size = 100")


def every_old_checkpoint_gone(life: Life) -> None:
    life.put("DELETE FROM consent_sealcheckpoint WHERE size < %s", BEFORE + AFTER)


def slipped_in_with_another_date(days: int) -> Callable[[Life], None]:
    """An act that she never did, bound with her key and sealed in its turn, under the date of another year."""

    def tamper(life: Life) -> None:
        triggers(life.superuser, on=True)
        at = timezone.now() + timedelta(days=days)
        with opened(life.odette.person.id):
            entry = JournalEntry(
                person_id=life.odette.person.id, at=at, nature="act", code="grant.give", outcome="done", via="self",
                actor_kind="person", actor_id=life.odette.user.pk, details={"facts": []},
            )  # fmt: skip
            bind(entry)
            entry.save(force_insert=True)
        assert seal() == 1
        events(life.aicha, 5)
        assert seal() == 5

    tamper.__name__ = f"slipped_in_dated_{'a_year_ago' if days < 0 else 'next_year'}"
    return tamper


ERASED = r"^journal: entry [0-9a-f-]{36} \(place \d+\) "
HERE = r"^journal: entry [0-9a-f-]{36} \(place 7\) "
BY_VERIFYING: list[tuple[Callable[[Life], None], str]] = [
    (other_words_that_open, HERE + "was changed"),
    (words_moved_from_another_entry, HERE + "does not open"),
    (another_code, HERE + "was changed"),
    (another_actor, HERE + "was changed"),
    (by_an_account, HERE + "was changed"),
    (another_outcome, HERE + "was changed"),
    (a_microsecond_later, HERE + "was changed"),
    (dated_three_hours_back, HERE + "has another hour"),
    (dated_back_with_its_place, HERE + "was changed"),
    (given_to_another_person, HERE + "was changed: its columns"),
    (another_nonce, HERE + "does not open"),
    (words_and_their_commitment, HERE + "has another imprint"),
    (words_commitment_and_place, r"^journal: the leaf of place 7 is not the one"),
    (words_commitment_place_and_tiles, r"^journal: the checkpoint of 100 entries has another root"),
    (
        roots_rewritten_without_signing,
        r"^journal: the checkpoint of 100 entries does not open: the signature .* is false",
    ),
    (signed_again_with_another_key, r"^journal: the checkpoint of 100 entries does not open: none .* by a known key"),
    (deleted, HERE + "is missing from the journal"),
    (deleted_with_its_place, r"^journal: place 7 is missing"),
    (deleted_and_the_rest_moved_up, r"^journal: places go up to 319, and the last checkpoint to 320"),
    (two_entries_change_places, r"^journal: the leaf of place 7 is not the one"),
    (two_entries_change_names, r"^journal: entry .* \(place 7\) has another imprint"),
    (the_last_places_cut_off, r"^journal: places go up to 300, and the last checkpoint to 320"),
    (the_last_checkpoint_cut_off, r"^journal: places go up to 320, and the last checkpoint to 300"),
    (the_tail_of_the_log_cut_off, r"^journal: tile 0/1 goes beyond the end of the log, which has 300 entries"),
    (the_tail_of_log_and_journal_cut_off_but_for_tiles, r"^journal: tile 0/1 goes beyond the end of the log"),
    (slipped_in_without_a_place, r"^journal: entry [0-9a-f-]{36} of \S+ \S+ has no place"),
    (slipped_in_with_a_date_to_come, r"^journal: entry [0-9a-f-]{36} of \S+ \S+ has no place"),
    (slipped_in_with_another_date(-365), r"^journal: entry [0-9a-f-]{36} \(place 320\) was slipped in: it is dated"),
    (slipped_in_with_another_date(365), r"^journal: entry [0-9a-f-]{36} \(place 320\) was slipped in: it is dated"),
    (slipped_in_with_a_place, r"^journal: places go up to 321, and the last checkpoint to 320"),
    (a_tile_changed, r"^journal: the leaf of place 100 is not the one"),
    (an_upper_tile_changed, r"^journal: the leaf of place 0 is not the one .*tile 1/0"),
    (a_tile_gone, r"^journal: the leaf of place 256 is not the one"),
    (an_old_checkpoint_changed, r"^journal: the checkpoint of 100 entries does not open: the signature .* is false"),
    (a_checkpoint_kept_under_another_hour, r"^journal: the checkpoint of 100 entries says something else"),
    (a_key_gone_without_an_erasure, r"^journal: entry .* \(place 0\) cannot be opened: .* no erasure is on record"),
    (a_key_gone_with_a_tombstone_alone, r"^journal: entry .* \(place 0\) cannot be opened: .* no erasure is on record"),
    (a_commitment_of_an_erased_person, ERASED + "was changed: its columns"),
    (the_hour_of_an_erased_person, ERASED + "has another hour"),
    (a_minute_of_an_erased_person, ERASED + "was changed: its columns"),
    *[(another_column_of_an_erased_person(column), ERASED + "was changed: its columns") for column in COLUMNS],
    (a_salt_of_an_erased_person, ERASED + "was changed: its columns"),
    (columns_and_imprint_of_an_erased_person, ERASED + "has another imprint"),
    (columns_imprint_and_place_of_an_erased_person, r"^journal: the leaf of place \d+ is not the one"),
    (an_erasure_made_up, r"^journal: entry .* cannot be opened: .* no erasure is on record"),
    (an_erasure_made_up_with_an_entry_of_its_own, r"^journal: entry .* cannot be opened: .* no erasure is on record"),
    (
        an_erasure_made_up_over_words_that_were_changed,
        r"^journal: entry .* cannot be opened: .* no erasure is on record",
    ),
    (an_erasure_given_another_date, ERASED + r"cannot be opened: .* no erasure is on record"),
    (slipped_in_after_an_erasure, r"^journal: entry .* \(place 320\) was slipped in: .* its person was erased"),
    (
        an_old_checkpoint_gone,
        r"^journal: a checkpoint is missing: that of 200 entries follows that of 100, and 0 is kept",
    ),
    (
        every_old_checkpoint_gone,
        r"^journal: a checkpoint is missing: that of 320 entries follows that of 300, and 0 is kept",
    ),
]


@pytest.mark.parametrize(("tamper", "found"), BY_VERIFYING, ids=[row[0].__name__ for row in BY_VERIFYING])
def test_found_by_verifying(life: Life, tmp_path: Path, tamper: Callable[[Life], None], found: str):
    tamper(life)
    status, said = verified(tmp_path)
    assert status == 1
    assert re.search(found, said), said
    assert said.count("\n") == 1, "one line"


# -- By a checkpoint that somebody kept ---------------------------------------------------------------


def the_tail_cut_off_and_all_recomputed(life: Life) -> None:
    life.cut_to(200)


def rolled_back_to_an_older_database(life: Life) -> None:
    restore(life.superuser, "older")
    life.cut_to(100)


def recomputed_and_signed_again(life: Life) -> None:
    words_commitment_and_place(life)
    life.sign(life.recompute(), keys.signing_keys())


def an_entry_removed_all_recomputed_and_signed_again(life: Life) -> None:
    deleted_and_the_rest_moved_up(life)
    life.put("UPDATE consent_sealcheckpoint SET size = size - 1")
    roots, before = life.recompute(), 0
    for row in SealCheckpoint.objects.order_by("size"):
        text = note.sign(
            Checkpoint("plein-gre.example/journal", row.size, roots[row.size], int(row.signed_at.timestamp()), before),
            keys.signing_keys(),
        )
        life.put(
            "UPDATE consent_sealcheckpoint SET root = %s, note = %s WHERE size = %s", roots[row.size], text, row.size
        )
        before = row.size


def forked(life: Life) -> None:
    """Back to an older state, then another history, longer than the first."""
    life.cut_to(200)
    triggers(life.superuser, on=True)
    events(life.aicha, 250)
    assert seal() == 250


BY_COMPARING: list[tuple[Callable[[Life], None], str]] = [
    (
        the_tail_cut_off_and_all_recomputed,
        r"^journal: rolled back: the checkpoint given is of 300 entries, the log has 200",
    ),
    (
        rolled_back_to_an_older_database,
        r"^journal: rolled back: the checkpoint given is of 300 entries, the log has 100",
    ),
    (recomputed_and_signed_again, r"^journal: rewritten: the first 300 entries"),
    (an_entry_removed_all_recomputed_and_signed_again, r"^journal: rewritten: the first 300 entries"),
    (forked, r"^journal: rewritten: the first 300 entries"),
]


@pytest.mark.parametrize(("tamper", "found"), BY_COMPARING, ids=[row[0].__name__ for row in BY_COMPARING])
def test_found_with_a_checkpoint_kept_elsewhere(life: Life, tmp_path: Path, tamper: Callable[[Life], None], found: str):
    tamper(life)
    alone, words = verified(tmp_path)
    assert (alone, words.split(":")[1][:5]) == (0, " well"), "in order with itself: nothing inside can tell"
    status, said = verified(tmp_path, since=life.kept)
    assert status == 1
    assert re.search(found, said), said


# -- By what the last verification found ------------------------------------------------------------------


# An older database has the runs of that time too.
REMEMBERED = [tamper for tamper, _found in BY_COMPARING if tamper is not rolled_back_to_an_older_database]


@pytest.mark.parametrize("tamper", REMEMBERED)
def test_found_by_the_next_run_if_the_runs_are_left_alone(life: Life, tmp_path: Path, tamper: Callable[[Life], None]):
    triggers(life.superuser, on=True)
    assert verified(tmp_path)[0] == 0
    triggers(life.superuser, on=False)
    tamper(life)
    status, said = verified(tmp_path)
    assert status == 1
    assert re.search(r"^journal: (rolled back|rewritten): .*the last verification", said), said


# -- The reverse --------------------------------------------------------------------------------------


def test_an_untouched_journal_is_well(life: Life, tmp_path: Path):
    with opened(life.erased):
        erased = JournalEntry.objects.filter(person_id=life.erased).count()
    assert erased == 19
    assert verified(tmp_path) == (
        0, f"journal: well up to its 320 entries ({320 - erased} opened, {erased} of erased persons by what lies in the clear)\n",
    )  # fmt: skip
    assert verified(tmp_path, since=life.kept) == (0, "journal: well up to its 320 entries (20 opened)\n")


def test_what_is_given_as_a_checkpoint_must_be_one(life: Life, tmp_path: Path):
    false = tmp_path / "false"
    before = Verification.objects.count()
    for words in (life.kept.read_text().replace("\n300\n", "\n301\n"), "hello", life.kept.read_text().split("\n\n")[0]):
        false.write_text(words)
        with pytest.raises(CommandError, match="is no checkpoint of this log"):
            verified(tmp_path, since=false)
    assert Verification.objects.count() == before, "a mistake of the operator accuses nobody"


def test_cut_short_it_goes_on_where_it_was(life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from consent.seal import verify

    monkeypatch.setattr(verify, "BATCH", 256)

    class Cut(Exception):
        """The power went."""

    def cut(done: int, end: int) -> None:
        raise Cut

    with pytest.raises(Cut):
        verify.verify(None, tmp_path / "bookmark", cut)
    seen: list[int] = []
    found = verify.verify(None, tmp_path / "bookmark", lambda done, end: seen.append(done))
    assert seen == [320]
    assert (found.entries, found.erased, found.size) == (63, 1, 320)
    assert not (tmp_path / "bookmark").exists()
    with pytest.raises(Cut):
        verify.verify(None, tmp_path / "bookmark", cut)
    # What was found well changes meanwhile: the place that was reached is worth nothing.
    recomputed_and_signed_again(life)
    assert verify.verify(None, tmp_path / "bookmark").size == 320
    assert log.size() == 320


def test_what_is_sealed_meanwhile_is_no_fault(life: Life, monkeypatch: pytest.MonkeyPatch):
    from consent.seal import verify

    monkeypatch.setattr(verify, "BATCH", 256)
    triggers(life.superuser, on=True)
    sealed = []

    def meanwhile(done: int, end: int) -> None:
        events(life.aicha, 5)
        sealed.append(seal())

    assert verify.verify(told=meanwhile).size == 320
    assert sealed == [5, 5]
    assert verify.verify().size == 330
