"""Verifications by the clock: each run is kept, in slices, well or not, and told to whom it concerns."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from consent import journal, tasks
from consent.bases import Actor, Basis, Via
from consent.models import Broken, JournalEntry, OutboxItem, Reach, SealCheckpoint, Verification
from consent.models.journal_entry import ActorKind
from consent.seal import verifications, verify
from consent.seal.sealer import seal
from consent.wall import opened

pytestmark = pytest.mark.django_db
NOBODY = Basis(Via.PUBLIC, None, Actor(ActorKind.PUBLIC))


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    cache.clear()


def happened(times: int) -> None:
    """This many entries, sealed."""
    with opened(None):
        for _time in range(times):
            journal.write_event(NOBODY, "account.code", [], person_id=None)
    seal()


def runs() -> list[tuple[str, int, int | None, str]]:
    return list(Verification.objects.order_by("at").values_list("reach", "start", "size", "broken"))


def a_fault(says: str = "place 7 is missing", broken: Broken = Broken.LOG, reach: Reach = Reach.WHOLE) -> Verification:
    return Verification.objects.create(reach=reach, broken=broken, says=says)


def damage(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    """What verifying sees of the entry at this place is not what was sealed."""
    check = verify._check_columns

    def damaged(entry: JournalEntry, one: verify.Sealed) -> None:
        if one.place == place:
            entry.code = "another"
        check(entry, one)

    monkeypatch.setattr(verify, "_check_columns", damaged)


def raises_later(check: Callable[[dict], None]) -> Callable[[dict], None]:
    """As this check, and the second time a tile is not what it was."""
    times = []

    def broken(changed: dict) -> None:
        times.append(1)
        if len(times) == 2:
            raise verify.Fault("the leaf of place 256 is not the one")
        check(changed)

    return broken


def test_a_run_is_kept_with_what_it_went_through_and_the_next_goes_on_from_there():
    happened(5)
    tasks.verify_whole()
    happened(3)
    tasks.verify_new()
    tasks.verify_new()
    assert runs() == [("whole", 0, 5, ""), ("new", 5, 8, ""), ("new", 8, 8, "")]
    last = Verification.objects.latest("at")
    assert bytes(last.root) == bytes(SealCheckpoint.objects.get(size=8).root)


def test_a_run_looks_at_what_is_new_alone(monkeypatch):
    happened(5)
    tasks.verify_whole()
    happened(3)
    looked = []
    check = verify._check_entries
    monkeypatch.setattr(verify, "_check_entries", lambda sealed: looked.append(len(sealed)) or check(sealed))
    tasks.verify_new()
    assert looked == [3]


def test_a_log_that_does_not_begin_with_what_was_found_well_is_told():
    happened(5)
    Verification.objects.create(reach=Reach.WHOLE, size=5, root=bytes(32))
    for reach in (Reach.NEW, Reach.WHOLE):
        verifications.go_on(reach)
        kept = Verification.objects.latest("at")
        assert (kept.broken, kept.says) == (
            "past",
            "rewritten: the first 5 entries are not those of the last verification",
        )
    Verification.objects.create(reach=Reach.WHOLE, size=9, root=bytes(32))
    verifications.go_on(Reach.NEW)
    said = Verification.objects.latest("at").says
    assert said == "rolled back: the last verification is of 9 entries, the log has 5"


def test_what_waits_for_its_place_too_long_is_told_by_the_hour(caplog):
    happened(1)
    tasks.verify_whole()
    with opened(None):
        journal.write_event(NOBODY, "account.code", [], person_id=None)
    verifications.go_on(Reach.NEW)
    assert Verification.objects.latest("at").is_well, "it has a minute"
    now = timezone.now
    with pytest.MonkeyPatch.context() as later, caplog.at_level(logging.ERROR):
        later.setattr(timezone, "now", lambda: now() + timedelta(minutes=2))
        verifications.go_on(Reach.NEW)
    assert Verification.objects.latest("at").broken == Broken.LATE
    assert "journal: entry" in caplog.text, "the operator's log"
    assert "has no place" in caplog.text


def test_a_long_run_is_made_in_slices_and_gives_way_to_itself(monkeypatch):
    monkeypatch.setattr(verify, "BATCH", 256)
    happened(600)
    slices = []
    monkeypatch.setattr(tasks.verify_whole, "delay", lambda: slices.append("asked for"))
    monkeypatch.setattr(verifications, "SLICE", 0.0)
    monkeypatch.setattr(verifications.go_on, "__defaults__", (0.0,))
    tasks.verify_whole()
    assert (slices, runs()) == (["asked for"], [])
    assert verifications.is_cut_short(Reach.WHOLE)
    tasks.verify_new()
    assert len(slices) == 2, "an hour later, what was lost is gone on with"
    tasks.verify_whole()
    tasks.verify_whole()
    assert ("whole", 0, 600, "") in runs()
    assert not verifications.is_cut_short(Reach.WHOLE)


def test_one_runs_at_a_time():
    cache.add("verify-journal", 1, 60)
    assert verifications.go_on(Reach.WHOLE)
    assert runs() == []
    cache.delete("verify-journal")
    verifications.go_on(Reach.WHOLE)
    assert len(runs()) == 1


def test_a_run_is_never_changed_nor_taken_away():
    a_fault()
    for statement in (
        "UPDATE consent_verification SET broken = ''",
        "DELETE FROM consent_verification",
        "TRUNCATE consent_verification CASCADE",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|append-only"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)


def test_a_fault_stands_until_a_run_that_could_find_it_finds_nothing():
    assert verifications.standing().fault is None
    fault = a_fault()
    Verification.objects.create(reach=Reach.NEW, size=1, root=bytes(32))
    assert verifications.standing().fault == fault, "the hour looks at what is new"
    Verification.objects.create(reach=Reach.WHOLE, size=1, root=bytes(32))
    assert verifications.standing().fault is None
    given = a_fault(reach=Reach.GIVEN, broken=Broken.PAST)
    Verification.objects.create(reach=Reach.WHOLE, size=1, root=bytes(32))
    assert verifications.standing().fault == given, "only what is kept elsewhere shows that"
    Verification.objects.create(reach=Reach.GIVEN, size=1, root=bytes(32))
    assert verifications.standing().fault is None


def test_the_auditor_is_told_once_of_a_fault_that_stands():
    Verification.objects.create(reach=Reach.WHOLE, size=9, root=bytes(32))
    for _hour in range(3):
        verifications.go_on(Reach.NEW)
    assert [run[3] for run in runs()] == ["", "past", "past", "past"]
    assert OutboxItem.objects.filter(topic="journal-broken").count() == 1


def test_the_auditor_is_told_of_another_fault_while_one_stands(monkeypatch):
    happened(5)
    tasks.verify_whole()
    with opened(None):
        journal.write_event(NOBODY, "account.code", [], person_id=None)
    now = timezone.now
    with pytest.MonkeyPatch.context() as later:
        later.setattr(timezone, "now", lambda: now() + timedelta(minutes=2))
        verifications.go_on(Reach.NEW)
    seal()
    happened(3)
    damage(monkeypatch, 7)
    for _hour in range(2):
        verifications.go_on(Reach.NEW)
        verifications.go_on(Reach.WHOLE)
    assert [run[3] for run in runs()] == ["", "late", "entry", "entry", "entry", "entry"]
    assert OutboxItem.objects.filter(topic="journal-broken").count() == 2


def test_what_comes_after_a_damage_that_stays_is_verified_too(monkeypatch):
    monkeypatch.setattr(verify, "BATCH", 256)
    happened(100)
    tasks.verify_whole()
    happened(500)
    damage(monkeypatch, 300)
    tasks.verify_new()
    first = Verification.objects.latest("at").says
    assert first.endswith("(place 300) was changed: its columns are not those that were sealed")
    damage(monkeypatch, 550)
    for run in (tasks.verify_new, tasks.verify_whole):
        run()
        assert Verification.objects.latest("at").says == f"{first}; and 1 more (at 550)"
    assert OutboxItem.objects.filter(topic="journal-broken").count() == 2


def test_what_was_found_in_one_slice_is_told_at_the_end_of_the_last(monkeypatch):
    monkeypatch.setattr(verify, "BATCH", 256)
    monkeypatch.setattr(verifications.go_on, "__defaults__", (0.0,))
    happened(600)
    damage(monkeypatch, 7)
    damage(monkeypatch, 300)
    assert [verifications.go_on(Reach.WHOLE) for _slice in range(3)] == [False, False, True]
    assert Verification.objects.get().says.endswith("; and 1 more (at 300)")


def test_what_ends_a_run_is_told_beside_what_it_found_before(monkeypatch):
    monkeypatch.setattr(verify, "BATCH", 256)
    happened(300)
    damage(monkeypatch, 7)
    monkeypatch.setattr(verify, "_check_tiles", raises_later(verify._check_tiles))
    tasks.verify_whole()
    assert Verification.objects.get().says.endswith("that were sealed; then the leaf of place 256 is not the one")


def test_a_whole_run_after_a_fault_is_whole(monkeypatch):
    monkeypatch.setattr(verify, "BATCH", 256)
    happened(600)
    looked, check = [], verify._check_tree

    def broken(edge, sealed):
        looked.append(sealed[0].place)
        if sealed[0].place == 512:
            raise verify.Fault("tiles before place 512 are missing")
        check(edge, sealed)

    monkeypatch.setattr(verify, "_check_tree", broken)
    for _night in range(2):
        looked.clear()
        tasks.verify_whole()
        assert looked == [0, 256, 512]


def test_a_run_that_was_cut_short_long_ago_begins_anew(monkeypatch):
    monkeypatch.setattr(verify, "BATCH", 256)
    monkeypatch.setattr(verifications.go_on, "__defaults__", (0.0,))
    happened(300)
    assert not verifications.go_on(Reach.WHOLE)
    looked, check = [], verify._check_entries
    monkeypatch.setattr(verify, "_check_entries", lambda sealed: looked.append(sealed[0].place) or check(sealed))
    now = timezone.now
    with pytest.MonkeyPatch.context() as later:
        later.setattr(timezone, "now", lambda: now() + timedelta(hours=25))
        verifications.go_on(Reach.WHOLE)
    assert looked == [0]


def test_entries_that_waited_for_a_sealer_that_was_stopped_are_dated_well(monkeypatch):
    hours = iter(range(12, 0, -1))
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() - timedelta(hours=next(hours, 0)))
    with opened(None):
        for _time in range(12):
            journal.write_event(NOBODY, "account.code", [], person_id=None)
    assert seal(batch=3) == 12
    tasks.verify_whole()
    assert runs() == [("whole", 0, 12, "")]


def test_without_a_whole_run_for_two_days_verifying_is_late():
    assert not verifications.standing().is_late, "nothing is there to be verified"
    happened(1)
    assert not verifications.standing().is_late, "its first night is to come"
    with pytest.MonkeyPatch.context() as later:
        now = timezone.now
        later.setattr(timezone, "now", lambda: now() + timedelta(hours=49))
        assert verifications.standing().is_late
    Verification.objects.create(reach=Reach.WHOLE, size=0, root=bytes(32))
    assert not verifications.standing().is_late
    with pytest.MonkeyPatch.context() as later:
        now = timezone.now
        later.setattr(timezone, "now", lambda: now() + timedelta(hours=49))
        assert verifications.standing().is_late


def test_the_public_page_says_when_and_with_what_result(client: Client):
    assert "Aucune vérification n’est encore faite." in client.get("/journal/").content.decode()
    happened(5)
    tasks.verify_whole()
    page = client.get("/journal/").content.decode()
    assert "rien n’a changé ; traces scellées : 5" in page
    a_fault("entry 11111111-1111-4111-8111-111111111111 (place 7) was changed", Broken.ENTRY)
    page = client.get("/journal/").content.decode()
    assert "a trouvé quelque chose" in page
    assert "une trace a été changée ou retirée, ou ne s’ouvre plus" in page
    assert "place 7" not in page, "where is for the auditor"
