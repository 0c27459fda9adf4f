"""Files: what is stored comes back whole to whom it belongs, or does not open at all."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as trial
from hypothesis import strategies as st

from consent.crypto import files
from consent.crypto.files import FileUnreadable
from consent.crypto.person_key import KeyDestroyed, destroy_key
from consent.wall import NoOpenBasis, opened
from tests.cast import Patient

pytestmark = pytest.mark.django_db
SEGMENT = 1024 * 1024
TEXT = "Ordonnance d’Odette Garnier, à garder pour elle seule.".encode()


def stored(name: str) -> Path:
    return Path(default_storage.path(name))


def whole(name: str, person_id=None) -> bytes:
    return b"".join(files.read(name, person_id))


def waiting() -> list[str]:
    folder = Path(settings.STORAGE_ROOT) / files.WAITING
    return os.listdir(folder) if folder.exists() else []


@trial(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    segments=st.integers(0, 3),
    around=st.integers(-600, 40),
    cut=st.integers(1, SEGMENT + 7),
)
def test_any_size_around_a_segment_comes_back_as_it_was(segments: int, around: int, cut: int):
    size = max(0, segments * SEGMENT + around)
    content = os.urandom(size)
    name = files.store((content[at : at + cut] for at in range(0, size, cut)), person_id=None, folder="trial")
    assert whole(name) == content
    files.delete(name)


def test_the_store_holds_no_word_of_it_and_names_nobody(odette: Patient):
    with opened(odette.person.id):
        name = files.store([TEXT], person_id=odette.person.id, folder="scans")
        assert whole(name, odette.person.id) == TEXT
    raw = stored(name).read_bytes()
    assert b"Odette" not in raw
    assert str(odette.person.id) not in name
    assert odette.person.id.hex not in name
    assert stored(name).stat().st_mode & 0o077 == 0
    assert waiting() == []


def test_each_file_has_a_key_of_its_own():
    first, second = (stored(files.store([TEXT], person_id=None, folder="trial")).read_bytes() for _ in range(2))
    assert first[len(files.MAGIC) + 2 :][:150] != second[len(files.MAGIC) + 2 :][:150]
    assert first[-len(TEXT) :] != second[-len(TEXT) :]


def test_a_byte_changed_anywhere_and_the_file_does_not_open():
    name = files.store([TEXT], person_id=None, folder="trial")
    path, raw = stored(name), stored(name).read_bytes()
    opened_wrongly = []
    for place in range(len(raw)):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        with contextlib.suppress(FileUnreadable):
            opened_wrongly.append((place, whole(name)))
    assert opened_wrongly == []


@pytest.mark.parametrize("size", [10, SEGMENT, 2 * SEGMENT + 5])
def test_a_file_that_was_cut_or_lengthened_does_not_open(size: int):
    name = files.store([os.urandom(size)], person_id=None, folder="trial")
    path, raw = stored(name), stored(name).read_bytes()
    cuts = {0, 1, 5, 12, 60, len(raw) // 2, len(raw) - 17, len(raw) - 16, len(raw) - 1}
    cuts |= {at for at in (SEGMENT, 2 * SEGMENT) if at < len(raw)}
    for cut in sorted(cuts):
        path.write_bytes(raw[:cut])
        with pytest.raises(FileUnreadable):
            whole(name)
    for more in (b"\0", raw[-40:], raw):
        path.write_bytes(raw + more)
        with pytest.raises(FileUnreadable):
            whole(name)


def test_segments_that_changed_places_do_not_open():
    name = files.store([os.urandom(3 * SEGMENT)], person_id=None, folder="trial")
    path, raw = stored(name), bytearray(stored(name).read_bytes())
    raw[SEGMENT : 2 * SEGMENT], raw[2 * SEGMENT : 3 * SEGMENT] = (
        raw[2 * SEGMENT : 3 * SEGMENT], raw[SEGMENT : 2 * SEGMENT],
    )  # fmt: skip
    path.write_bytes(raw)
    with pytest.raises(FileUnreadable):
        whole(name)


def test_a_renamed_or_swapped_file_does_not_open():
    first, second = (files.store([each], person_id=None, folder="trial") for each in (b"un", b"deux"))
    stored(first).rename(stored(second))
    with pytest.raises(FileUnreadable):
        whole(second)
    with pytest.raises(FileUnreadable):
        whole(first)


def test_the_file_of_one_person_does_not_open_for_another(odette: Patient, aicha: Patient):
    with opened(odette.person.id):
        name = files.store([TEXT], person_id=odette.person.id, folder="scans")
        with pytest.raises(NoOpenBasis):
            files.read(name, aicha.person.id)
    with opened(aicha.person.id), pytest.raises(FileUnreadable):
        files.read(name, aicha.person.id)
    with pytest.raises(FileUnreadable):
        files.read(name, None)
    with pytest.raises(NoOpenBasis):
        files.read(name, odette.person.id)


def test_what_was_opened_can_be_sent_after_the_wall_is_closed(odette: Patient):
    with opened(odette.person.id):
        name = files.store([TEXT], person_id=odette.person.id, folder="scans")
        content = files.read(name, odette.person.id)
    assert b"".join(content) == TEXT


def test_after_the_key_is_destroyed_the_file_is_gone_for_ever(odette: Patient):
    with opened(odette.person.id):
        name = files.store([TEXT], person_id=odette.person.id, folder="scans")
        destroy_key(odette.person.id)
        with pytest.raises(KeyDestroyed):
            files.read(name, odette.person.id)


def test_a_file_that_waited_moves_to_its_person(odette: Patient, django_capture_on_commit_callbacks):
    waiting_name = files.store([TEXT], person_id=None, folder="scans")
    with django_capture_on_commit_callbacks(execute=True):
        name = files.move(waiting_name, person_id=None, to=odette.person.id)
    assert name.startswith("scans/")
    with opened(odette.person.id):
        assert whole(name, odette.person.id) == TEXT
    with pytest.raises(FileUnreadable):
        files.read(name, None)
    assert not default_storage.exists(waiting_name)


def test_a_move_that_is_rolled_back_loses_nothing(odette: Patient, django_capture_on_commit_callbacks):
    waiting_name = files.store([TEXT], person_id=None, folder="scans")
    with django_capture_on_commit_callbacks(execute=True):
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            files.move(waiting_name, person_id=None, to=odette.person.id)
            raise ZeroDivisionError
    assert whole(waiting_name) == TEXT


def test_deleting_twice_or_nothing_is_the_same():
    name = files.store([TEXT], person_id=None, folder="trial")
    files.delete(name)
    files.delete(name)
    files.delete("")
    with pytest.raises(FileUnreadable):
        files.read(name, None)


def test_a_fault_in_the_middle_leaves_nothing():
    before = set(Path(settings.STORAGE_ROOT).rglob("*"))

    def broken():
        yield TEXT
        raise ConnectionError("the sender went away")

    with pytest.raises(ConnectionError):
        files.store(broken(), person_id=None, folder="trial")
    assert {path for path in Path(settings.STORAGE_ROOT).rglob("*") if path.is_file()} <= before


MEASURE = """
import os, django
django.setup()
from bench._memory import most_megabytes
from consent.crypto import files
def megabytes(count):
    for _ in range(count):
        yield os.urandom(1024 * 1024)
files.delete(files.store(megabytes(5), person_id=None, folder="trial"))
before = most_megabytes()
name = files.store(megabytes(100), person_id=None, folder="trial")
size = sum(len(chunk) for chunk in files.read(name, None))
files.delete(name)
print(size, most_megabytes() - before)
"""


def test_a_hundred_megabytes_take_the_memory_of_a_few():
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    size, more = done.stdout.split()
    assert int(size) == 100 * 1024 * 1024
    assert float(more) < 12


@pytest.mark.parametrize("folder", ["", "../etc", "/tmp", "a/b", "Odette", "x" * 40])
def test_a_folder_is_one_plain_word(folder: str):
    with pytest.raises(ValueError, match="folder"):
        files.store([TEXT], person_id=None, folder=folder)


def test_the_health_check_leaves_nothing_and_fails_when_the_store_is_away(monkeypatch, tmp_path):
    files.check_writable()
    assert not list((Path(settings.STORAGE_ROOT) / "health").iterdir())
    nowhere = tmp_path / "file"
    nowhere.write_text("not a folder")
    monkeypatch.setattr(default_storage._wrapped, "location", str(nowhere), raising=False)
    monkeypatch.setattr(default_storage, "base_location", str(nowhere), raising=False)
    with pytest.raises(NotADirectoryError):
        files.check_writable()
