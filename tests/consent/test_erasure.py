"""After an erasure nothing can be read any more, wherever one looks in the database."""

from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.utils import timezone

from assistance.models import Counter, Letter, Mandate
from consent import erasure, outbox
from consent.crypto import files
from consent.crypto.person_key import KeyDestroyed
from consent.models import JournalEntry, Notice, OutboxItem, Person, Professional, SealPlace, Space, Tombstone
from consent.seal.sealer import seal
from consent.seal.verify import verify
from consent.tasks import erase_due
from consent.wall import opened
from portal.accounts.user import User
from tests import database
from tests.cast import ODETTE, Patient, make_patient, open_space_answers
from tests.consent.conftest import does

CLEAR = ["Garnier", "Odette", "4 rue du Château", "0555000000", "245032303112376", "odette@exemple.fr"]


def every_row(connection_) -> dict[str, bytes]:
    """Each table as the owner reads it, as bytes."""
    tables = connection_.execute(
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_schema IN ('public', 'keyring') AND table_type = 'BASE TABLE'"
    ).fetchall()
    found = {}
    for schema, table in tables:
        rows = connection_.execute(f'SELECT t.*, t::text FROM "{schema}"."{table}" t').fetchall()
        found[table] = b"\n".join(
            bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for row in rows for cell in row
        )
    return found


def close_for_erasing(patient: Patient, ago: timedelta) -> None:
    does(patient, "space.close", {"way": "erase"})
    with opened(patient.person.id):
        Space.objects.update(erase_after=timezone.now() - ago)


@pytest.fixture
def full(committed) -> Patient:
    """Odette, for real: a space, an access, a mandate, a letter and a file."""
    body = "Rien n’existe sans vous."
    Notice.objects.create(
        version="essai", language="fr", title="Notice", body=body, sha256=sha256(body.encode()).digest(),
        published_on=date(2026, 1, 1),
    )  # fmt: skip
    Counter.objects.create(number=137, name="France Services de Boussac", town="BOUSSAC")
    doctor = Professional.objects.create(rpps="10100000008", name="Dr Claire Lemoine", profession="Médecin")
    odette = make_patient(ODETTE, "odette@exemple.fr")
    does(odette, "space.open", open_space_answers())
    access = {"reader_number": doctor.rpps, "rights": ["read"], "extent": "all", "categories": [], "duration": "1y"}
    does(odette, "grant.give", access)
    does(odette, "mandate.give", {"counter_number": 137, "scopes": ["grant.revoke"], "duration": "year"})
    with opened(odette.person.id):
        name = files.store([b"Odette Garnier, scan"], person_id=odette.person.id, folder="scan")
        Mandate.objects.update(scan=name)
    outbox.sweep(timedelta(0))
    return odette


def test_nothing_of_the_person_is_readable_in_any_table_and_the_key_is_gone(full):
    person_id = full.person.id
    with opened(person_id):
        assert Letter.objects.exists()
        scan = Mandate.objects.get().scan
        entries = list(JournalEntry.objects.values_list("pk", flat=True))
    close_for_erasing(full, timedelta(seconds=1))
    with database.as_owner(database.CLONE) as owner:
        keys = owner.execute("SELECT count(*) FROM keyring.person_key WHERE person_id = %s", [person_id]).fetchone()
        assert keys == (1,)
    assert erase_due() == 1
    with database.as_owner(database.CLONE) as owner:
        tables = every_row(owner)
        assert owner.execute("SELECT count(*) FROM keyring.person_key WHERE person_id = %s", [person_id]).fetchone() == (0,)  # fmt: skip
        for table in ("consent_person", "consent_space"):
            column = "id" if table == "consent_person" else "person_id"
            assert owner.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [person_id]).fetchone() == (0,)
        for table in ("consent_grant", "consent_consent", "assistance_mandate", "consent_linkcode", "consent_outboxitem"):  # fmt: skip
            assert owner.execute(f"SELECT count(*) FROM {table} WHERE person_id = %s", [person_id]).fetchone() == (0,)
        kept = owner.execute(
            "SELECT id FROM consent_journalentry WHERE person_id = %s ORDER BY at", [person_id]
        ).fetchall()
        last = owner.execute(
            "SELECT code, actor_kind FROM consent_journalentry WHERE person_id = %s ORDER BY at DESC LIMIT 1",
            [person_id],
        ).fetchone()
    for table, content in tables.items():
        for clear in CLEAR:
            assert clear.encode() not in content, (table, clear)
    assert {row[0] for row in kept} >= set(entries)
    assert last == ("space.erased", "machine")
    assert Tombstone.objects.get(person_id=person_id).is_stamped
    assert User.objects.get(pk=full.user.pk).person_id is None
    with opened(person_id), pytest.raises(KeyDestroyed):
        _ = JournalEntry.objects.first().details
    with pytest.raises((files.FileUnreadable, KeyDestroyed)), opened(person_id):
        files.read(scan, person_id)


def test_the_account_of_an_erased_person_can_begin_again(full, sign_in):
    close_for_erasing(full, timedelta(seconds=1))
    erase_due()
    page = sign_in(User.objects.get(pk=full.user.pk)).get("/mon-espace/")
    assert "Votre compte n’est relié à personne" in page.content.decode()


def test_who_is_erased_again_after_a_restore_is_verified_well(full):
    """The tombstone was read back before: its date is that of the first time, and entries came since."""
    Tombstone.of(full.person.id, timezone.now() - timedelta(days=3)).save()
    close_for_erasing(full, timedelta(seconds=1))
    assert erase_due() == 1
    assert Tombstone.objects.get(person_id=full.person.id).is_stamped
    seal()
    assert verify().erased == SealPlace.objects.count() > 0


@pytest.mark.django_db
def test_nobody_is_erased_before_the_thirty_days(odette, with_space):
    does(odette, "space.close", {"way": "erase"})
    assert erase_due() == 0
    with opened(odette.person.id):
        assert Person.objects.filter(pk=odette.person.id).exists()


@pytest.mark.django_db
def test_who_changed_their_mind_is_not_erased(odette, with_space):
    close_for_erasing(odette, timedelta(seconds=1))
    does(odette, "space.reopen", {"notice_read": True, "wish": True})
    assert not erasure.erase_space(odette.person.id)
    assert erase_due() == 0


@pytest.mark.django_db
def test_nobody_else_is_touched(odette, aicha, with_space):
    close_for_erasing(odette, timedelta(seconds=1))
    assert erase_due() == 1
    with opened(aicha.person.id):
        assert Person.objects.get(pk=aicha.person.id).birth_name == "Ben Saïd"


@pytest.mark.django_db
def test_one_failure_stops_no_other(odette, aicha, with_space, monkeypatch):
    does(aicha, "space.open", {"reminders": "no", "statistics": "no", "research": "no", "notice_read": True, "wish": True})  # fmt: skip
    for patient in (odette, aicha):
        close_for_erasing(patient, timedelta(seconds=1))

    def fail_for_odette(person_id):
        if person_id == odette.person.id:
            raise RuntimeError("Garnier")
        return []

    monkeypatch.setattr(erasure, "_erasers", [*erasure._erasers, fail_for_odette])
    assert erase_due() == 1
    with opened(odette.person.id):
        assert Person.objects.get(pk=odette.person.id).birth_name == "Garnier"
        assert Space.objects.get().erase_after is not None


@pytest.mark.django_db
def test_someone_kept_only_for_a_draft_that_nobody_signed_is_erased(db):
    from consent.models import IdentityLevel
    from consent.models.person import create_person
    from tests.cast import LUCIEN, POSTAL

    person = create_person(LUCIEN, level=IdentityLevel.CONFIRMED, contact=POSTAL)
    with opened(person.id):
        item = OutboxItem.objects.create(topic="unneeded", subject_id=person.id, person_id=person.id)
    outbox.deliver(item.pk, person.id)
    with opened(person.id):
        assert not Person.objects.filter(pk=person.id).exists()
    assert Tombstone.objects.filter(person_id=person.id).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("kept_for", ["space", "account", "mandate"])
def test_who_is_needed_for_something_else_is_kept(odette, notice, kept_for):
    if kept_for == "space":
        does(odette, "space.open", {"reminders": "no", "statistics": "no", "research": "no", "notice_read": True, "wish": True})  # fmt: skip
    if kept_for == "mandate":
        Counter.objects.create(number=137, name="France Services de Boussac", town="BOUSSAC")
        does(odette, "mandate.give", {"counter_number": 137, "scopes": ["grant.revoke"], "duration": "year"})
    if kept_for != "account":
        User.objects.update(person_id=None)
    with opened(odette.person.id):
        item = OutboxItem.objects.create(topic="unneeded", subject_id=odette.person.id, person_id=odette.person.id)
    outbox.deliver(item.pk, odette.person.id)
    with opened(odette.person.id):
        assert Person.objects.filter(pk=odette.person.id).exists()


@pytest.mark.django_db
def test_the_journal_still_refuses_to_be_changed(odette, with_space):
    from django.db import DatabaseError, transaction

    close_for_erasing(odette, timedelta(seconds=1))
    erase_due()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM consent_journalentry")


@pytest.mark.django_db
def test_the_traces_of_who_was_erased_hold_no_account_of_theirs(odette, sign_in, with_space):
    sign_in(odette.user).get("/mon-espace/trace/")
    does(odette, "telling.change", {"reads": "each", "quarterly": "no"})
    close_for_erasing(odette, timedelta(seconds=1))
    assert erase_due() == 1
    with opened(odette.person.id):
        mine = JournalEntry.objects.filter(person_id=odette.person.id, actor_kind__in=["person", "public"])
        assert mine.count() >= 3
        assert not mine.filter(actor_id__isnull=False).exists()
        assert not JournalEntry.objects.filter(actor_id=odette.user.pk).exists()
